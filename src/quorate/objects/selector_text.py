"""The grammar of labelSelector texts (apimachinery/pkg/labels): `a=b, c!=d, e in (f,g), h notin (i), !k, l>1`."""

import json
from collections.abc import Iterable

from quorate.objects import names

_SPECIAL = "=!(),<>"
_SYMBOLS = frozenset({")", ",", "!", "==", "=", "!=", "(", ">", "<"})
_WORDS = frozenset({"in", "notin"})
_OPERATORS = {"=": "=", "==": "=", "!=": "!=", "in": "in", "notin": "notin", ">": "gt", "<": "lt"}
_END = ""

Token = tuple[str, str]
"""(kind, literal): the kind is "word", "error", the end "", or the symbol or keyword itself."""


def requirements_of(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """[(key, operator, sorted values)]. Raises ValueError with the API server's message."""
    return _Parser(_tokens(text)).parse()


def _tokens(text: str) -> list[Token]:
    out: list[Token] = []
    i, end = 0, len(text)
    while True:
        while i < end and text[i] in " \t\r\n":
            i += 1
        if i == end:
            return [*out, (_END, "")]
        start = i
        if text[i] not in _SPECIAL:
            while i < end and text[i] not in _SPECIAL and text[i] not in " \t\r\n":
                i += 1
            word = text[start:i]
            out.append((word if word in _WORDS else "word", word))
            continue
        # The longest run of symbols that is one, e.g. "!=" but not "=(".
        longest = ""
        while i < end and text[i] in _SPECIAL:
            if text[start : i + 1] in _SYMBOLS:
                longest = text[start : i + 1]
            elif longest:
                break
            i += 1
        out.append((longest, longest) if longest else ("error", f"error expected: keyword found '{text[start:i]}'"))


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def _look(self) -> Token:
        """The next token where a value may stand: there, "in" and "notin" are ordinary words."""
        kind, literal = self._tokens[self._at]
        return ("word" if kind in _WORDS else kind), literal

    def _take(self) -> Token:
        found = self._look()
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return found

    def _take_operator(self) -> Token:
        found = self._tokens[self._at]
        self._take()
        return found

    def parse(self) -> list[tuple[str, str, tuple[str, ...]]]:
        found: list[tuple[str, str, tuple[str, ...]]] = []
        while True:
            kind, literal = self._look()
            if kind == _END:
                return found
            if kind not in ("word", "!"):
                raise ValueError(f"found '{literal}', expected: !, identifier, or 'end of string'")
            try:
                found.append(self._requirement())
            except ValueError as error:
                raise ValueError(f"unable to parse requirement: {error}") from None
            kind, literal = self._take()
            if kind == _END:
                return found
            if kind != ",":
                raise ValueError(f"found '{literal}', expected: ',' or 'end of string'")
            kind, literal = self._look()
            if kind not in ("word", "!"):
                raise ValueError(f"found '{literal}', expected: identifier after ','")

    def _requirement(self) -> tuple[str, str, tuple[str, ...]]:
        kind, key = self._take()
        absent = kind == "!"
        if absent:
            kind, key = self._take()
        if kind != "word":
            raise ValueError(f"found '{key}', expected: identifier")
        _check_key(key)
        if absent:
            return key, "!", ()
        if self._look()[0] in (_END, ","):
            return key, "exists", ()
        kind, literal = self._take_operator()
        if kind not in _OPERATORS:
            raise ValueError(f"found '{literal}', expected: in, notin, =, ==, !=, gt, lt")
        values = self._values() if kind in _WORDS else self._exact_value()
        return key, _OPERATORS[kind], _checked(key, _OPERATORS[kind], values)

    def _exact_value(self) -> set[str]:
        if self._look()[0] in (_END, ","):
            return {""}
        kind, literal = self._take()
        if kind != "word":
            raise ValueError(f"found '{literal}', expected: identifier")
        return {literal}

    def _values(self) -> set[str]:
        kind, literal = self._take()
        if kind != "(":
            raise ValueError(f"found '{literal}' expected: '('")
        kind, literal = self._look()
        if kind == ")":
            self._take()
            return {""}
        if kind not in ("word", ","):
            raise ValueError(f"found '{literal}', expected: ',', ')' or identifier")
        values = self._identifiers()
        self._take()
        return values

    def _identifiers(self) -> set[str]:
        """Up to the closing bracket; an empty place between commas is the empty value."""
        found: set[str] = set()
        while True:
            kind, literal = self._take()
            if kind == "word":
                found.add(literal)
                kind, literal = self._look()
                if kind == ")":
                    return found
                if kind != ",":
                    raise ValueError(f"found '{literal}', expected: ',' or ')'")
            elif kind == ",":
                if not found:
                    found.add("")
                kind = self._look()[0]
                if kind == ")":
                    return found | {""}
                if kind == ",":
                    self._take()
                    found.add("")
            else:
                raise ValueError(f"found '{literal}', expected: ',', or identifier")


def _check_key(key: str) -> None:
    errors = names.qualified_name_errors(key)
    if errors:
        raise ValueError(f"<nil>: Invalid value: {json.dumps(key, ensure_ascii=False)}: {'; '.join(errors)}")


def _checked(key: str, operator: str, values: Iterable[str]) -> tuple[str, ...]:
    ordered = tuple(sorted(values))
    errors = []
    for i, value in enumerate(ordered):
        if operator in ("gt", "lt") and names.whole_number(value) is None:
            what = "for 'Gt', 'Lt' operators, the value must be an integer"
            errors.append(f"values[{i}]: Invalid value: {json.dumps(value, ensure_ascii=False)}: {what}")
    for i, value in enumerate(ordered):
        wrong = names.label_value_errors(value)
        if wrong:
            quoted = json.dumps(value, ensure_ascii=False)
            errors.append(f"values[{i}][{key}]: Invalid value: {quoted}: {'; '.join(wrong)}")
    if errors:
        raise ValueError(errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")
    return ordered
