"""Brings a workload up in a fresh world, placed as badly as its manifest allows.

Soft preferences are no promise: in a busy cluster the scheduler puts members wherever they fit. So nodes are opened one at
a time, zone by zone, and the next only when nothing more fits; what keeps members apart then is the manifest alone.
"""

import pickle
from dataclasses import dataclass

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.kernel.clock import MINUTE, SECOND, Duration
from quorate.objects.pod import condition, is_ready
from quorate.rehearsal.application import ZONE, Application
from quorate.rehearsal.cautions import cautions
from quorate.rehearsal.given import SCALERS, Given, checked, in_order, is_test, name_of, not_served
from quorate.rehearsal.ports import Refusal, World
from quorate.rehearsal.span import span_text
from quorate.rehearsal.trouble import trouble
from quorate.rehearsal.workload import BadAnnotation, Workload, namespace_of, workload_of

PATIENCE: Duration = 30 * MINUTE
"""How long a workload may take to become ready."""
PACE = {"sim.quorate.dev/start-after": "5s", "sim.quorate.dev/stop-after": "3s"}
"""How long containers take to start and to stop where the pod template does not say."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A world with its workloads running, as bytes; drills thaw a copy each."""

    frozen: bytes
    workloads: tuple[Workload, ...]
    warnings: tuple[str, ...]


def stage(world: World, given: tuple[Given, ...], quorum: int | None = None) -> Staged:
    """Create everything, wait until every StatefulSet's members serve. Raises Refusal with the reason."""
    warnings: list[str] = []
    played: list[Given] = []
    nodes = _closed_nodes(world)
    for one in in_order(given):
        why = _created(world, one)
        if why:
            warnings.append(why)
        else:
            played.append(one)
    workloads = _workloads(played, quorum)
    if not workloads:
        raise Refusal(_nothing(given, warnings))
    warnings += cautions(played, workloads)
    applications = [Application(world, w) for w in workloads]
    for application in applications:
        application.start()
    _come_up(world, applications, nodes)
    return Staged(pickle.dumps((world, applications), pickle.HIGHEST_PROTOCOL), tuple(workloads), tuple(warnings))


def _workloads(played: list[Given], quorum: int | None) -> list[Workload]:
    """The sets to rehearse, in the order of the manifests. By now the server has found nothing wrong with them."""
    out = []
    objects = [one.obj for one in played]
    for one in played:
        if one.obj["kind"] != "StatefulSet":
            continue
        try:
            out.append(workload_of(one.obj, quorum, objects))
        except BadAnnotation as wrong:
            raise Refusal(f"{one.source}: {wrong}") from None
    return [w for w in out if w.replicas > 0]


def _nothing(given: tuple[Given, ...], warnings: list[str]) -> str:
    """Why there is nothing to rehearse: a set that had to be skipped, or none at all."""
    skipped = [w for w in warnings if ": StatefulSet " in w]
    if skipped:
        return skipped[0]
    kinds = sorted({one.obj["kind"] for one in given} - {"StatefulSet"})
    found = f" (there are {', '.join(kinds)})" if kinds else ""
    return f"no StatefulSet with replicas in these manifests{found}: there is nothing to rehearse"


def _closed_nodes(world: World) -> list[str]:
    """Cordon every node; their names, zone by zone."""
    client = world.client("system:admin", "rehearsal")
    names = [n["metadata"]["name"] for n in sorted(world.reader.list("nodes"), key=_zone_then_name)]
    for name in names:
        client.patch("nodes", "", name, {"spec": {"unschedulable": True}})
    return names


def _zone_then_name(node: Obj) -> tuple[str, int, str]:
    meta = node["metadata"]
    return (meta.get("labels") or {}).get(ZONE, ""), len(meta["name"]), meta["name"]


def _created(world: World, one: Given) -> str:
    """Create it as `kubectl apply` would; answers why it is skipped, or "". What a world has from the start gives way."""
    obj = paced(one.obj) if one.obj["kind"] == "StatefulSet" else one.obj
    if is_test(one):
        return f"{one.source}: {obj['kind']} {name_of(obj)} is a test of a chart: skipped"
    if obj["kind"] in SCALERS:
        return f"{one.source}: {obj['kind']} {name_of(obj)} is skipped: drills are played at a fixed number of members"
    resource = world.resource_of(obj)
    if resource is None:
        return not_served(one)
    checked(one)
    if obj["kind"] == "StatefulSet" and not obj["metadata"].get("name"):
        raise Refusal(f"{one.source}: a StatefulSet with generateName cannot be rehearsed: give it a name")
    client = world.client("system:admin", "kubectl-client-side-apply")
    if world.is_namespaced(resource):
        namespace = namespace_of(obj)
        obj = {**obj, "metadata": {**obj["metadata"], "namespace": namespace}}
        if world.reader.get("namespaces", "", namespace) is None:
            client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    try:
        if obj["kind"] == "StorageClass" and world.reader.get(resource, "", name_of(obj)) is not None:
            client.delete(resource, "", name_of(obj))
        client.create(resource, obj)
    except Refused as refused:
        if refused.reason != "AlreadyExists" or obj["kind"] not in ("Namespace", "ServiceAccount", "PriorityClass"):
            raise Refusal(f"{one.source}: {refused.message}") from None
    if obj["kind"] == "CustomResourceDefinition":
        world.run_for(SECOND)
    return ""


def paced(stateful_set: Obj) -> Obj:
    """The set with times for its containers to start and stop, unless its template gives some."""
    try:
        template = stateful_set["spec"]["template"]
        meta = template.get("metadata") or {}
        annotations = {**PACE, **(meta.get("annotations") or {})}
        template = {**template, "metadata": {**meta, "annotations": annotations}}
        return {**stateful_set, "spec": {**stateful_set["spec"], "template": template}}
    except (KeyError, TypeError, AttributeError):
        return stateful_set  # the server says what is wrong with it


def _come_up(world: World, applications: list[Application], closed: list[str]) -> None:
    client = world.client("system:admin", "rehearsal")
    end = world.now + PATIENCE
    world.run_for(SECOND)
    while not all(a.is_whole() for a in applications):
        if world.now >= end:
            raise Refusal(_never_ready(applications))
        if closed and any(_is_stuck(p) for a in applications for p in a.pods().values()):
            client.patch("nodes", "", closed.pop(0), {"spec": {"unschedulable": None}})
        world.run_for(SECOND)
    for name in closed:
        client.patch("nodes", "", name, {"spec": {"unschedulable": None}})
    world.run_for(SECOND)


def _is_stuck(pod: Obj) -> bool:
    scheduled = condition(pod, "PodScheduled")
    return scheduled is not None and scheduled["status"] == "False"


def _never_ready(applications: list[Application]) -> str:
    application = next(a for a in applications if not a.is_whole())
    workload = application.workload
    ready = sum(is_ready(p) for p in application.pods().values())
    waited = span_text(PATIENCE)
    how_many = f"{ready} of {workload.replicas} after {waited}"
    return f"StatefulSet {workload.title} never became ready ({how_many}): {trouble(application)}"
