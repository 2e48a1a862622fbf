"""Diagnoses as plain data, and as JSON or YAML. Times are RFC 3339."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Literal

import orjson
import yaml

from quorate.diagnosis.answer import Diagnosis
from quorate.objects.times import micro_time_text

TIMES = frozenset({"at", "onset", "since", "until", "first", "last"})
"""Fields that hold an instant."""


def render(diagnoses: Sequence[Diagnosis], output: Literal["json", "yaml"], source: str = "") -> str:
    """The diagnoses as one document of kind Diagnosis list."""
    made = {
        "apiVersion": "quorate.dev/v1", "kind": "DiagnosisList", "source": source,
        "items": [data_of(d) for d in diagnoses],
    }  # fmt: skip
    if output == "json":
        return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"
    return yaml.safe_dump(made, sort_keys=False)


def data_of(value: Any, name: str = "") -> Any:
    """A value as JSON has it: dataclasses by their fields, instants as text, anything unknown as its text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel(f.name): data_of(getattr(value, f.name), f.name) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): data_of(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [data_of(v, name) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, int) and not isinstance(value, bool) and name in TIMES:
        return micro_time_text(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
