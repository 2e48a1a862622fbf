"""What does not evaluate all it is given: logic, conditions, comprehensions, optionals with alternatives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from quorate.objects.cel.syntax import Call, Ident, Macro
from quorate.objects.cel.typed import Run, Scope, Typed, fail
from quorate.objects.cel.types import (
    BOOL,
    DYN,
    ERROR,
    INT,
    Type,
    bound,
    fits,
    list_of,
    map_of,
    optional_of,
)  # fmt: skip
from quorate.objects.cel.values import NONE, CelError, Optional, no_overload

if TYPE_CHECKING:
    from quorate.objects.cel.compiler import Compiler

LAZY = frozenset({"_&&_", "_||_", "_?_:_", "or", "orValue"})


def lazy(name: str, parts: list[Typed], at: int, member: bool) -> Typed | None:
    """The call as a lazy one; None when it is none, or does not fit its arguments."""
    types, runs = [p.type for p in parts], [p.run for p in parts]
    if name in ("_&&_", "_||_") and len(parts) == 2 and all(fits(BOOL, t, {}) for t in types):
        return Typed(BOOL, _logic(runs[0], runs[1], name == "_||_"), at)
    if name == "_?_:_" and len(parts) == 3 and fits(BOOL, types[0], {}):
        binding: dict[str, Type] = {}
        either = Type("param", name="A")
        if fits(either, types[1], binding) and fits(either, types[2], binding):
            return Typed(bound(either, binding), _condition(*runs), at)
    if member and name in ("or", "orValue") and len(parts) == 2 and types[0].kind in ("optional", "dyn"):
        inner = types[0].params[0] if types[0].kind == "optional" else DYN
        wanted = optional_of(inner) if name == "or" else inner
        if fits(wanted, types[1], {}):
            result = wanted if inner.kind not in ("dyn", "param") else types[1]
            return Typed(result, _alternative(runs[0], runs[1], name == "orValue"), at)
    return None


def _logic(left: Run, right: Run, decides: bool) -> Run:
    """&& and || come to a value if either side decides, even when the other fails."""

    def run(scope: Scope) -> bool:
        return _decided(((left, scope), (right, scope)), decides)

    return run


def _decided(trials: Iterable[tuple[Run, Scope]], decides: bool) -> bool:
    """Whether one of them is `decides`, whatever befalls the others; the first failure when none is."""
    failed: CelError | None = None
    for run, scope in trials:
        try:
            value = run(scope)
        except CelError as wrong:
            failed = failed or wrong
            continue
        if value is decides:
            return decides
        if not isinstance(value, bool):
            failed = failed or no_overload()
    if failed is not None:
        raise failed
    return not decides


def _condition(test: Run, yes: Run, no: Run) -> Run:
    def run(scope: Scope) -> Any:
        value = test(scope)
        if not isinstance(value, bool):
            raise no_overload()
        return yes(scope) if value else no(scope)

    return run


def _alternative(first: Run, second: Run, unwrap: bool) -> Run:
    def run(scope: Scope) -> Any:
        found = first(scope)
        if not isinstance(found, Optional):
            raise no_overload()
        if found.present:
            return found.value if unwrap else found
        return second(scope)

    return run


def bound_variable(compiler: Compiler, expr: Call) -> Typed:
    """cel.bind(name, value, expression)."""
    name = expr.args[0]
    if not isinstance(name, Ident):
        return compiler.wrong(name.at, "cel.bind() variable names must be simple identifiers")
    value = compiler.visit(expr.args[1])
    body = _with(compiler, {name.name: value.type}, lambda: compiler.visit(expr.args[2]))
    variable, value_run, body_run = name.name, value.run, body.run
    return Typed(body.type, lambda scope: body_run({**scope, variable: value_run(scope)}), expr.at)


def _with(compiler: Compiler, variables: dict[str, Type], visit: Callable[[], Typed]) -> Typed:
    """Visits with these variables declared; they hide others of their names, and do not count as used."""
    kept, uses = compiler.variables, set(compiler.uses)
    compiler.variables = {**kept, **variables}
    made = visit()
    compiler.variables = kept
    compiler.uses = {name for name in compiler.uses if name not in variables or name in uses}
    return made


def compiled(compiler: Compiler, expr: Macro) -> Typed:
    target = compiler.visit(expr.target)
    if target.type.kind == "!error!":
        return target
    if expr.name in ("optMap", "optFlatMap"):
        return _optional_macro(compiler, expr, target)
    ranged = _range(target.type, len(expr.variables))
    if ranged is None:
        text = f"expression of type '{target.type}' cannot be range of a comprehension (must be list, map, or dynamic)"
        return compiler.wrong(target.at, text)
    declared = dict(zip(expr.variables, ranged, strict=True))
    bodies = [_with(compiler, declared, lambda part=part: compiler.visit(part)) for part in expr.body]  # type: ignore[misc]
    if any(body.type.kind == "!error!" for body in bodies):
        return Typed(ERROR, fail, expr.at)
    tests = bodies if expr.name in ("all", "exists", "exists_one", "existsOne", "filter") else bodies[:-1]
    for test in tests:
        if not fits(BOOL, test.type, {}):
            return compiler.wrong(expr.at, _no_test(expr.name, test.type, target.type))
    result = _result(expr.name, target.type, ranged, bodies)
    return Typed(result, _comprehension(expr.name, target.run, expr.variables, [b.run for b in bodies]), expr.at)


def _no_test(name: str, found: Type, over: Type) -> str:
    if name in ("all", "exists"):
        operator = "_&&_" if name == "all" else "_||_"
        return f"found no matching overload for '{operator}' applied to '(bool, {found})'"
    kept = "int" if name in ("exists_one", "existsOne") else str(over)
    return f"found no matching overload for '_?_:_' applied to '({found}, {kept}, {kept})'"


def _range(type: Type, variables: int) -> tuple[Type, ...] | None:
    match type.kind:
        case "list":
            return (type.params[0],) if variables == 1 else (INT, type.params[0])
        case "map":
            return (type.params[0],) if variables == 1 else (type.params[0], type.params[1])
        case "dyn" | "param":
            return (DYN,) * variables
        case _:
            return None


def _result(name: str, over: Type, ranged: tuple[Type, ...], bodies: list[Typed]) -> Type:
    last = bodies[-1].type
    match name:
        case "filter":
            return list_of(ranged[0])
        case "map" | "transformList":
            return list_of(last)
        case "transformMap":
            return map_of(ranged[0], last)
        case "transformMapEntry":
            return last if last.kind == "map" else map_of(DYN, DYN)
        case _:
            return BOOL


def _rows(value: Any, variables: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """What the variables are, turn by turn."""
    if len(variables) == 1:
        name = variables[0]
        if not isinstance(value, list | dict):
            raise no_overload()
        for item in value:
            yield {name: item}
        return
    first, second = variables
    if not isinstance(value, list | dict):
        raise no_overload()
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield {first: key, second: item}


def _comprehension(name: str, over: Run, variables: tuple[str, ...], bodies: list[Run]) -> Run:
    def rows(scope: Scope) -> Iterator[Scope]:
        inner = dict(scope)
        for row in _rows(over(scope), variables):
            inner.update(row)
            yield inner

    body, test = bodies[-1], bodies[0] if len(bodies) == 2 else None

    def quantified(scope: Scope) -> bool:
        return _decided(((body, inner) for inner in rows(scope)), name == "exists")

    def once(scope: Scope) -> bool:
        return sum(_truth(body(inner)) for inner in rows(scope)) == 1

    def filtered(scope: Scope) -> list[Any]:
        return [inner[variables[0]] for inner in rows(scope) if _truth(body(inner))]

    def mapped(scope: Scope) -> list[Any]:
        return [body(inner) for inner in rows(scope) if test is None or _truth(test(inner))]

    def mapped_values(scope: Scope) -> dict[Any, Any]:
        return {inner[variables[0]]: body(inner) for inner in rows(scope) if test is None or _truth(test(inner))}

    def mapped_entries(scope: Scope) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for inner in rows(scope):
            if test is not None and not _truth(test(inner)):
                continue
            made = body(inner)
            for key, value in made.items():
                if key in out:
                    raise CelError(f"insert failed: key {key} already exists")
                out[key] = value
        return out

    makers: dict[str, Run] = {
        "all": quantified, "exists": quantified, "exists_one": once, "existsOne": once, "filter": filtered,
        "map": mapped, "transformList": mapped, "transformMap": mapped_values, "transformMapEntry": mapped_entries,
    }  # fmt: skip
    return makers[name]


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise no_overload()
    return value


def _optional_macro(compiler: Compiler, expr: Macro, target: Typed) -> Typed:
    if target.type.kind not in ("optional", "dyn"):
        text = f"found no matching overload for 'hasValue' applied to '{target.type}.()'"
        return compiler.wrong(expr.at, text)
    inner = target.type.params[0] if target.type.kind == "optional" else DYN
    variable = expr.variables[0]
    body = _with(compiler, {variable: inner}, lambda: compiler.visit(expr.body[0]))
    flat, over, made = expr.name == "optFlatMap", target.run, body.run

    def run(scope: Scope) -> Any:
        found = over(scope)
        if not isinstance(found, Optional):
            raise no_overload()
        if not found.present:
            return NONE
        value = made({**scope, variable: found.value})
        return value if flat else Optional(True, value)

    return Typed(body.type if flat else optional_of(body.type), run, expr.at)
