"""One check per file: what a playbook's steps and rules name. A file says `ID`, its own name with hyphens, and

look(case) -> Shown
"""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module, resources

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown

Check = Callable[[Case], Shown]


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Of all checks, without loading them."""
    folder = resources.files(__name__)
    stems = sorted(f.name.removesuffix(".py") for f in folder.iterdir() if f.name.endswith(".py") and f.name[0] != "_")
    return tuple(s.replace("_", "-") for s in stems)


def check_named(name: str) -> Check:
    """Raises KeyError for a name that is no check's."""
    if name not in names():
        raise KeyError(name)
    found: Check = import_module(f"{__name__}.{name.replace('-', '_')}").look
    return found


def about(name: str) -> str:
    """What a check looks at, in a sentence. Raises KeyError."""
    module = import_module(check_named(name).__module__)
    return " ".join((module.__doc__ or "").split())
