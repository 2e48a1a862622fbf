"""Keys that a request body writes twice, as strict field validation tells them.

Parsers keep the last value and say nothing, so these look at the text itself; callers do so only when somebody is to be
told (fieldValidation Strict or Warn).
"""

import json
from collections.abc import Iterator
from typing import Any


def json_duplicates(raw: bytes) -> tuple[str, ...]:
    """In document order: 'duplicate field "data.a"'. () for a body that is no JSON."""
    if not _has_duplicates(raw):
        return ()
    tree = json.loads(raw, object_pairs_hook=_Pairs)
    return tuple(f'duplicate field "{path}"' for path in _repeated(tree, ""))


def yaml_duplicates(raw: bytes) -> tuple[str, ...]:
    """One sentence for all of them, with the lines of a YAML body; () when there are none."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        tree = yaml.compose(raw, Loader=loader)
    except yaml.YAMLError:
        return ()
    lines = [f'  line {line}: key "{key}" already set in map' for line, key in _repeated_nodes(tree)]
    return ("\n".join(["yaml: unmarshal errors:", *lines]),) if lines else ()


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, so that none is lost."""


def _has_duplicates(raw: bytes) -> bool:
    found = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({key for key, _ in pairs}) != len(pairs)

    try:
        json.loads(raw, object_pairs_hook=look)
    except ValueError:
        return False
    return found


def _repeated(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            at = f"{path}.{key}" if path else key
            if key in seen:
                yield at
            seen.add(key)
            yield from _repeated(item, at)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _repeated(item, f"{path}[{i}]")


def _repeated_nodes(node: Any) -> Iterator[tuple[int, str]]:
    """(line, key), lines counted from 1."""
    if node is None or isinstance(node.value, str):
        return
    seen: set[str] = set()
    for entry in node.value:
        if not isinstance(entry, tuple):
            yield from _repeated_nodes(entry)
            continue
        key, value = entry
        if isinstance(key.value, str):
            if key.value in seen and key.value != "<<":
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
        yield from _repeated_nodes(value)
