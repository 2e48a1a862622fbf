"""Objects that expressions of mutating policies make: Object{...}, Object.spec{...}, JSONPatch{...}.

(Kubernetes: apiserver/pkg/cel/mutation.) They are dicts that know their type; `plain` makes JSON of them.
"""

from typing import TYPE_CHECKING, Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.selection import unescaped
from quorate.objects.cel.syntax import Message
from quorate.objects.cel.typed import Run, Scope, Typed
from quorate.objects.cel.types import DYN, STRING, Type, fits
from quorate.objects.cel.values import CelError, Optional

if TYPE_CHECKING:
    from quorate.objects.cel.compiler import Compiler

OBJECT, PATCH = "Object", "JSONPatch"
PATCH_FIELDS = {"op": STRING, "path": STRING, "from": STRING, "value": DYN}


class Made(dict[str, Any]):
    """What an expression has made; `made_as` is the type's name: "Object.spec"."""

    def __init__(self, made_as: str, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.made_as = made_as


class Mistyped(Exception):
    """An object stands where its type does not belong."""


def type_of(name: str) -> Type:
    return Type("object", name=name)


def compiled(compiler: "Compiler", expr: Message) -> Typed:
    name = expr.name
    root = name.partition(".")[0]
    if root not in compiler.messages or (root == PATCH and name != PATCH):
        return compiler.wrong(expr.at, f"undeclared reference to '{name}' (in container '')")
    rows: list[tuple[str, Run, bool]] = []
    for field, value, optional in expr.fields:
        made = compiler.visit(value)
        if name == PATCH:
            wanted = PATCH_FIELDS.get(field)
            if wanted is None:
                compiler.wrong(expr.at, f"undefined field '{field}'")
            elif not fits(wanted, made.type, {}) and made.type.kind not in ("!error!", "optional"):
                text = f"expected type of field '{field}' is '{wanted}' but provided type is '{made.type}'"
                compiler.wrong(made.at, text)
        rows.append((field if name == PATCH else unescaped(field), made.run, optional))
    return Typed(type_of(name), _run(name, rows), expr.at)


def _run(name: str, rows: list[tuple[str, Run, bool]]) -> Run:
    def make(scope: Scope) -> Made:
        out: dict[str, Any] = {}
        for field, run, optional in rows:
            value = run(scope)
            if optional:
                if not isinstance(value, Optional):
                    raise CelError("no such overload")
                if not value.present:
                    continue
                value = value.value
            out[field] = value
        return Made(name, out)

    return make


def plain(value: Any, path: str = "") -> Any:
    """JSON of what was made. With `path`, the objects in it must be of the types that their places say. Raises Mistyped."""
    if isinstance(value, Made):
        if path and value.made_as != path:
            raise Mistyped(
                f'type mismatch: unexpected type name "{value.made_as}", expected "{path}", which matches field name path '
                f"from root {OBJECT} type"
            )
        start = value.made_as
        return {field: plain(inner, f"{start}.{field}") for field, inner in value.items()}
    if isinstance(value, dict):
        return {str(key): plain(inner, path) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, path) for inner in value]
    return value


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def library() -> Library:
    return declare([("jsonpatch.escapeKey(string)", "string", _escaped)])
