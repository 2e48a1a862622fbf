"""Fields of objects and maps, and the names under which expressions know them."""

import re
from collections.abc import Callable
from typing import Any

from quorate.objects.cel.values import NONE, CelError, Optional, no_overload

KEYWORDS = frozenset({
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return",
})  # fmt: skip
_NAMEABLE = re.compile(r"[a-zA-Z_./-][a-zA-Z0-9_./-]*")
_WORDS = {"underscores": "__", "dot": ".", "dash": "-", "slash": "/"}
_ESCAPED = re.compile(r"__(underscores|dot|dash|slash)__")

Run = Callable[[dict[str, Any]], Any]


def escaped(name: str) -> str | None:
    """The name by which an expression reaches a property; None for one that it cannot reach."""
    if name in KEYWORDS:
        return f"__{name}__"
    if not _NAMEABLE.fullmatch(name):
        return None
    out = name.replace("__", "__underscores__")
    return out.replace(".", "__dot__").replace("-", "__dash__").replace("/", "__slash__")


def unescaped(name: str) -> str:
    """The property that an expression means by this name."""
    if name.startswith("__") and name.endswith("__") and name[2:-2] in KEYWORDS:
        return name[2:-2]
    return _ESCAPED.sub(lambda found: _WORDS[found[1]], name)


def field_run(operand: Run, name: str, raw: str, declared: bool, optional: bool) -> Run:
    """`declared` fields that are null count as absent."""

    def run(scope: dict[str, Any]) -> Any:
        value = operand(scope)
        if value.__class__ is not dict:
            if isinstance(value, Optional):
                if not value.present:
                    return NONE
                return _optional(value.value, name, raw, declared)
            if not isinstance(value, dict):
                raise no_overload()
        if optional:
            return _optional(value, name, raw, declared)
        found = value.get(name if name in value else raw)
        if found is None and (declared or (name not in value and raw not in value)):
            raise CelError(f"no such key: {name}")
        return found

    return run


def _optional(value: Any, name: str, raw: str, declared: bool) -> Optional:
    if not isinstance(value, dict):
        raise no_overload()
    key = name if name in value else raw
    if key not in value or (declared and value[key] is None):
        return NONE
    return Optional(True, value[key])


def has_run(operand: Run, name: str, raw: str, declared: bool) -> Run:
    def run(scope: dict[str, Any]) -> bool:
        value = operand(scope)
        if isinstance(value, Optional):
            if not value.present:
                return False
            value = value.value
        if not isinstance(value, dict):
            raise no_overload()
        key = name if name in value else raw
        return key in value and not (declared and value[key] is None)

    return run
