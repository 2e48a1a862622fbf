"""The custom kinds that a server serves, kept up to date from the definitions in its store."""

from typing import Any

from quorate.apiserver.custom.served import DEFINITIONS, kept_kind, kinds_of
from quorate.apiserver.store.store import Change
from quorate.contract.plan import Obj
from quorate.objects.collection import Collection, key_of
from quorate.objects.kinds import Kind, Kinds


class Registry:
    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self._custom: dict[str, list[Kind]] = {}
        self.kept: dict[str, Kind] = {}
        """By resource, what objects of it are kept as, whether or not it is served."""

    def load(self, stored: Collection) -> None:
        """Serve what the stored definitions declare: after a restart nobody tells of them."""
        for definition in stored.list(DEFINITIONS):
            self._take(definition)

    def hear(self, change: Change) -> None:
        if change.resource != DEFINITIONS:
            if change.type == "DELETED" and change.resource in self._custom:
                for kind in self._custom[change.resource]:
                    kind.custom.read.pop(key_of(change.new), None)
            return
        if change.type == "DELETED":
            self._drop(change.new["metadata"]["name"])
        elif change.old is None or _says(change.old) != _says(change.new):
            self._take(change.new)

    def _take(self, definition: Obj) -> None:
        name = definition["metadata"]["name"]
        self._drop(name)
        made = self._custom[name] = kinds_of(definition)
        for kind in made:
            self.kinds.add(kind)
        kept = kept_kind(definition)
        if kept is not None:
            self.kept[name] = kept

    def _drop(self, name: str) -> None:
        self._custom.pop(name, None)
        self.kept.pop(name, None)
        self.kinds.remove(name)


def _says(definition: Obj) -> tuple[Any, Any]:
    """What decides about what is served."""
    return definition.get("spec"), definition.get("status")
