"""Formats in the schemas of a CustomResourceDefinition that mean nothing (Kubernetes: its strategy's warnings)."""

from collections.abc import Iterator
from typing import Any

from quorate.contract.plan import Obj
from quorate.objects.string_formats import is_known

_NAMED = ("properties", "patternProperties", "definitions", "dependencies")
_LISTED = ("allOf", "anyOf", "oneOf")
_ONE = ("items", "additionalProperties", "additionalItems", "not")


def format_warnings(definition: Obj, old: Obj | None) -> list[str]:
    """What is said of texts' formats that are not known; of an update only those that were not there before."""
    before = set(_unknown(old)) if old is not None else set()
    return [f'unrecognized format "{name}"' for name in _unknown(definition) if name not in before]


def _unknown(definition: Obj) -> Iterator[str]:
    for version in (definition.get("spec") or {}).get("versions") or ():
        yield from _within((version.get("schema") or {}).get("openAPIV3Schema"))


def _within(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _within(part)
    if not isinstance(schema, dict):
        return
    name = schema.get("format")
    if name and schema.get("type") == "string" and not is_known("string", name):
        yield name
    for key in _NAMED:
        for part in (schema.get(key) or {}).values():
            yield from _within(part)
    for key in (*_LISTED, *_ONE):
        yield from _within(schema.get(key))
