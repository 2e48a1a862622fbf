"""All metrics of a world in Prometheus' text format (version 0.0.4)."""

from functools import lru_cache
from importlib import import_module, resources

from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Instant
from quorate.observe.family import Kind, Labels

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "quorate.observe.kinds"


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """The kinds that there are metrics of: the files of `kinds/`, by name."""
    files = [f.name for f in resources.files(FOLDER).iterdir() if f.name.endswith(".py") and f.name[0] != "_"]
    return tuple(import_module(f"{FOLDER}.{name.removesuffix('.py')}").KIND for name in sorted(files))


def render(reader: Reader, now: Instant) -> bytes:
    """kube-state-metrics' metrics of all that there is at `now`, the world's time."""
    lines = [
        "# HELP quorate_world_time_seconds The time in the world, in seconds since 1970.",
        "# TYPE quorate_world_time_seconds gauge",
        f"quorate_world_time_seconds {now / SECOND:.3f}",
    ]
    for kind in kinds():
        objects = [(_written(kind.identity(obj)), obj) for obj in reader.list(kind.resource)]
        for family in kind.families:
            name = family.name
            lines.append(f"# HELP {name} {family.about}")
            lines.append(f"# TYPE {name} {'counter' if name.endswith('_total') else 'gauge'}")
            for own, obj in objects:
                for labels, found in family.samples(obj):
                    more = f",{_written(labels)}" if labels else ""
                    lines.append(f"{name}{{{own}{more}}} {found}")
    lines.append("")
    return "\n".join(lines).encode()


def _written(labels: Labels) -> str:
    return ",".join([f'{name}="{_escaped(text)}"' for name, text in labels])


def _escaped(text: str) -> str:
    if "\\" in text or '"' in text or "\n" in text:
        return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return text
