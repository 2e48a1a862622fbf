"""How much a schema lets stand at a place, and how often, within a request (Kubernetes: apiserver/pkg/cel/common/schemas.go)."""

from quorate.contract.plan import Obj

REQUEST = 3 * 1024 * 1024
"""A request may be this large, in bytes."""
_LETTERS = {"duration": 32, "date": 12, "date-time": 32}
_LEAST_TEXT = {"duration": 3, "date": 12, "date-time": 21}
_LEAST = {"boolean": 4, "number": 1, "integer": 1, "array": 2}


def most_letters(schema: Obj) -> int:
    """Of a string, or an int-or-string; a character of a declared length may be four bytes."""
    most, format = schema.get("maxLength"), schema.get("format", "")
    is_text = not schema.get("x-kubernetes-int-or-string")
    if is_text and format in _LETTERS:
        return _LETTERS[format]
    if most is not None:
        return max(most, 0) if is_text and format == "byte" else max(most, 0) * 4
    if is_text and format != "byte" and schema.get("enum"):
        return max((len(v.encode()) for v in schema["enum"] if isinstance(v, str)), default=0)
    return REQUEST - 2


def most_items(schema: Obj) -> int:
    if schema.get("maxItems") is not None:
        return max(schema["maxItems"], 0)
    return (REQUEST - 2) // (least_bytes(schema["items"]) + 1)


def most_entries(schema: Obj) -> int:
    if schema.get("maxProperties") is not None:
        return max(schema["maxProperties"], 0)
    return (REQUEST - 2) // (least_bytes(schema["additionalProperties"]) + 6)


def most_times(schema: Obj) -> int:
    """How often the place may stand in a request."""
    return REQUEST // (least_bytes(schema) + 1)


def least_bytes(schema: Obj) -> int:
    """The smallest JSON that a value may have; required fields without a default count."""
    if schema.get("x-kubernetes-int-or-string"):
        return 1
    type = schema.get("type", "")
    if type == "string":
        return _LEAST_TEXT.get(schema.get("format", ""), 2)
    if type != "object":
        return _LEAST.get(type, 0)
    properties = schema.get("properties") or {}
    needed = [name for name in schema.get("required") or () if name in properties]
    if isinstance(schema.get("additionalProperties"), dict):
        return 2
    return 2 + sum(
        len(name.encode()) + least_bytes(properties[name]) + 4
        for name in needed
        if properties[name].get("default") is None
    )
