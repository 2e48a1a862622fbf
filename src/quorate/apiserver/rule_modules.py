"""Rules that have a module for each kind, named after it, loaded when the kind is first met: a start does not wait for them."""

from importlib import import_module
from typing import Any

from quorate.objects.kinds import all_kinds, by_resource


class RuleModules:
    """The modules of a package that say in RESOURCE for which resource they are; `package` is its name, `names` its modules.

    The module of "statefulsets.apps" is `statefulset`, after the kind.
    """

    def __init__(self, package: str, names: frozenset[str]) -> None:
        self._package, self._names = package, names
        self._found: dict[str, Any] = {}

    def get(self, resource: str) -> Any:
        """None for a resource without a module, and for one that is not built in."""
        try:
            return self._found[resource]
        except KeyError:
            pass
        kind = by_resource(resource)
        if kind is None:
            return None  # kinds that users define come and go: nothing is kept of them
        name, module = kind.kind.lower(), None
        if name in self._names:
            module = import_module(f"{self._package}.{name}")
            if getattr(module, "RESOURCE", None) != resource:
                module = None
        self._found[resource] = module
        return module

    def __getitem__(self, resource: str) -> Any:
        module = self.get(resource)
        if module is None:
            raise KeyError(resource)
        return module

    def resources(self) -> list[str]:
        """Those that have a module. Loads them all."""
        return sorted({kind.resource for kind in all_kinds() if self.get(kind.resource) is not None})
