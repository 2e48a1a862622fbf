"""One cause per file. A file says:

    ID        its own name, with hyphens
    TITLE     the cause in a few words
    NEEDS     resources that it reads
    EXPLAINS  causes that are its consequences: when both are found, this one stands before them
    look      (case) -> Finding | None

`load()` finds them all, sorted by name; there is no other list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, resources

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding


@dataclass(frozen=True, slots=True)
class Cause:
    id: str
    title: str
    about: str
    needs: tuple[str, ...]
    explains: frozenset[str]
    look: Callable[[Case], Finding | None]


@lru_cache(maxsize=1)
def load() -> tuple[Cause, ...]:
    """Every cause of the folder, by name."""
    folder = resources.files(__name__)
    stems = sorted(f.name.removesuffix(".py") for f in folder.iterdir() if f.name.endswith(".py") and f.name[0] != "_")
    out = []
    for stem in stems:
        module = import_module(f"{__name__}.{stem}")
        out.append(
            Cause(
                module.ID, module.TITLE, (module.__doc__ or "").strip(), tuple(module.NEEDS),
                frozenset(getattr(module, "EXPLAINS", ())), module.look,
            )
        )  # fmt: skip
    return tuple(out)
