"""All metrics of a world in Prometheus' text format (version 0.0.4)."""

from functools import lru_cache
from importlib import import_module, resources

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.collection import key_of
from quorate.observe.family import Family, Kind, Labels

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "quorate.observe.kinds"

Row = tuple[bytes, ...]
"""What one object adds to each family of its kind."""


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """The kinds that there are metrics of: the files of `kinds/`, by name."""
    files = [f.name for f in resources.files(FOLDER).iterdir() if f.name.endswith(".py") and f.name[0] != "_"]
    return tuple(import_module(f"{FOLDER}.{name.removesuffix('.py')}").KIND for name in sorted(files))


class Exposition:
    """Writes the metrics again and again, and anew only of objects that have changed.

    Committed objects are never changed in place, so the same object has the same metrics: what was written of it is kept
    for as long as it is there (7 KB for a pod of one container).
    """

    def __init__(self) -> None:
        self._kept: dict[str, dict[Key, tuple[Obj, Row]]] = {}

    def render(self, reader: Reader, now: Instant) -> bytes:
        """kube-state-metrics' metrics of all that there is at `now`, the world's time."""
        out = [
            b"# HELP quorate_world_time_seconds The time in the world, in seconds since 1970.\n"
            b"# TYPE quorate_world_time_seconds gauge\n"
            b"quorate_world_time_seconds %.3f\n" % (now / SECOND)
        ]
        for kind in kinds():
            rows = self._rows(kind, reader)
            for at, head in enumerate(_heads(kind)):
                out.append(head)
                out += [row[at] for row in rows]
        return b"".join(out)

    def _rows(self, kind: Kind, reader: Reader) -> list[Row]:
        kept, now = self._kept.get(kind.resource, {}), {}
        for obj in reader.list(kind.resource):
            key = key_of(obj)
            held = kept.get(key)
            now[key] = held if held is not None and held[0] is obj else (obj, _row(kind, obj))
        self._kept[kind.resource] = now
        return [row for _, row in now.values()]


def render(reader: Reader, now: Instant) -> bytes:
    """What `Exposition.render` writes, once."""
    return Exposition().render(reader, now)


@lru_cache(maxsize=64)
def _heads(kind: Kind) -> tuple[bytes, ...]:
    return tuple(
        f"# HELP {family.name} {family.about}\n# TYPE {family.name} {type_of(family)}\n".encode()
        for family in kind.families
    )


def type_of(family: Family) -> str:
    return "counter" if family.name.endswith("_total") else "gauge"


def _row(kind: Kind, obj: Obj) -> Row:
    own = _written(kind.identity(obj))
    row = []
    for family in kind.families:
        lines = ""
        for labels, found in family.samples(obj):
            more = f",{_written(labels)}" if labels else ""
            lines += f"{family.name}{{{own}{more}}} {found}\n"
        row.append(lines.encode())
    return tuple(row)


def _written(labels: Labels) -> str:
    return ",".join([f'{name}="{_escaped(text)}"' for name, text in labels])


def _escaped(text: str) -> str:
    if "\\" in text or '"' in text or "\n" in text:
        return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return text
