"""The columns of custom kinds: additionalPrinterColumns, or name and age."""

from collections.abc import Sequence
from typing import Any

import orjson

from quorate.apiserver.columns.jsonpath import first
from quorate.apiserver.columns.printer import AGE, NAME, Cells, Column, Printer, name
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.ages import human_duration
from quorate.objects.times import parse_time

_AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp", "description": AGE.about}


def custom_printer(columns: Sequence[Obj]) -> Printer:
    shown = list(columns) or [_AGE]

    def cells(obj: Obj, now: Instant) -> Cells:
        return [name(obj), *(_cell(column, obj, now) for column in shown)]

    return Printer((NAME, *(_column(column) for column in shown)), cells)


def _column(column: Obj) -> Column:
    path = column["jsonPath"]
    about = column.get("description") or f"Custom resource definition column (in JSONPath format): {path}"
    return Column(column["name"], column["type"], about, bool(column.get("priority")), column.get("format", ""))


def _cell(column: Obj, obj: Obj, now: Instant) -> Any:
    """A value of another type than the column's is not shown; a string column shows anything."""
    value = first(column["jsonPath"], obj)
    if value is None:
        return None
    match column["type"]:
        case "string":
            return value if isinstance(value, str) else orjson.dumps(value).decode()
        case "boolean":
            return value if isinstance(value, bool) else None
        case "integer":
            return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        case "number":
            return value if isinstance(value, int | float) and not isinstance(value, bool) else None
        case "date" if isinstance(value, str):
            try:
                return human_duration(now - parse_time(value))
            except ValueError:
                return "<invalid>"
        case _:
            return None
