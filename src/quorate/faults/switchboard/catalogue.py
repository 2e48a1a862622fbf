"""The faults there are: the files of `faults/`, found by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, resources
from inspect import getdoc
from typing import Any

from quorate.faults.switchboard.fault import CannotInject, NoSuchFault, Parameter, unknown

FOLDER = "quorate.faults"


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry. `about` is a line, `story` says what of reality it stands for."""

    name: str
    about: str
    story: str
    parameters: tuple[Parameter, ...]
    examples: tuple[str, ...]
    inject: Callable[..., Any]
    undo: Callable[..., None]

    def arguments(self, given: dict[str, Any]) -> dict[str, Any]:
        """All of its arguments, checked, with defaults. Raises CannotInject."""
        known = {p.name: p for p in self.parameters}
        given = {name.replace("-", "_"): value for name, value in given.items()}
        for name in given:
            if name not in known:
                raise CannotInject(f"{self.name}: {unknown('parameter', name, known)}")
        out = {}
        for name, parameter in known.items():
            value = given.get(name, parameter.default)
            if value is None:
                raise CannotInject(f"{self.name} wants {parameter.option}: {parameter.about}")
            out[name] = parameter.value(value)
        return out

    def described(self) -> dict[str, Any]:
        """For people and programs: `name`, `about`, `story`, `parameters`, `examples`."""
        told = [
            {"name": p.name, "about": p.about, "type": p.kind, "default": p.default, "required": p.default is None}
            for p in self.parameters
        ]
        return {
            "name": self.name, "about": self.about, "story": self.story, "parameters": told,
            "examples": list(self.examples),
        }  # fmt: skip

    def shown(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {p.name: p.shown(arguments[p.name]) for p in self.parameters}


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Without loading any of them: "controller-slow", "controller-stopped", ..."""
    files = [f.name for f in resources.files(FOLDER).iterdir() if f.name.endswith(".py") and f.name[0] != "_"]
    return tuple(sorted(name.removesuffix(".py").replace("_", "-") for name in files))


def catalogue() -> tuple[Fault, ...]:
    return tuple(fault_named(name) for name in names())


@lru_cache(maxsize=64)
def fault_named(name: str) -> Fault:
    """Raises NoSuchFault."""
    if name not in names():
        raise NoSuchFault(unknown("fault", name, names()))
    module = import_module(f"{FOLDER}.{name.replace('-', '_')}")
    about, _, story = (getdoc(module) or "").partition("\n")
    return Fault(name, about.rstrip("."), story.strip(), module.PARAMETERS, module.EXAMPLES, module.inject, module.undo)
