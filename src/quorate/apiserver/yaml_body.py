"""YAML request bodies, read as Go's YAML libraries read them: YAML 1.1 with their own ideas of numbers and truth."""

import re
from functools import cache
from typing import Any

from quorate.contract.failures import bad_request

_BOOL = "tag:yaml.org,2002:bool"
_FLOAT = "tag:yaml.org,2002:float"
_INT = "tag:yaml.org,2002:int"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"

_INT_TEXT = re.compile(r"^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$")
_FLOAT_TEXT = re.compile(
    r"^([-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$"
)
_BOOL_TEXT = re.compile(r"^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$")
MOST_VALUES = 300_000
"""Values in a document with its aliases written out."""
_TRUE = frozenset({"y", "yes", "true", "on"})


def parse_yaml(raw: bytes) -> Any:
    """The first document as JSON would have it: every key is text. Raises Refused (400)."""
    import yaml

    try:
        loader = _loader()(raw)
        try:
            found = loader.get_data() if loader.check_data() else None
        finally:
            loader.dispose()
        if b"*" in raw and _size(found, {}) > MOST_VALUES:
            raise ValueError("document contains excessive aliasing")
        return found
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        raise bad_request(f"error converting YAML to JSON: yaml: {_told(wrong)}") from None


def _told(wrong: Exception) -> str:
    """In Go's words (yaml.v2, parser.fail), whose lines of what the parser finds are one less than one would think."""
    problem: str | None = getattr(wrong, "problem", None)
    if not problem:
        return " ".join(str(wrong).split())
    lines = [getattr(getattr(wrong, mark, None), "line", 0) or 0 for mark in ("problem_mark", "context_mark")]
    line = lines[0] or lines[1]
    if lines[0] and type(wrong).__name__ == "ScannerError":
        line += 1
    return f"line {line}: {problem}" if line else problem


@cache
def _loader() -> Any:
    """YAML's C loader, without times and sexagesimal numbers, with y and n as truth values and 1e3 as a number."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    ours = (_BOOL, _FLOAT, _INT, _TIMESTAMP)
    resolvers: dict[Any, list[Any]] = {
        first: [(tag, regexp) for tag, regexp in rules if tag not in ours]
        for first, rules in base.yaml_implicit_resolvers.items()
    }
    for letters, tag, regexp in (
        ("yYnNtTfFoO", _BOOL, _BOOL_TEXT),
        ("-+0123456789", _INT, _INT_TEXT),
        ("-+.0123456789", _FLOAT, _FLOAT_TEXT),
    ):
        for letter in letters:
            resolvers.setdefault(letter, []).append((tag, regexp))
    made: Any = type("ApiLoader", (base,), {"yaml_implicit_resolvers": resolvers})
    for name in ("map", "set"):
        made.add_constructor(f"tag:yaml.org,2002:{name}", _map)
    made.add_constructor("tag:yaml.org,2002:binary", _text)
    made.add_constructor(_BOOL, _truth)
    made.add_constructor(_INT, _whole)
    made.add_constructor(_FLOAT, _float)
    return made


def _map(loader: Any, node: Any) -> dict[str, Any]:
    """Keys become text one by one: 1 and true are two keys, though Python takes them for one."""
    loader.flatten_mapping(node)
    return {
        _key(loader.construct_object(key, deep=True)): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


def _text(loader: Any, node: Any) -> str:
    found: str = loader.construct_scalar(node)
    return found


def _truth(loader: Any, node: Any) -> bool:
    return loader.construct_scalar(node).lower() in _TRUE


def _whole(loader: Any, node: Any) -> int | float:
    text = loader.construct_scalar(node).replace("_", "")
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    if digits.startswith(("0b", "0o", "0x")):
        number = int(digits, 0)
    elif len(digits) > 1 and digits.startswith("0"):
        number = int(digits, 8)
    else:
        number = int(digits)
    return sign * number if number < 1 << 64 else float(sign * number)


def _float(loader: Any, node: Any) -> int | float:
    """JSON has one kind of number: 1e3 is 1000."""
    text = loader.construct_scalar(node).replace("_", "").lower()
    if text.lstrip("+-") in (".inf", ".nan"):
        raise ValueError(f"json: unsupported value: {text.replace('.', '')}")
    number = float(text)
    return int(number) if abs(number) < 1e21 and number.is_integer() else number


def _key(key: Any) -> str:
    match key:
        case str():
            return key
        case bool():
            return "true" if key else "false"
        case int():
            return str(key)
        case float():
            return f"{key:g}"
        case _:
            raise ValueError(f"unsupported map key of type: {type(key).__name__}")


def _size(value: Any, known: dict[int, int]) -> int:
    """How many values there are when every alias is written out; shared ones are counted once and added often."""
    if not isinstance(value, dict | list):
        return 1
    found = known.get(id(value))
    if found is None:
        inner = value.values() if isinstance(value, dict) else value
        found = known[id(value)] = 1 + sum(_size(item, known) for item in inner)
    return found
