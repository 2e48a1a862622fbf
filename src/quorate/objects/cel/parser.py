"""Tokens to expressions (cel-spec: the grammar), macros included."""

from collections.abc import Callable

from quorate.objects.cel.lexer import Token, tokens
from quorate.objects.cel.syntax import (
    Call,
    CompileError,
    Const,
    Entries,
    Expr,
    Ident,
    Items,
    Macro,
    Message,
    Problem,
    Select,
)  # fmt: skip

_RESERVED = frozenset({
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
})  # fmt: skip
_ONE = {"all": 1, "exists": 1, "exists_one": 1, "existsOne": 1, "filter": 1}
_TWO = {"all": 1, "exists": 1, "existsOne": 1, "transformList": 1, "transformMap": 1, "transformMapEntry": 1}
_START = (
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
)
_MOST = 2**63
_LEVELS: tuple[dict[str, str], ...] = (
    {"||": "_||_"},
    {"&&": "_&&_"},
    {"<": "_<_", "<=": "_<=_", ">": "_>_", ">=": "_>=_", "==": "_==_", "!=": "_!=_", "in": "@in"},
    {"+": "_+_", "-": "_-_"},
    {"*": "_*_", "/": "_/_", "%": "_%_"},
)
"""Binary operators from the loosest to the tightest."""
MOST_DEPTH = 250


def parse(source: str) -> Expr:
    """Raises CompileError."""
    try:
        return _Parser(tokens(source)).whole()
    except Problem as wrong:
        raise CompileError(source, [wrong]) from None


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.i, self.depth = found, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.i]

    def whole(self) -> Expr:
        out = self.expression()
        if self.now.kind != "end":
            raise self._unexpected("<EOF>")
        return out

    def _unexpected(self, wanted: str) -> Problem:
        shown = self.now.text
        if wanted == "<EOF>":
            return Problem(self.now.at, f"Syntax error: extraneous input '{shown}' expecting <EOF>")
        return Problem(self.now.at, f"Syntax error: mismatched input '{shown}' expecting {wanted}")

    def _take(self) -> Token:
        token = self.now
        self.i += 1
        return token

    def _is(self, text: str) -> bool:
        return self.now.kind == "op" and self.now.text == text

    def _skip(self, text: str) -> bool:
        if self._is(text):
            self.i += 1
            return True
        return False

    def _want(self, text: str) -> Token:
        if not self._is(text):
            raise self._unexpected(f"'{text}'")
        return self._take()

    def expression(self) -> Expr:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Problem(self.now.at, f"expression recursion limit exceeded: {MOST_DEPTH}")
        left = self._binary(0)
        if self._is("?"):
            at = self._take().at
            yes = self._binary(0)
            self._want(":")
            left = Call("_?_:_", None, [left, yes, self.expression()], at)
        self.depth -= 1
        return left

    def _binary(self, level: int) -> Expr:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        operators = _LEVELS[level]
        while self.now.text in operators and self.now.kind in ("op", "ident"):
            token = self._take()
            left = Call(operators[token.text], None, [left, self._binary(level + 1)], token.at)
        return left

    def _unary(self) -> Expr:
        for sign, function in (("!", "!_"), ("-", "-_")):
            if self._is(sign):
                at, count = self.now.at, 0
                while self._skip(sign):
                    count += 1
                if sign == "-" and count == 1 and self.now.kind == "const" and _is_number(self.now.value):
                    # A negative literal, not a negation: the smallest int has no positive counterpart.
                    token = self._take()
                    return self._members(Const(-token.value, at))
                operand = self._members(self._primary())
                for _ in range(count % 2 if count > 1 else count):
                    operand = Call(function, None, [operand], at)
                return operand
        return self._members(self._primary())

    def _members(self, left: Expr) -> Expr:
        while True:
            if self._is(".") or self._is(".?"):
                token = self._take()
                optional = token.text == ".?"
                if self.now.kind not in ("ident", "quoted"):
                    raise self._unexpected("IDENTIFIER")
                name = self._take().text
                if self._is("(") and not optional:
                    left = self._method(left, name)
                else:
                    left = Select(left, name, token.at, optional=optional)
            elif self._is("[") or self._is("[?"):
                token = self._take()
                index = self.expression()
                self._want("]")
                left = Call("_[_]" if token.text == "[" else "_[?_]", None, [left, index], token.at)
            elif self._is("{") and isinstance(left, Ident | Select):
                left = self._message(left)
            else:
                return left

    def _message(self, left: Expr) -> Expr:
        name, at = _dotted(left), self._take().at
        fields: list[tuple[str, Expr, bool]] = []
        while not self._is("}"):
            optional = self._skip("?")
            if self.now.kind not in ("ident", "quoted"):
                raise self._unexpected("IDENTIFIER")
            field = self._take().text
            self._want(":")
            fields.append((field, self.expression(), optional))
            if not self._skip(","):
                break
        self._want("}")
        return Message(name, fields, at)

    def _arguments(self) -> tuple[list[Expr], int]:
        at = self._want("(").at
        args: list[Expr] = []
        while not self._is(")"):
            args.append(self.expression())
            if not self._skip(","):
                break
        self._want(")")
        return args, at

    def _method(self, target: Expr, name: str) -> Expr:
        args, at = self._arguments()
        made = _macro(name, target, args, at)
        return made if made is not None else Call(name, target, args, at)

    def _primary(self) -> Expr:
        token = self.now
        if token.kind == "const":
            self._take()
            if type(token.value) is int and token.value >= _MOST:
                raise Problem(token.at, "invalid int literal")
            return Const(token.value, token.at)
        if token.kind == "ident":
            return self._name()
        openers: dict[str, Callable[[], Expr]] = {
            "(": self._group, "[": self._list, "[?": self._list, "{": self._map, ".": self._rooted,
        }  # fmt: skip
        if token.kind == "op" and token.text in openers:
            return openers[token.text]()
        raise self._unexpected(_START)

    def _rooted(self) -> Expr:
        self._take()
        if self.now.kind != "ident":
            raise self._unexpected("IDENTIFIER")
        return self._name()

    def _name(self) -> Expr:
        token = self._take()
        words = {"true": True, "false": False, "null": None}
        if token.text in words:
            return Const(words[token.text], token.at)
        if token.text in _RESERVED:
            raise Problem(token.at, f"reserved identifier: {token.text}")
        if token.text == "in":
            raise Problem(token.at, f"Syntax error: mismatched input 'in' expecting {_START}")
        if not self._is("("):
            return Ident(token.text, token.at)
        args, at = self._arguments()
        if token.text == "has" and len(args) == 1:
            target = args[0]
            if not isinstance(target, Select):
                raise Problem(target.at, "invalid argument to has() macro")
            return Select(target.operand, target.field, at, test=True)
        return Call(token.text, None, args, at)

    def _group(self) -> Expr:
        self._take()
        out = self.expression()
        self._want(")")
        return out

    def _list(self) -> Expr:
        opening = self._take()
        items: list[Expr] = []
        optional: set[int] = {0} if opening.text == "[?" else set()
        while not self._is("]"):
            if self._skip("?"):
                optional.add(len(items))
            items.append(self.expression())
            if not self._skip(","):
                break
        self._want("]")
        return Items(items, frozenset(optional), opening.at)

    def _map(self) -> Expr:
        at = self._take().at
        entries: list[tuple[Expr, Expr, bool]] = []
        while not self._is("}"):
            optional = self._skip("?")
            key = self.expression()
            self._want(":")
            entries.append((key, self.expression(), optional))
            if not self._skip(","):
                break
        self._want("}")
        return Entries(entries, at)


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _dotted(expr: Expr) -> str:
    if isinstance(expr, Ident):
        return expr.name
    if isinstance(expr, Select):
        return f"{_dotted(expr.operand)}.{expr.field}"
    raise Problem(expr.at, "Syntax error: mismatched input '{' expecting <EOF>")


def _macro(name: str, target: Expr, args: list[Expr], at: int) -> Expr | None:
    """The macro that a method call is, if it is one."""
    if name in _ONE and len(args) == 2:
        return Macro(name, target, (_variable(args[0]),), args[1:], at)
    if name == "map" and len(args) in (2, 3):
        return Macro(name, target, (_variable(args[0]),), args[1:], at)
    if name in ("optMap", "optFlatMap") and len(args) == 2:
        return Macro(name, target, (_variable(args[0]),), args[1:], at)
    if name in _TWO and (len(args) == 3 or (name.startswith("transform") and len(args) == 4)):
        return Macro(name, target, (_variable(args[0]), _variable(args[1])), args[2:], at)
    return None


def _variable(expr: Expr) -> str:
    if not isinstance(expr, Ident):
        raise Problem(expr.at, "argument must be a simple name")
    return expr.name
