"""What the API server fills in: one module per kind, found by its `RESOURCE`.

A module without RESOURCE is shared by others. `default` gives back the very object when there is nothing to fill in.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from quorate.contract.plan import Obj


def _found() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "RESOURCE"):
            found[module.RESOURCE] = module
    return found


_MODULES = _found()
DEFAULTS = {resource: module.default for resource, module in _MODULES.items()}
"""The defaulting function of each resource that has one."""
STATUS_DEFAULTS = {r: module.default_status for r, module in _MODULES.items() if hasattr(module, "default_status")}


def default(resource: str, obj: Obj) -> Obj:
    """The object with its defaults (Kubernetes: SetDefaults_*), for creates and updates alike; `obj` is decoded."""
    found = DEFAULTS.get(resource)
    return obj if found is None else found(obj)


def default_status(resource: str, obj: Obj) -> Obj:
    """The object with the defaults of its status, for writes to that subresource."""
    found = STATUS_DEFAULTS.get(resource)
    return obj if found is None else found(obj)
