"""What looks wrong in the manifests before anything is played, and what the first start takes for granted."""

from collections.abc import Iterator, Sequence
from typing import Any

from quorate.contract.plan import Obj
from quorate.objects.selectors import matches
from quorate.rehearsal.given import Given, name_of
from quorate.rehearsal.workload import Workload, namespace_of, strings

Pods = list[tuple[str, dict[str, str]]]
"""(namespace, labels) of the pods that the manifests make."""


def cautions(given: Sequence[Given], workloads: Sequence[Workload]) -> Iterator[str]:
    pods = [found for one in given if (found := _pods_of(one.obj)) is not None]
    for one in given:
        kind, name = one.obj["kind"], name_of(one.obj)
        if kind == "PodDisruptionBudget" and not _selects(one.obj["spec"].get("selector"), namespace_of(one.obj), pods):
            yield f"{one.source}: PodDisruptionBudget {name} selects none of the pods of these manifests"
    sets = {(namespace_of(g.obj), name_of(g.obj)): g for g in given if g.obj["kind"] == "StatefulSet"}
    for workload in workloads:
        one = sets[workload.namespace, workload.name]
        yield from _apart_from_nobody(one, workload, pods)
        yield from _all_named_in_order(one, workload)
        yield from _service(given, workload)


def _pods_of(obj: Obj) -> tuple[str, dict[str, str]] | None:
    if obj["kind"] == "Pod":
        return namespace_of(obj), obj["metadata"].get("labels") or {}
    template = (obj.get("spec") or {}).get("template")
    if not isinstance(template, dict) or "spec" not in template:
        return None
    return namespace_of(obj), (template.get("metadata") or {}).get("labels") or {}


def _selects(selector: Obj | None, namespace: str, pods: Pods) -> bool:
    return any(where == namespace and matches(selector, labels) for where, labels in pods)


def _apart_from_nobody(one: Given, workload: Workload, pods: Pods) -> Iterator[str]:
    """Rules that keep the pods apart from none: most often a label that the pods do not have."""
    spec = one.obj["spec"]["template"]["spec"]
    anti = ((spec.get("affinity") or {}).get("podAntiAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    ) or ()
    terms: list[tuple[str, Any]] = [
        ("podAntiAffinity", t) for t in anti if not (t.get("namespaces") or t.get("namespaceSelector"))
    ]
    terms += [("topologySpreadConstraints", c) for c in spec.get("topologySpreadConstraints") or ()]
    for field, term in terms:
        if not _selects(term.get("labelSelector"), workload.namespace, pods):
            yield f"{one.source}: {field} of {workload.title} by {term['topologyKey']} selects none of the pods of these manifests"


def _all_named_in_order(one: Given, workload: Workload) -> Iterator[str]:
    """The first member is told of all others, and they are created when it is ready."""
    if one.obj["spec"].get("podManagementPolicy") == "Parallel" or not workload.probed or workload.replicas < 2:
        return
    names = [f"{workload.pod_name(o)}." for o in workload.ordinals]
    if any(all(name in text for name in names) for text in strings(one.obj["spec"]["template"]["spec"])):
        first, second = workload.pod_name(workload.first), workload.pod_name(workload.first + 1)
        yield (
            f"{one.source}: {first} is told the names of all members, and OrderedReady creates {second} when {first} is ready: "
            "if its probe asks for a quorum, the first start never ends (podManagementPolicy: Parallel)"
        )


def _service(given: Sequence[Given], workload: Workload) -> Iterator[str]:
    """Members that name each other, through a Service that does not help them."""
    if not workload.service or workload.replicas < 2:
        return
    for one in given:
        obj = one.obj
        if obj["kind"] != "Service" or (name_of(obj), namespace_of(obj)) != (workload.service, workload.namespace):
            continue
        spec = obj.get("spec") or {}
        if spec.get("clusterIP") != "None":
            yield (
                f"{one.source}: Service {name_of(obj)} is not headless (clusterIP: None): "
                f"the names of {workload.title}'s members do not resolve"
            )
        elif workload.probed and not workload.ordered and not spec.get("publishNotReadyAddresses"):
            yield (
                f"{one.source}: Service {name_of(obj)} publishes ready members only (no publishNotReadyAddresses): "
                f"members of {workload.title} that are not ready by themselves never find each other"
            )
