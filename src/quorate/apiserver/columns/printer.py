"""What a printer is: the columns of a kind and the function that fills a row. And the words that many cells share.

(Kubernetes: pkg/printers/internalversion, with the wide columns, which the client hides unless asked for.)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects import selectors
from quorate.objects.ages import human_duration
from quorate.objects.times import parse_time

Cells = list[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `wide` ones are shown by `-o wide` only. `about` is text, or "@Type.field" for that field's."""

    name: str
    type: str = "string"
    about: str = ""
    wide: bool = False
    format: str = ""


@dataclass(frozen=True, slots=True)
class Printer:
    """`cells` gives a row for an object at `now`; `conditions` what a row says of itself (a pod that is done)."""

    columns: tuple[Column, ...]
    cells: Callable[[Obj, Instant], Cells]
    conditions: Callable[[Obj], list[Obj]] | None = None


NAME = Column("Name", about="@ObjectMeta.name", format="name")
AGE = Column("Age", about="@ObjectMeta.creationTimestamp")
TEMPLATE = (
    Column("Containers", about="Names of each container in the template.", wide=True),
    Column("Images", about="Images referenced by each container in the template.", wide=True),
)


def name(obj: Obj) -> str:
    found: str = obj["metadata"].get("name", "")
    return found


def since(time: str | None, now: Instant) -> str:
    """How long ago, "<unknown>" when there is no time."""
    return human_duration(now - parse_time(time)) if time else "<unknown>"


def age(obj: Obj, now: Instant) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)


def spec(obj: Obj) -> Obj:
    return obj.get("spec") or {}


def status(obj: Obj) -> Obj:
    return obj.get("status") or {}


def count(obj: Obj, field: str) -> int:
    """A counter of the status; absent is 0."""
    return int(status(obj).get(field) or 0)


def is_leaving(obj: Obj) -> bool:
    return bool(obj["metadata"].get("deletionTimestamp"))


def labels_text(labels: Mapping[str, str] | None) -> str:
    """ "a=b,c=d", "<none>" when empty."""
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) if labels else "<none>"


def selector_text(selector: Obj | None) -> str:
    return selectors.text(selector) or "<none>"


def containers(template: Obj | None) -> tuple[str, str]:
    """(names, images) of a pod template's containers."""
    found = spec(template or {}).get("containers") or ()
    return ",".join(c.get("name", "") for c in found), ",".join(c.get("image", "") for c in found)


def some(parts: Iterable[str], most: int, empty: str) -> str:
    """The first few and how many more: "a,b,c + 2 more..."."""
    found = list(parts)
    text = ",".join(found[:most])
    if len(found) > most:
        return f"{text} + {len(found) - most} more..."
    return text or empty
