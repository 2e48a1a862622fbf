"""Drills as data: a name, what it is, and steps of one verb each. One YAML file a drill, in `drills/`."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Drill:
    """`planned`: whether people do this on purpose, so that the quorum should not be missed for long."""

    name: str
    about: str
    planned: bool
    steps: tuple[tuple[str, Any], ...]


@lru_cache(maxsize=1)
def drills() -> tuple[Drill, ...]:
    """All drills, in the order of their `rank`."""
    folder = resources.files("quorate.rehearsal") / "drills"
    found: list[tuple[int, Drill]] = []
    for file in folder.iterdir():
        if not file.name.endswith(".yaml"):
            continue
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        steps = tuple(next(iter(step.items())) if isinstance(step, dict) else (step, None) for step in data["steps"])
        found.append((data["rank"], Drill(file.name.removesuffix(".yaml"), data["about"], data["planned"], steps)))
    return tuple(drill for _, drill in sorted(found, key=_rank))


def _rank(pair: tuple[int, Drill]) -> tuple[int, str]:
    return pair[0], pair[1].name


def drill_named(name: str) -> Drill | None:
    return next((d for d in drills() if d.name == name), None)
