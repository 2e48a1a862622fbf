"""How Go prints JSON values: Kubernetes' error messages quote them so."""

from typing import Any

import orjson

TYPES = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
}


def type_name(value: Any) -> str:
    """reflect.TypeOf: "[]interface {}"; a nil has no type."""
    return "%!s(<nil>)" if value is None else TYPES[type(value)]


def json_kind(value: Any) -> str:
    """What encoding/json calls a value that it cannot decode: "object", "array", "string", "number", "bool"."""
    return {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}[type(value)]


def plain(value: Any) -> str:
    """`%v`: map[image:app:2 name:main], [a b], <nil>. Keys are sorted, strings stand bare."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case dict():
            return "map[" + " ".join(f"{k}:{plain(value[k])}" for k in sorted(value)) + "]"
        case list():
            return "[" + " ".join(map(plain, value)) + "]"
        case float():
            return _float(value)
        case _:
            return str(value)


def syntax(value: Any) -> str:
    """`%#v`: strings quoted, maps and lists with their types."""
    match value:
        case None:
            return "interface {}(nil)"
        case str():
            return quoted(value)
        case dict():
            return (
                "map[string]interface {}{" + ", ".join(f"{quoted(k)}:{syntax(value[k])}" for k in sorted(value)) + "}"
            )
        case list():
            return "[]interface {}{" + ", ".join(map(syntax, value)) + "}"
        case _:
            return plain(value)


def quoted(text: str) -> str:
    """`%q`."""
    return orjson.dumps(text).decode()


def encoded(text: str) -> str:
    """JSON text as encoding/json writes it: &, < and > escaped."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return text


def _float(value: float) -> str:
    """The shortest form; an exponent from 1e+21 on and below 1e-4, as strconv's 'g' has it for %v."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" in text and 1e-4 <= abs(value) < 1e21:
        return f"{value:f}".rstrip("0")
    return text
