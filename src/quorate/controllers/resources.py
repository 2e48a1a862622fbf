"""Which resource a reference means: ("apps/v1", "StatefulSet") is "statefulsets.apps", custom resources included."""

from dataclasses import dataclass
from functools import lru_cache

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.kinds import by_kind

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Resource:
    """`replicas` is the path of a Scale's replicas, e.g. ("spec", "replicas"); empty without the scale subresource."""

    name: str
    namespaced: bool
    replicas: tuple[str, ...] = ()


def resource_of(reader: Reader, api_version: str, kind: str) -> Resource | None:
    """None for a kind that is not served."""
    return _built_in(api_version, kind) or _custom(reader, api_version, kind)


@lru_cache(maxsize=1024)
def _built_in(api_version: str, kind: str) -> Resource | None:
    found = by_kind(api_version, kind)
    if found is None:
        return None
    replicas = ("spec", "replicas") if "scale" in found.subresources else ()
    return Resource(found.stored_resource, found.namespaced, replicas)


def _custom(reader: Reader, api_version: str, kind: str) -> Resource | None:
    group, _, version = api_version.rpartition("/")
    for definition in reader.list(DEFINITIONS) if group else ():
        spec: Obj = definition.get("spec") or {}
        names: Obj = spec.get("names") or {}
        if spec.get("group") != group or names.get("kind") != kind:
            continue
        for found in spec.get("versions") or ():
            if found.get("name") == version and found.get("served"):
                path = ((found.get("subresources") or {}).get("scale") or {}).get("specReplicasPath", "")
                where = tuple(part for part in path.split(".") if part)
                return Resource(f"{names['plural']}.{group}", spec.get("scope") == "Namespaced", where)
    return None
