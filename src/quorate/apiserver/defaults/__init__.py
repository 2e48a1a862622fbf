"""What the API server fills in: one module per kind, found by its `RESOURCE`.

A module without RESOURCE is shared by others. `default` gives back the very object when there is nothing to fill in.
"""

from pkgutil import iter_modules

from quorate.apiserver.rule_modules import RuleModules
from quorate.contract.plan import Obj

DEFAULTS = RuleModules(__name__, frozenset(module.name for module in iter_modules(__path__)))
"""The module of each resource that has one."""


def default(resource: str, obj: Obj) -> Obj:
    """The object with its defaults (Kubernetes: SetDefaults_*), for creates and updates alike; `obj` is decoded."""
    found = DEFAULTS.get(resource)
    if found is None:
        return obj
    made: Obj = found.default(obj)
    return made


def default_status(resource: str, obj: Obj) -> Obj:
    """The object with the defaults of its status, for writes to that subresource."""
    found = DEFAULTS.get(resource)
    if found is None or not hasattr(found, "default_status"):
        return obj
    made: Obj = found.default_status(obj)
    return made
