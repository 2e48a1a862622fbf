"""Simple JSON paths into a schema: ".spec.size", ".spec.labels['a.b']" (Kubernetes: schema/cel, ValidFieldPath)."""

import re

from quorate.contract.plan import Obj

_TOKENS = re.compile(r"'(?:[^'\\]|\\.)*'|[.\[\]]|[^.\[\]']+")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


def normal_path(path: str, schema: Obj, arrays: bool = True) -> tuple[str, Obj | None, str]:
    """(the path as errors write it, the schema found there, why it is none) of ".a.b" or ".a['b.c']"."""
    tokens = _TOKENS.findall(path)
    out, i = "", 0
    here: Obj | None = schema
    while i < len(tokens):
        token = tokens[i]
        if token == "[":
            if not arrays:
                return "", None, "array notation is not allowed"
            if i + 1 >= len(tokens):
                return "", None, "unexpected end of JSON path"
            quoted = tokens[i + 1]
            if len(quoted) < 2 or quoted[0] != "'" or quoted[-1] != "'":
                return "", None, f"expected single quoted string but got {quoted}"
            name = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), quoted[1:-1])
            if i + 2 >= len(tokens):
                return "", None, "unexpected end of JSON path"
            if tokens[i + 2] != "]":
                return "", None, f"expected ] but got {tokens[i + 2]}"
            i += 3
        elif token == ".":
            if i + 1 >= len(tokens):
                return "", None, "unexpected end of JSON path"
            name = tokens[i + 1]
            i += 2
        else:
            return "", None, f"expected [ or . but got: {token}"
        here = here or {}
        if here.get("properties"):
            here = here["properties"].get(name)
            out += f".{name}"
        elif isinstance(here.get("additionalProperties"), dict):
            here = here["additionalProperties"]
            out += f"[{name}]"
        else:
            here = None
        if here is None:
            return "", None, "does not refer to a valid field"
    return out.removeprefix("."), here, ""
