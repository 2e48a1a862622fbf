"""One pod of a Job: how it is made, tracked, let go and deleted."""

from collections.abc import Sequence

from quorate.contract.plan import Action, Create, Delete, Obj, Outcome, Patch, Ref, Tell
from quorate.controllers.job.failure import judge
from quorate.controllers.job.names import (
    FAILURES,
    IGNORED_FAILURES,
    INDEX,
    INDEX_ENV,
    PODS,
    TRACKING,
    counted,
    is_per_index,
    is_tracked,
    pod_prefix,
)  # fmt: skip
from quorate.controllers.slowstart import TERMINATING
from quorate.objects.owners import controller_reference
from quorate.objects.pod import condition, is_ready, phase

_GONE = frozenset({"NotFound"})
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_REMOVE = {"$deleteFromPrimitiveList/finalizers": [TRACKING]}


def create(job: Obj, index: int | None, before: Obj | None) -> Create:
    """A pod of the template, for this index of an Indexed Job; `before` is the failed pod that it takes the place of."""
    meta, template = job["metadata"], job["spec"]["template"]
    made = template.get("metadata") or {}
    metadata: Obj = {"generateName": pod_prefix(meta["name"], index), "namespace": meta["namespace"]}
    labels, annotations = dict(made.get("labels") or {}), dict(made.get("annotations") or {})
    spec = template["spec"]
    if index is not None:
        labels[INDEX] = annotations[INDEX] = str(index)
        if is_per_index(job):
            annotations |= _failures(job, before)
        spec = {**spec, "hostname": f"{meta['name']}-{index}"}
        for field in ("initContainers", "containers"):
            if spec.get(field):
                spec[field] = [_knowing(container) for container in spec[field]]
    if annotations:
        metadata["annotations"] = annotations
    metadata |= {"labels": labels, "finalizers": _tracked(made.get("finalizers") or [])}
    metadata["ownerReferences"] = [controller_reference(job)]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    outcome = Outcome(
        Tell(job, "Normal", "SuccessfulCreate", "Created pod: {name}"),
        Tell(job, "Warning", "FailedCreate", "Error creating: {error}"),
        TERMINATING,
    )
    return Create(PODS, pod, outcome)


def _tracked(finalizers: Sequence[str]) -> list[str]:
    return [*finalizers] if TRACKING in finalizers else [*finalizers, TRACKING]


def _failures(job: Obj, before: Obj | None) -> dict[str, str]:
    """The failures of an index so far, handed on from pod to pod."""
    failures = ignored = 0
    if before is not None:
        counts = judge(job, before).counts
        failures = counted(before, FAILURES) + counts
        ignored = counted(before, IGNORED_FAILURES) + (not counts)
    return {FAILURES: str(failures), **({IGNORED_FAILURES: str(ignored)} if ignored else {})}


def _knowing(container: Obj) -> Obj:
    """The container with its index in the environment, unless the template says something else there."""
    env = container.get("env") or []
    if any(one.get("name") == INDEX_ENV for one in env):
        return container
    field = {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}
    return {**container, "env": [*env, {"name": INDEX_ENV, "valueFrom": {"fieldRef": field}}]}


def untracked(pod: Obj) -> Patch:
    meta = pod["metadata"]
    return Patch(
        Ref(PODS, meta["namespace"], meta["name"]), {"metadata": _REMOVE}, "strategic", outcome=Outcome(fine=_GONE)
    )


def delete(job: Obj, pod: Obj) -> Delete:
    meta = pod["metadata"]
    outcome = Outcome(
        Tell(job, "Normal", "SuccessfulDelete", f"Deleted pod: {meta['name']}"),
        Tell(job, "Warning", "FailedDelete", "Error deleting: {error}"),
        _GONE,
    )
    return Delete(Ref(PODS, meta["namespace"], meta["name"]), outcome=outcome)


def remove(job: Obj, pods: Sequence[Obj]) -> list[Action]:
    """Deletes pods that are not wanted any more, which then count neither as succeeded nor as failed."""
    out: list[Action] = []
    for pod in pods:
        if is_tracked(pod):
            out.append(untracked(pod))
        out.append(delete(job, pod))
    return out


def adopt(job: Obj, pod: Obj) -> Patch:
    meta = pod["metadata"]
    body = {"ownerReferences": [controller_reference(job)], "uid": meta["uid"], "finalizers": [TRACKING]}
    return Patch(
        Ref(PODS, meta["namespace"], meta["name"]), {"metadata": body}, "strategic", outcome=Outcome(fine=_GONE)
    )


def release(job: Obj, pod: Obj) -> Patch:
    meta = pod["metadata"]
    leave = {"$patch": "delete", "uid": job["metadata"]["uid"]}
    body = {"ownerReferences": [leave], "uid": meta["uid"], **_REMOVE}
    return Patch(
        Ref(PODS, meta["namespace"], meta["name"]), {"metadata": body}, "strategic", outcome=Outcome(fine=_GONE)
    )


def least_wanted(pods: Sequence[Obj]) -> list[Obj]:
    """In the order in which surplus pods go: not bound, not running, not ready, ready of late, often restarted, young."""
    return sorted(sorted(pods, key=_made, reverse=True), key=_stage)


def _stage(pod: Obj) -> tuple[bool, int, bool, tuple[int, ...], int]:
    ready = condition(pod, "Ready") if is_ready(pod) else None
    since = (ready or {}).get("lastTransitionTime") or ""
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    restarts = max((c.get("restartCount", 0) for c in statuses), default=0)
    # Texts of times compare as the times do; the latest comes first.
    backwards = tuple(-ord(letter) for letter in since)
    return bool(pod["spec"].get("nodeName")), _PHASES.get(phase(pod), 0), ready is not None, backwards, -restarts


def _made(pod: Obj) -> str:
    return pod["metadata"].get("creationTimestamp") or ""
