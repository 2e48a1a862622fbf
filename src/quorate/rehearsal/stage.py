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
from quorate.rehearsal.application import Application
from quorate.rehearsal.play import trouble
from quorate.rehearsal.ports import Refusal, World
from quorate.rehearsal.workload import BadQuorum, Workload, workload_of

PATIENCE: Duration = 30 * MINUTE
"""How long a workload may take to become ready."""
PACE = {"sim.quorate.dev/start-after": "5s", "sim.quorate.dev/stop-after": "3s"}
"""How long containers take to start and to stop where the pod template does not say."""
RUN_BY_NOBODY = frozenset({
    "Deployment", "ReplicaSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "HorizontalPodAutoscaler",
})  # fmt: skip
"""Kinds that are stored but that no controller of a rehearsal acts on yet."""


@dataclass(frozen=True, slots=True)
class Given:
    """One manifest and where it stands."""

    source: str
    obj: Obj


@dataclass(frozen=True, slots=True)
class Staged:
    """A world with its workloads running, as bytes; drills thaw a copy each."""

    frozen: bytes
    workloads: tuple[Workload, ...]
    warnings: tuple[str, ...]


def stage(world: World, given: tuple[Given, ...], quorum: int | None = None) -> Staged:
    """Create everything, wait until every StatefulSet's members serve. Raises Refusal with the reason."""
    warnings: list[str] = []
    workloads: list[Workload] = []
    client = world.client("system:admin", "kubectl-client-side-apply")
    nodes = sorted(world.reader.list("nodes"), key=_zone_then_name)
    for node in nodes:
        client.patch("nodes", "", node["metadata"]["name"], {"spec": {"unschedulable": True}})
    for one in given:
        obj = one.obj
        resource = world.resource_of(obj)
        if resource is None:
            warnings.append(
                f"{one.source}: {obj['kind']} {_name(obj)} ({obj['apiVersion']}) is not known here: skipped"
            )
            continue
        if obj["kind"] in RUN_BY_NOBODY:
            warnings.append(
                f"{one.source}: {obj['kind']} {_name(obj)} is created, but nothing runs it in a rehearsal yet"
            )
        if obj["kind"] == "StatefulSet":
            try:
                workloads.append(workload_of(obj, quorum))
            except BadQuorum as wrong:
                raise Refusal(f"{one.source}: {wrong}") from None
            except (KeyError, TypeError, AttributeError):
                pass  # the server below says better what is wrong with it
        _create(world, resource, one)
    workloads = [w for w in workloads if w.replicas > 0]
    if not workloads:
        raise Refusal("no StatefulSet with replicas in these manifests: there is nothing to rehearse")
    applications = [Application(world, w) for w in workloads]
    for application in applications:
        application.start()
    _come_up(world, applications, [n["metadata"]["name"] for n in nodes])
    return Staged(pickle.dumps((world, applications), pickle.HIGHEST_PROTOCOL), tuple(workloads), tuple(warnings))


def _create(world: World, resource: str, one: Given) -> None:
    client = world.client("system:admin", "kubectl-client-side-apply")
    obj = paced(one.obj) if one.obj["kind"] == "StatefulSet" else one.obj
    namespace = obj["metadata"].get("namespace") or "default"
    if world.is_namespaced(resource):
        obj = {**obj, "metadata": {**obj["metadata"], "namespace": namespace}}
        if world.reader.get("namespaces", "", namespace) is None:
            client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    try:
        client.create(resource, obj)
    except Refused as refused:
        if refused.reason == "AlreadyExists" and obj["kind"] in ("Namespace", "StorageClass"):
            return
        raise Refusal(f"{one.source}: {refused.message}") from None


def paced(stateful_set: Obj) -> Obj:
    """The set with times for its containers to start and stop, unless its template gives some."""
    try:
        template = stateful_set["spec"]["template"]
        meta = template.get("metadata") or {}
        annotations = {**PACE, **(meta.get("annotations") or {})}
        template = {**template, "metadata": {**meta, "annotations": annotations}}
        return {**stateful_set, "spec": {**stateful_set["spec"], "template": template}}
    except (KeyError, TypeError, AttributeError):
        return stateful_set


def _come_up(world: World, applications: list[Application], closed: list[str]) -> None:
    client = world.client("system:admin", "rehearsal")
    end = world.now + PATIENCE
    while True:
        world.run_for(SECOND)
        stuck, whole = False, True
        for application in applications:
            workload, pods = application.workload, application.pods()
            for ordinal, pod in pods.items():
                scheduled = condition(pod, "PodScheduled")
                stuck = stuck or (scheduled is not None and scheduled["status"] == "False")
                whole = whole and is_ready(pod) and application.model.serving(ordinal)
            whole = whole and len(pods) == workload.replicas
        if whole:
            break
        if stuck and closed:
            client.patch("nodes", "", closed.pop(0), {"spec": {"unschedulable": None}})
        if world.now >= end:
            raise Refusal(_never_ready(world, applications))
    for name in closed:
        client.patch("nodes", "", name, {"spec": {"unschedulable": None}})
    world.run_for(SECOND)


def _never_ready(world: World, applications: list[Application]) -> str:
    for application in applications:
        workload, pods = application.workload, application.pods()
        ready = sum(is_ready(p) for p in pods.values())
        if ready < workload.replicas:
            found = world.reader.get("statefulsets.apps", workload.namespace, workload.name)
            why = trouble(world, pods, found) if found is not None else "it is gone"
            return f"StatefulSet {workload.title} never became ready ({ready} of {workload.replicas} after 30 minutes): {why}"
    return "the workload never became ready"


def _zone_then_name(node: Obj) -> tuple[str, int, str]:
    meta = node["metadata"]
    return (meta.get("labels") or {}).get("topology.kubernetes.io/zone", ""), len(meta["name"]), meta["name"]


def _name(obj: Obj) -> str:
    meta = obj["metadata"]
    return str(meta.get("name") or meta.get("generateName"))
