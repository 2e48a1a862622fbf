"""Answers as `meta.k8s.io/v1 Table`: what `kubectl get` prints, columns and cells made by the server."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module, resources
from typing import Any

from quorate.apiserver.columns.custom import custom_printer
from quorate.apiserver.columns.printer import NAME, Cells, Column, Printer, name
from quorate.contract.failures import bad_request
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.kinds import Kind
from quorate.objects.schema import describe

INCLUDES = ("Metadata", "Object", "None")


def table(
    kind: Kind,
    objects: Sequence[Obj],
    now: Instant,
    include: str = "Metadata",
    *,
    version: str = "v1",
    columns: Sequence[Obj] | None = None,
) -> Obj:
    """The objects as a Table, without its list metadata. Raises Refused (400) for another `include`.

    `include` says what of the object rides along with its row, `version` is that of meta.k8s.io (v1 or v1beta1),
    `columns` are the additionalPrinterColumns of a custom kind's version.
    """
    check_include(include)
    api = f"meta.k8s.io/{version}"
    printer = printer_of(kind, columns)
    return {
        "kind": "Table", "apiVersion": api, "metadata": {},
        "columnDefinitions": [_definition(column) for column in printer.columns],
        "rows": [_row(printer, obj, now, include, api) for obj in objects],
    }  # fmt: skip


def check_include(include: str) -> None:
    """Raises Refused (400)."""
    if include and include not in INCLUDES:
        why = f"includeObject: Invalid value: \"{include}\": must be 'Metadata', 'Object', 'None', or empty"
        raise bad_request(f"Unable to convert to Table as requested: {why}")


def printer_of(kind: Kind, columns: Sequence[Obj] | None = None) -> Printer:
    """The kind's own printer, that of its additionalPrinterColumns, or the plain one: name and time of creation."""
    if not kind.type:
        return custom_printer(columns or ())
    return _printers().get(kind.resource, PLAIN)


def _row(printer: Printer, obj: Obj, now: Instant, include: str, api: str) -> Obj:
    row: Obj = {"cells": printer.cells(obj, now)}
    conditions = printer.conditions(obj) if printer.conditions else None
    if conditions:
        row["conditions"] = conditions
    match include:
        case "Object":
            row["object"] = obj
        case "None":
            row["object"] = None
        case _:
            row["object"] = {"kind": "PartialObjectMetadata", "apiVersion": api, "metadata": obj["metadata"]}
    return row


def _definition(column: Column) -> Obj:
    about = describe(column.about[1:]) if column.about.startswith("@") else column.about
    return {
        "name": column.name, "type": column.type, "format": column.format, "description": about,
        "priority": int(column.wide),
    }  # fmt: skip


def _plain(obj: Obj, _: Instant) -> Cells:
    return [name(obj), obj["metadata"].get("creationTimestamp")]


PLAIN = Printer((NAME, Column("Created At", "date", "@ObjectMeta.creationTimestamp")), _plain)


@cache
def _printers() -> dict[str, Printer]:
    """By resource, from every file in `columns/`; read when the first table is asked for."""
    found: dict[str, Printer] = {}
    for file in sorted(resources.files("quorate.apiserver.columns").iterdir(), key=lambda file: file.name):
        module, dot, _ = file.name.partition(".py")
        if dot and not module.startswith("__") and file.name.endswith(".py"):
            printers: dict[str, Any] = getattr(import_module(f"quorate.apiserver.columns.{module}"), "PRINTERS", {})
            found.update(printers)
    return found
