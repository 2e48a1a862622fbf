"""What is in a namespace: all objects of all kinds that live in namespaces, those of custom kinds among them."""

from dataclasses import dataclass
from functools import lru_cache

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.kinds import all_kinds

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Group:
    """The objects of one resource. `shown` is how conditions name it: "configmaps.", "jobs.batch"."""

    resource: str
    shown: str
    objects: tuple[Obj, ...]


@lru_cache(maxsize=1)
def _built_in() -> tuple[tuple[str, str], ...]:
    found = {k.resource: f"{k.plural}.{k.group}" for k in all_kinds() if k.namespaced and k.stored and not k.stored_as}
    return tuple(found.items())


def contents(reader: Reader, namespace: str) -> tuple[Group, ...]:
    """The resources that have objects in the namespace."""
    kinds = list(_built_in())
    for definition in reader.list(DEFINITIONS):
        spec = definition.get("spec") or {}
        if spec.get("scope") == "Namespaced":
            name = f"{spec['names']['plural']}.{spec['group']}"
            kinds.append((name, name))
    groups = (Group(resource, shown, tuple(reader.list(resource, namespace))) for resource, shown in kinds)
    return tuple(group for group in groups if group.objects)
