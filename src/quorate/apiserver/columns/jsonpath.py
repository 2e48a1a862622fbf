"""The simple JSONPath of printer columns: .a.b, ['a'], [0], [-1], [*], [?(@.type=="Ready")]; the first match counts."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

_STEP = re.compile(
    r"""\.(?P<field>[A-Za-z0-9_\-/\\.]*?(?<!\\)(?=[.\[]|$))"""
    r"""|\[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]"""
    r"""|\[(?P<index>-?\d+)\]"""
    r"""|\[(?P<all>\*)\]"""
    r"""|\[\?\(@(?P<left>[^=!<>]*?)\s*(?P<op>==|!=)\s*(?P<right>.*?)\)\]"""
)

Step = tuple[str, Any]


def first(path: str, obj: Any) -> Any:
    """The first value at the path; None when there is none, or the path cannot be read."""
    return next(iter(_found(_steps(path), [obj])), None)


@lru_cache(maxsize=512)
def _steps(path: str) -> tuple[Step, ...]:
    """[] of a path that cannot be read is a step that finds nothing."""
    text = path.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    out: list[Step] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or match.end() == at:
            return (("nothing", None),)
        at = match.end()
        if match["field"] is not None:
            if match["field"]:
                out.append(("field", match["field"].replace("\\.", ".")))
        elif match["quote"]:
            out.append(("field", match["quoted"]))
        elif match["index"]:
            out.append(("index", int(match["index"])))
        elif match["all"]:
            out.append(("all", None))
        else:
            out.append(("filter", (match["left"], match["op"], _literal(match["right"]))))
    return tuple(out)


def _literal(text: str) -> Any:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        return text


def _found(steps: tuple[Step, ...], values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if not steps:
            yield value
        else:
            yield from _found(steps[1:], _step(steps[0], value))


def _step(step: Step, value: Any) -> list[Any]:
    kind, what = step
    match kind:
        case "field":
            return [value[what]] if isinstance(value, dict) and what in value else []
        case "index":
            return [value[what]] if isinstance(value, list) and -len(value) <= what < len(value) else []
        case "all":
            return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        case "filter":
            left, operator, right = what
            items = value if isinstance(value, list) else []
            return [item for item in items if (first(left, item) == right) is (operator == "==")]
        case _:
            return []
