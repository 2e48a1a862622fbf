"""How Kubernetes shows what changed in a field that may not change: the lines of both, as a unified diff."""

from difflib import unified_diff
from typing import Any

import orjson


def shown(old: Any, new: Any) -> str:
    """Hunks from "@@ ..." on, without file names (apimachinery/pkg/util/diff)."""
    lines = unified_diff(_lines(old), _lines(new), lineterm="")
    return "\n".join(list(lines)[2:])


def _lines(value: Any) -> list[str]:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode().splitlines()
