"""Text of a dump as documents: JSON (several in a row, logs between them) and YAML."""

import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar

import orjson
import yaml

from quorate.edge.dump_files import Logs

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """What is wrong with a file, and at which line."""


def parse_json(data: bytes, logs: Logs) -> Iterator[Any]:
    """Every document in it; what `kubectl cluster-info dump` prints has logs in between. Raises Unreadable."""
    try:
        yield orjson.loads(data)
        return
    except orjson.JSONDecodeError as wrong:
        first = wrong
    text = data.decode("utf-8", "replace")
    decoder, at, found = json.JSONDecoder(), 0, False
    while True:
        at = _next_document(text, at, logs)
        if at < 0:
            break
        try:
            document, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as wrong:
            raise Unreadable(_json_error(wrong.msg, wrong.pos, wrong.lineno, wrong.colno, text)) from None
        found = True
        yield document
    if not found:
        raise Unreadable(_json_error(first.msg, first.pos, first.lineno, first.colno, text))


def _json_error(says: str, at: int, line: int, column: int, text: str) -> str:
    if at >= len(text.rstrip()) - 1 or "unexpected end" in says or "EOF" in says or "Unterminated" in says:
        return f"the JSON ends in the middle, at line {line}: the file is cut off"
    return f"not JSON at line {line}, column {column}: {says}"


_LOG = re.compile(
    r"==== START logs for container (\S+) of pod (\S+?)/(\S+) ====\n(.*?)(?:==== END logs[^\n]*|\Z)", re.S
)
_NEXT = re.compile(r"\S")


def _next_document(text: str, at: int, logs: Logs) -> int:
    """Where the next JSON document begins; logs on the way are taken. -1 at the end."""
    while True:
        start = _NEXT.search(text, at)
        if start is None:
            return -1
        at = start.start()
        if text[at] in "{[":
            return at
        log = _LOG.match(text, at)
        if log is not None:
            logs.put(log[2], log[3], log[1], log[4])
            at = log.end()
        else:
            line = text.find("\n", at)
            if line < 0:
                return -1
            at = line + 1


class _ApiLoader(Loader):
    """Without dates: the API has them as text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }


def parse_yaml(data: bytes) -> Iterator[Any]:
    """Every document in it. Raises Unreadable."""
    try:
        yield from yaml.load_all(data, Loader=_ApiLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        at = f" at line {mark.line + 1}" if mark is not None else ""
        raise Unreadable(f"not YAML{at}: {wrong.problem or wrong.context or 'cannot be read'}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as wrong:
        raise Unreadable(f"not YAML: {' '.join(str(wrong).split())}") from None
