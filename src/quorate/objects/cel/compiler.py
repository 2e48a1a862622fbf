"""Checks an expression against its variables' types and makes a function of it, in one walk (cel-go: checker, interpreter)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quorate.objects.cel import literals, macros, messages
from quorate.objects.cel.declarations import Library, Overload
from quorate.objects.cel.selection import field_run, has_run, unescaped
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
from quorate.objects.cel.typed import Run, Scope, Typed, fail
from quorate.objects.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NAMES,
    NULL,
    STRING,
    UINT,
    Binding,
    Type,
    bound,
    fits,
    has_dyn,
    is_value_of,
    list_of,
    map_of,
    optional_of,
)  # fmt: skip
from quorate.objects.cel.values import CelError, Optional, TypeValue, UInt, no_overload


class Compiler:
    """`uses` collects the variables that the expression refers to. `messages`: the objects that it may make."""

    def __init__(self, variables: Mapping[str, Type], library: Library, messages: frozenset[str] = frozenset()) -> None:
        self.messages = messages
        self.variables = dict(variables)
        self.library = library
        self.problems: list[Problem] = []
        self.uses: set[str] = set()
        self.types: dict[int, Type] = {}
        self.calls: dict[int, tuple[str, Sequence[Overload]]] = {}

    def compile(self, source: str, expr: Expr) -> Typed:
        made = self.visit(expr)
        if self.problems:
            raise CompileError(source, self.problems)
        return made

    def wrong(self, at: int, text: str) -> Typed:
        self.problems.append(Problem(at, text))
        return Typed(ERROR, fail, at)

    def visit(self, expr: Expr) -> Typed:
        made = self._visited(expr)
        self.types[id(expr)] = made.type
        return made

    def _visited(self, expr: Expr) -> Typed:
        match expr:
            case Const():
                return _const(expr)
            case Ident():
                return self._ident(expr)
            case Select():
                return self._select(expr)
            case Call():
                return self._call(expr)
            case Items():
                return self._items(expr)
            case Entries():
                return self._entries(expr)
            case Macro():
                return macros.compiled(self, expr)
            case Message():
                return messages.compiled(self, expr)

    def _ident(self, expr: Ident) -> Typed:
        name = expr.name
        found = self.variables.get(name)
        if found is not None:
            self.uses.add(name)
            return Typed(found, _variable(name), expr.at)
        named = NAMES.get(name)
        if named is not None:
            value = TypeValue(name)
            return Typed(Type("type", (named,)), lambda _: value, expr.at)
        return self.wrong(expr.at, f"undeclared reference to '{name}' (in container '')")

    def _select(self, expr: Select) -> Typed:
        name = dotted(expr)
        if name in self.variables and not expr.test:
            self.uses.add(name)
            return Typed(self.variables[name], _variable(name), expr.at)
        if name in NAMES and not expr.test:
            value = TypeValue(name)
            return Typed(Type("type", (NAMES[name],)), lambda _: value, expr.at)
        operand = self.visit(expr.operand)
        if operand.type.kind == "!error!":
            return operand
        inner, wrapped = operand.type, False
        if inner.kind == "optional":
            inner, wrapped = inner.params[0], True
        result = self._field_type(inner, expr)
        if result.kind == "!error!":
            return Typed(ERROR, fail, expr.at)
        raw = inner.raw.get(expr.field, expr.field)
        if inner.kind == "dyn":
            raw = unescaped(expr.field)
        declared = inner.kind == "object" and not inner.nullable
        if expr.test:
            return Typed(BOOL, has_run(operand.run, expr.field, raw, declared), expr.at)
        optional = expr.optional or wrapped
        run = field_run(operand.run, expr.field, raw, declared, optional)
        return Typed(optional_of(result) if optional else result, run, expr.at)

    def _field_type(self, inner: Type, expr: Select) -> Type:
        match inner.kind:
            case "object":
                found = inner.fields.get(expr.field)
                if found is None:
                    return self.wrong(expr.at, f"undefined field '{expr.field}'").type
                return found
            case "map":
                return inner.params[1]
            case "dyn" | "param":
                return DYN
            case _:
                return self.wrong(expr.at, f"type '{inner}' does not support field selection").type

    def _items(self, expr: Items) -> Typed:
        parts = [self.visit(item) for item in expr.items]
        element = DYN
        for i, part in enumerate(parts):
            kind = part.type
            if i in expr.optional:
                kind = kind.params[0] if kind.kind == "optional" else kind
            element = kind if i == 0 else self._agreed(element, kind, part.at)
        runs, optional = [part.run for part in parts], expr.optional
        return Typed(list_of(element), _list_run(runs, optional), expr.at)

    def _agreed(self, first: Type, other: Type, at: int) -> Type:
        """Literals hold one type, unless one of them is dynamic."""
        if fits(first, other, {}) or fits(other, first, {}):
            return other if first.kind == "null" else first
        self.wrong(at, f"expected type '{first}' but found '{other}'")
        return first

    def _entries(self, expr: Entries) -> Typed:
        key, value = DYN, DYN
        rows: list[tuple[Run, Run, bool]] = []
        for i, (k, v, optional) in enumerate(expr.entries):
            left, right = self.visit(k), self.visit(v)
            kind = right.type
            if optional:
                kind = kind.params[0] if kind.kind == "optional" else kind
            key = left.type if i == 0 else self._agreed(key, left.type, left.at)
            value = kind if i == 0 else self._agreed(value, kind, right.at)
            rows.append((left.run, right.run, optional))
        return Typed(map_of(key, value), _map_run(rows), expr.at)

    # -- calls

    def _call(self, expr: Call) -> Typed:
        name, target = expr.function, expr.target
        if target is not None:
            path = dotted(target)
            if path and path.split(".")[0] not in self.variables:
                qualified = f"{path}.{name}"
                if qualified == "cel.bind" and len(expr.args) == 3:
                    return macros.bound_variable(self, expr)
                if qualified in self.library:
                    name, target = qualified, None
        parts = [self.visit(arg) for arg in ([target] if target is not None else []) + expr.args]
        if any(part.type.kind == "!error!" for part in parts):
            return Typed(ERROR, fail, expr.at)
        return self._apply(name, parts, expr, member=target is not None)

    def _apply(self, name: str, parts: list[Typed], expr: Call, *, member: bool = False) -> Typed:
        """A call of a function by its checked arguments."""
        at = expr.at
        self.calls[id(expr)] = name, ()
        types = [part.type for part in parts]
        special = macros.lazy(name, parts, at, member)
        if special is not None:
            return special
        overloads = self.library.get(name)
        if overloads is None and name not in macros.LAZY:
            return self.wrong(at, f"undeclared reference to '{name}' (in container '')")
        found, results = _candidates(overloads or [], types, member)
        if not found:
            shown = ", ".join(map(str, types[1:] if member else types))
            signature = f"{types[0]}.({shown})" if member else f"({shown})"
            return self.wrong(at, f"found no matching overload for '{name}' applied to '{signature}'")
        self.calls[id(expr)] = name, found
        literals.check(name, expr, self.types, self.library, self.wrong)
        result = results[0] if all(r == results[0] for r in results) else DYN
        runs = [part.run for part in parts]
        if len(found) == 1 and not any(has_dyn(t) for t in types):
            return Typed(result, _direct(found[0].run, runs), at)
        return Typed(result, _dispatched(found, runs), at)


def dotted(expr: Expr) -> str:
    """ "a.b" of a chain of plain names, else ""."""
    if isinstance(expr, Ident):
        return expr.name
    if isinstance(expr, Select) and not expr.test and not expr.optional:
        head = dotted(expr.operand)
        return f"{head}.{expr.field}" if head else ""
    return ""


def _candidates(overloads: list[Overload], types: list[Type], member: bool) -> tuple[list[Overload], list[Type]]:
    found: list[Overload] = []
    results: list[Type] = []
    for overload in overloads:
        if overload.member != member or len(overload.arguments) != len(types):
            continue
        binding: Binding = {}
        if all(fits(f, a, binding) for f, a in zip(overload.arguments, types, strict=True)):
            found.append(overload)
            results.append(bound(overload.result, binding))
    return found, results


def _const(expr: Const) -> Typed:
    value = expr.value
    kinds: dict[type, Type] = {
        bool: BOOL, int: INT, UInt: UINT, float: DOUBLE, str: STRING, bytes: BYTES, type(None): NULL,
    }  # fmt: skip
    return Typed(kinds[type(value)], lambda _: value, expr.at)


def _variable(name: str) -> Run:
    def run(scope: Scope) -> Any:
        try:
            found = scope[name]
        except KeyError:
            raise CelError(f"no such attribute(s): {name}") from None
        return found.value() if isinstance(found, Lazy) else found

    return run


class Lazy:
    """A variable whose value is worked out when it is first asked for; an error is kept as well."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self._run: Callable[[], Any] | None = run
        self._value: Any = None
        self._error: CelError | None = None

    def value(self) -> Any:
        if self._run is not None:
            run, self._run = self._run, None
            try:
                self._value = run()
            except CelError as wrong:
                self._error = wrong
        if self._error is not None:
            raise self._error
        return self._value


def _list_run(runs: list[Run], optional: frozenset[int]) -> Run:
    if not optional:
        return lambda scope: [run(scope) for run in runs]

    def build(scope: Scope) -> list[Any]:
        out = []
        for i, run in enumerate(runs):
            value = run(scope)
            if i not in optional:
                out.append(value)
            elif isinstance(value, Optional) and value.present:
                out.append(value.value)
        return out

    return build


def _map_run(rows: list[tuple[Run, Run, bool]]) -> Run:
    def build(scope: Scope) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for left, right, optional in rows:
            key, value = left(scope), right(scope)
            if optional:
                if not (isinstance(value, Optional) and value.present):
                    continue
                value = value.value
            if key in out:
                raise CelError(f"Failed with repeated key: {key}")
            out[key] = value
        return out

    return build


def _direct(function: Callable[..., Any], runs: list[Run]) -> Run:
    if len(runs) == 1:
        only = runs[0]
        return lambda scope: function(only(scope))
    if len(runs) == 2:
        left, right = runs
        return lambda scope: function(left(scope), right(scope))
    return lambda scope: function(*[run(scope) for run in runs])


def _dispatched(overloads: list[Overload], runs: list[Run]) -> Run:
    """The overload is chosen by the values, as their types are not known before."""

    def call(scope: Scope) -> Any:
        values = [run(scope) for run in runs]
        for overload in overloads:
            if all(is_value_of(t, v) for t, v in zip(overload.arguments, values, strict=True)):
                return overload.run(*values)
        raise no_overload()

    return call
