"""What the API server fills in: one module per kind, found by its `RESOURCE`.

A module without RESOURCE is shared by others. `default` gives back the very object when there is nothing to fill in.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from quorate.contract.plan import Obj


def _found() -> dict[str, Callable[[Obj], Obj]]:
    found: dict[str, Callable[[Obj], Obj]] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "RESOURCE"):
            found[module.RESOURCE] = module.default
    return found


DEFAULTS = _found()
"""The defaulting function of each resource that has one."""


def default(resource: str, obj: Obj) -> Obj:
    """The object with its defaults (Kubernetes: SetDefaults_*), for creates and updates alike; `obj` is decoded."""
    found = DEFAULTS.get(resource)
    return obj if found is None else found(obj)
