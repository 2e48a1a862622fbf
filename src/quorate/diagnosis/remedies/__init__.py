"""One remedy per file, named by `Act.remedy` or with --remedy. A file says:

    ID       its own name, with hyphens
    TITLE    what it does, in a few words
    TAKES    what --set may say, and what that means; "*" takes any name
    NEEDS    what has to be read beside what the diagnosis has read
    plan     (asked) -> Fix; raises CannotFix
    offers   optional: (case, finding) -> Act | None, where no cause has to name it

All are pure: `plan` only looks and answers what would be done. `load()` finds them, sorted by name; there is no other list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, resources

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import Fix
from quorate.diagnosis.reading import Wanted


def _offers_nothing(case: Case, finding: Finding) -> Act | None:
    return None


@dataclass(frozen=True, slots=True)
class Known:
    id: str
    title: str
    about: str
    takes: dict[str, str]
    needs: tuple[Wanted, ...]
    plan: Callable[[Asked], Fix]
    offers: Callable[[Case, Finding], Act | None]


@lru_cache(maxsize=1)
def load() -> dict[str, Known]:
    """Every remedy of the folder by its id, sorted."""
    folder = resources.files(__name__)
    stems = sorted(f.name.removesuffix(".py") for f in folder.iterdir() if f.name.endswith(".py") and f.name[0] != "_")
    out = {}
    for stem in stems:
        module = import_module(f"{__name__}.{stem}")
        out[module.ID] = Known(
            module.ID, module.TITLE, (module.__doc__ or "").strip(), dict(module.TAKES), tuple(module.NEEDS), module.plan,
            getattr(module, "offers", _offers_nothing),
        )  # fmt: skip
    return out
