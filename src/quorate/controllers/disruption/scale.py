"""How many pods an owner wants: the denominator of a budget's percentages (Kubernetes: disruption's pod finders)."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.controllers.resources import Resource, resource_of
from quorate.objects.owners import controller_of

Scale = tuple[str, int]
"""(uid of what sets the number, the number)."""


class Unknown(Exception):
    """The number cannot be had; the message says why."""


def expected_pods(reader: Reader, pods: Iterable[Obj]) -> tuple[int, bool]:
    """(the sum over all owners of the pods, whether some pod has no owner). Raises Unknown."""
    by_owner: dict[str, int] = {}
    unmanaged = False
    for pod in pods:
        ref = controller_of(pod)
        if ref is None:
            unmanaged = True
        elif ref["uid"] not in by_owner:
            found = scale_of(reader, ref, pod["metadata"]["namespace"])
            if found is None:
                raise Unknown(f'found no controllers for pod "{pod["metadata"]["name"]}"')
            by_owner[found[0]] = found[1]
    return sum(by_owner.values()), unmanaged


def scale_of(reader: Reader, ref: Obj, namespace: str) -> Scale | None:
    """What a controller reference asks for; a Deployment's ReplicaSet asks what its Deployment does. Raises Unknown."""
    resource = resource_of(reader, ref["apiVersion"], ref["kind"])
    if resource is None:
        raise Unknown(f'no matches for kind "{ref["kind"]}" in version "{ref["apiVersion"]}"')
    owner = reader.get(resource.name, namespace if resource.namespaced else "", ref["name"])
    if owner is not None and owner["metadata"]["uid"] == ref["uid"] and resource.name == "replicasets.apps":
        above = controller_of(owner)
        if above is not None and above["kind"] == "Deployment":
            deployment = reader.get("deployments.apps", namespace, above["name"])
            if deployment is not None and deployment["metadata"]["uid"] == above["uid"]:
                return above["uid"], _replicas(deployment, ("spec", "replicas"))
    if not resource.replicas:
        raise Unknown(f"{resource.name} does not implement the scale subresource")
    return _scale(owner, ref, resource)


def _scale(owner: Obj | None, ref: Obj, resource: Resource) -> Scale | None:
    if owner is None or owner["metadata"]["uid"] != ref["uid"]:
        return None
    return ref["uid"], _replicas(owner, resource.replicas)


def _replicas(owner: Obj, path: tuple[str, ...]) -> int:
    found: object = owner
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return (
        found
        if isinstance(found, int)
        else (1 if path == ("spec", "replicas") and "apps/" in owner["apiVersion"] else 0)
    )
