"""Arguments that are written out, looked at when an expression is compiled (cel-go: validator.go, ext/formatting.go)."""

from collections.abc import Callable, Mapping

from quorate.objects.cel.declarations import Library
from quorate.objects.cel.format import TAKES, misfit, parts_of
from quorate.objects.cel.syntax import Call, Const, Entries, Expr, Items
from quorate.objects.cel.types import Type
from quorate.objects.cel.values import CelError

Wrong = Callable[[int, str], object]
_NAMES = {
    "null": "null_type", "timestamp": "google.protobuf.Timestamp", "duration": "google.protobuf.Duration",
    "optional": "optional_type",
}  # fmt: skip


def check(name: str, expr: Call, types: Mapping[int, Type], library: Library, wrong: Wrong) -> None:
    """Tells `wrong` where patterns, times and texts to be formatted cannot be what they have to be.

    `types` are those of the expression's parts, by their id().
    """
    if name == "format":
        _format(expr, types, wrong)
    elif name in ("matches", "timestamp", "duration") and expr.args:
        last = expr.args[-1]
        if not isinstance(last, Const) or not isinstance(last.value, str):
            return
        overload = next(o for o in library[name] if o.arguments[-1].kind == "string")
        try:
            overload.run(*(["", last.value] if name == "matches" else [last.value]))
        except CelError:
            wrong(last.at, f"invalid {name} argument")


def _format(expr: Call, types: Mapping[int, Type], wrong: Wrong) -> None:
    text, args = expr.target, expr.args[0] if len(expr.args) == 1 else None
    if not isinstance(text, Const) or not isinstance(text.value, str) or not isinstance(args, Items):
        return
    used = 0
    try:
        for part in parts_of(text.value, len(args.items)):
            if isinstance(part, str):
                continue
            verb, argument = part[0], args.items[used]
            bad = _misfit(argument, types, TAKES[verb], deep=verb == "s")
            if bad is not None:
                wrong(bad.at, misfit(verb, _name(types[id(bad)])))
                return
            used += 1
    except CelError as unread:
        wrong(expr.at, str(unread))
        return
    if len(args.items) > used:
        wrong(expr.at, f"too many arguments supplied to string.format (expected {used}, got {len(args.items)})")


def _misfit(expr: Expr, types: Mapping[int, Type], takes: tuple[str, ...], deep: bool) -> Expr | None:
    """The part that is of no type that is taken; all that is shown has to be, however deep in literals it is."""
    found = types[id(expr)]
    if found.kind not in ("dyn", "param", "!error!") and _name(found) not in takes:
        return expr
    parts: list[Expr] = []
    if deep and isinstance(expr, Items):
        parts = expr.items
    elif deep and isinstance(expr, Entries):
        parts = [part for key, value, _ in expr.entries for part in (key, value)]
    return next((bad for part in parts if (bad := _misfit(part, types, takes, deep)) is not None), None)


def _name(type: Type) -> str:
    return type.name if type.kind in ("object", "opaque") else _NAMES.get(type.kind, type.kind)
