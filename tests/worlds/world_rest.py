"""Faults stop, people mend what they spoiled, and the world must come to rest, whole."""

import contextlib
from typing import Any

from world_play import BUDGETS, DEPLOYMENTS, GOOD, SETS, SPACE, Play
from world_promises import _cpu, _tolerated, healthy, reachable

from quorate.kernel.clock import MINUTE
from quorate.objects.pod import condition, is_finished, is_terminating
from quorate.objects.quantity import milli

Obj = dict[str, Any]
QUIET = ("events", "leases.coordination.k8s.io", "nodes")
"""What moves in a world at rest: heartbeats, and events that are forgotten."""


def mend(play: Play) -> None:
    """What an operator would do, the playbook for a broken rollback last (a pod of a bad revision blocks its own repair)."""
    world, user = play.world, play.user
    for runner in world.runtime.runners.values():
        runner.start()
    for node in range(play.world.shape.nodes):
        play.do("up", node)
        play.do("uncordon", node)
    for found in world.reader.list(SETS, SPACE):
        play.do("mend", found["metadata"]["name"])
        strategy = found["spec"]["updateStrategy"]
        if strategy["type"] == "OnDelete":
            play.do("strategy", found["metadata"]["name"], "RollingUpdate")
    play.do("pause", False)
    play.run_for(2 * MINUTE)
    for pod in world.reader.list("pods", SPACE):
        name = pod["metadata"]["name"]
        if not pod["metadata"].get("generateName") or not pod["metadata"].get("ownerReferences"):
            # Somebody's own, even if a set has adopted it: then it cannot be what the set wants.
            _try(user.delete, "pods", SPACE, name, grace_seconds=0)
        else:
            _try(user.patch, "pods", SPACE, name, {"metadata": {"annotations": GOOD}})
    for _ in range(3):
        play.run_for(3 * MINUTE)
        for found in world.reader.list(SETS, SPACE):
            # Claims that waited for a pod to go are looked at again when the set is touched (as in real Kubernetes).
            _try(
                user.patch,
                SETS,
                SPACE,
                found["metadata"]["name"],
                {"metadata": {"annotations": {"touched": str(world.now)}}},
            )
            for pod in world.reader.indexed("pods", "owner", found["metadata"]["uid"]):
                newest = pod["metadata"]["labels"].get("controller-revision-hash") == found["status"].get(
                    "updateRevision"
                )
                blocks = not healthy(pod) and not is_terminating(pod) and not newest
                if blocks or not _has_claims(pod, found):
                    _try(user.delete, "pods", SPACE, pod["metadata"]["name"])
    play.run_for(15 * MINUTE)


def _try(call: Any, *args: Any, **more: Any) -> None:
    from quorate.contract.failures import Refused

    with contextlib.suppress(Refused):
        call(*args, **more)


def _has_claims(pod: Obj, found: Obj) -> bool:
    """An orphan that was adopted from an earlier set may lack what this one wants: no update can give it volumes."""
    volumes = {v["name"] for v in pod["spec"].get("volumes") or ()}
    return volumes >= {t["metadata"]["name"] for t in found["spec"].get("volumeClaimTemplates") or ()}


def check_rest(play: Play) -> None:
    """Whole sets, nobody waiting without a reason, no garbage, and silence."""
    world = play.world
    before = _picture(play)
    steps = world.store.revision
    play.run_for(5 * MINUTE)
    assert _picture(play) == before, "the world does not come to rest"
    assert world.store.revision - steps < 400, "something writes without end"
    assert world.runtime.idle, [n for n, r in world.runtime.runners.items() if not r.idle]
    for resource in list(world.reader.resources()):
        for obj in world.reader.list(resource):
            _no_garbage(play, resource, obj)
    if world.get("namespaces", "", SPACE) is None:
        return
    excused = {p["metadata"]["name"] for p in world.reader.list("pods", SPACE) if _waits_rightly(play, p)}
    for found in world.reader.list(SETS, SPACE):
        _whole(play, found, excused)
    for found in world.reader.list(DEPLOYMENTS, SPACE):
        _rolled(play, found, excused)
    for budget in world.reader.list(BUDGETS, SPACE):
        assert budget["status"]["observedGeneration"] == budget["metadata"]["generation"]
        assert not budget["status"].get("disruptedPods")
    _endpoints(play)


def _picture(play: Play) -> dict[str, list[tuple[str, str, str]]]:
    reader = play.world.reader
    return {
        r: [(o["metadata"].get("namespace", ""), o["metadata"]["name"], o["metadata"]["resourceVersion"]) for o in reader.list(r)]
        for r in sorted(reader.resources()) if r not in QUIET
    }  # fmt: skip


def _no_garbage(play: Play, resource: str, obj: Obj) -> None:
    name = f"{resource} {obj['metadata']['name']}"
    refs = obj["metadata"].get("ownerReferences") or ()
    if refs:
        assert any(play.world.reader.indexed("*", "uid", r["uid"]) for r in refs), f"{name} has no owner left"
    if obj["metadata"].get("deletionTimestamp"):
        in_use = resource == "persistentvolumeclaims" or (
            resource == "persistentvolumes" and obj["spec"].get("claimRef")
        )
        assert in_use or _embraced(play, obj), f"{name} does not finish its end"


def _embraced(play: Play, obj: Obj) -> bool:
    """Whether it waits, in the foreground, for a claim that is protected as long as its pod is there.

    Real Kubernetes has this embrace too: a pod that owns its claims (retention policy Delete) and goes in the foreground.
    """
    if obj["kind"] == "Namespace":
        return any(_embraced(play, p) for p in play.world.reader.list("pods", obj["metadata"]["name"]))
    if "foregroundDeletion" not in (obj["metadata"].get("finalizers") or ()):
        return False
    for dependent in play.world.reader.indexed("*", "owners", obj["metadata"]["uid"]):
        if dependent["kind"] == "PersistentVolumeClaim" or _embraced(play, dependent):
            return True
    return False


def _waits_rightly(play: Play, pod: Obj) -> bool:
    """Whether a pod may stay unready at rest. Raises AssertionError when it waits without a reason."""
    if healthy(pod) or is_finished(pod):
        return False
    name = pod["metadata"]["name"]
    if is_terminating(pod):
        assert _embraced(play, pod), f"{name} never goes"
        return True
    claims = [
        play.world.get("persistentvolumeclaims", SPACE, v["persistentVolumeClaim"]["claimName"])
        for v in pod["spec"].get("volumes") or () if "persistentVolumeClaim" in v
    ]  # fmt: skip
    if any(c is not None and c["metadata"].get("deletionTimestamp") for c in claims):
        return True
    if any(c is not None and c["status"]["phase"] == "Lost" for c in claims):
        return True
    assert not pod["spec"].get("nodeName"), f"{name} is on a node and never gets ready: {pod['status']}"
    said = condition(pod, "PodScheduled")
    assert said is not None and said.get("message"), f"{name} is not even told why it waits"
    fits = [n["metadata"]["name"] for n in play.world.reader.list("nodes") if _fits(play, pod, n, claims)]
    assert not fits, f"{name} waits ({said['message']}) although it fits on {fits}"
    return True


def _fits(play: Play, pod: Obj, node: Obj, claims: list[Any]) -> bool:
    if node["spec"].get("unschedulable") or any(not _tolerated(pod, t) for t in node["spec"].get("taints") or ()):
        return False
    there = [p for p in play.world.reader.indexed("pods", "node", node["metadata"]["name"]) if not is_finished(p)]
    if sum(map(_cpu, there)) + _cpu(pod) > milli(node["status"]["allocatable"]["cpu"]):
        return False
    app = pod["metadata"]["labels"].get("app")
    if pod["spec"].get("affinity") and any(p["metadata"].get("labels", {}).get("app") == app for p in there):
        return False
    for claim in claims:
        volume = (
            play.world.get("persistentvolumes", "", claim["spec"].get("volumeName", "")) if claim is not None else None
        )
        if volume is not None and not reachable(volume, node):
            return False
    return True


def _whole(play: Play, found: Obj, excused: set[str]) -> None:
    name, spec, status = found["metadata"]["name"], found["spec"], found["status"]
    assert status["observedGeneration"] == found["metadata"]["generation"], f"{name} is not observed"
    pods = play.world.reader.indexed("pods", "owner", found["metadata"]["uid"])
    if excused & {p["metadata"]["name"] for p in pods}:
        return
    start = (spec.get("ordinals") or {}).get("start", 0)
    wanted = [f"{name}-{n}" for n in range(start, start + spec["replicas"])]
    assert [p["metadata"]["name"] for p in pods] == wanted, f"{name} is not whole"
    assert all(map(healthy, pods))
    counts = [status.get(k, 0) for k in ("replicas", "readyReplicas", "availableReplicas")]
    assert counts == [spec["replicas"]] * 3, f"{name} counts {counts}"
    partition = (spec["updateStrategy"].get("rollingUpdate") or {}).get("partition", 0)
    for pod in pods[partition:]:
        assert pod["metadata"]["labels"]["controller-revision-hash"] == status["updateRevision"]
    for pod in pods:
        assert pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == pod["metadata"]["name"]


def _rolled(play: Play, found: Obj, excused: set[str]) -> None:
    status = found["status"]
    assert status["observedGeneration"] == found["metadata"]["generation"]
    if any(n.startswith("app-") for n in excused):
        return
    counts = [status.get(k, 0) for k in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    assert counts == [found["spec"]["replicas"]] * 4


def _endpoints(play: Play) -> None:
    """The addresses behind each Service are those of its ready pods, each once."""
    for service in play.world.reader.list("services", SPACE):
        name = service["metadata"]["name"]
        slices = [
            s for s in play.world.reader.list("endpointslices.discovery.k8s.io", SPACE)
            if s["metadata"]["labels"].get("kubernetes.io/service-name") == name
        ]  # fmt: skip
        told = sorted(
            e["targetRef"]["name"] for s in slices for e in s.get("endpoints") or () if e["conditions"]["ready"]
        )
        app = service["spec"]["selector"]["app"]
        pods = [p for p in play.world.reader.list("pods", SPACE) if p["metadata"].get("labels", {}).get("app") == app]
        assert told == sorted(p["metadata"]["name"] for p in pods if healthy(p)), f"{name} is served by {told}"
