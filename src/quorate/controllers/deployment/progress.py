"""Whether a rollout gets on: the Progressing condition, its deadline, failures passed up from ReplicaSets.

(Kubernetes: pkg/controller/deployment/progress.go.)
"""

from collections.abc import Sequence

from quorate.contract.plan import Obj
from quorate.controllers.deployment import conditions
from quorate.controllers.deployment.amounts import replicas_of
from quorate.controllers.deployment.conditions import FAILURE, PROGRESSING, Said, find, has_deadline
from quorate.kernel.clock import MILLISECOND, SECOND, Instant
from quorate.objects.times import parse_time, time_text

AVAILABLE_REASON, UPDATED_REASON, TIMED_OUT = "NewReplicaSetAvailable", "ReplicaSetUpdated", "ProgressDeadlineExceeded"
CREATED_REASON, FOUND_REASON, NOT_CREATED_REASON = "NewReplicaSetCreated", "FoundNewReplicaSet", "ReplicaSetCreateError"
PAUSED_REASON, RESUMED_REASON = "DeploymentPaused", "DeploymentResumed"


def is_complete(deployment: Obj, status: Obj) -> bool:
    """Everything wanted is of the new template and available, nothing else is left, and the spec is the one observed."""
    wanted = replicas_of(deployment)
    fields = ("updatedReplicas", "replicas", "availableReplicas")
    return all(status.get(field, 0) == wanted for field in fields) and status.get(
        "observedGeneration", 0
    ) >= deployment["metadata"].get("generation", 0)


def _gets_on(old: Obj, new: Obj) -> bool:
    """More new pods, fewer old ones, or more that are ready or available than the stored status says."""
    ups = ("updatedReplicas", "readyReplicas", "availableReplicas")
    if any(new.get(field, 0) > old.get(field, 0) for field in ups):
        return True
    return _old_pods(new) < _old_pods(old)


def _old_pods(status: Obj) -> int:
    return status.get("replicas", 0) - status.get("updatedReplicas", 0)


def _timed_out(deployment: Obj, condition: Obj | None, now: Instant) -> bool:
    if condition is None or condition.get("reason") == AVAILABLE_REASON:
        return False
    return condition.get("reason") == TIMED_OUT or _deadline(deployment, condition) < now


def _deadline(deployment: Obj, condition: Obj) -> Instant:
    since = condition.get("lastUpdateTime")
    return (parse_time(since) if since else 0) + deployment["spec"]["progressDeadlineSeconds"] * SECOND


def judged(deployment: Obj, status: Obj, sets: Sequence[Obj], new: Obj | None, now: Instant) -> Obj:
    """The status with its Progressing and ReplicaFailure conditions brought up to date."""
    said = status["conditions"]
    if not has_deadline(deployment):
        said = conditions.without(said, PROGRESSING)
    else:
        said = _progressing(deployment, {**status, "conditions": said}, new, now)
    failure = _failure(sets, new)
    if failure is None:
        said = conditions.without(said, FAILURE)
    else:
        said = _failing(said, failure)
    return {**status, "conditions": said}


def _progressing(deployment: Obj, status: Obj, new: Obj | None, now: Instant) -> list[Obj]:
    """Once a rollout has completed, its pods may come and go: that is no rollout any more."""
    held = deployment.get("status") or {}
    before = find(held.get("conditions") or [], PROGRESSING)
    said: list[Obj] = status["conditions"]
    all_new = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if all_new and before is not None and before.get("reason") == AVAILABLE_REASON:
        return said
    name = deployment["metadata"]["name"] if new is None else new["metadata"]["name"]
    what = f'{"Deployment" if new is None else "ReplicaSet"} "{name}"'
    if is_complete(deployment, status):
        done = Said(PROGRESSING, "True", AVAILABLE_REASON, f"{what} has successfully progressed.")
        return conditions.put(said, done, now)
    if _gets_on(held, status):
        on = Said(PROGRESSING, "True", UPDATED_REASON, f"{what} is progressing.")
        transition = before.get("lastTransitionTime") if before is not None and before["status"] == "True" else None
        return [*conditions.without(said, PROGRESSING), conditions.made(on, now, transition)]
    if _timed_out(deployment, find(said, PROGRESSING), now):
        late = Said(PROGRESSING, "False", TIMED_OUT, f"{what} has timed out progressing.")
        return conditions.put(said, late, now)
    return said


def _failure(sets: Sequence[Obj], new: Obj | None) -> Obj | None:
    """The failure of the new ReplicaSet, else of any."""
    for one in ([new] if new is not None else []) + list(sets):
        found = find((one.get("status") or {}).get("conditions") or [], FAILURE)
        if found is not None:
            return found
    return None


def _failing(said: Sequence[Obj], failure: Obj) -> list[Obj]:
    held = find(said, FAILURE)
    if held is not None and (held["status"], held.get("reason")) == (failure["status"], failure.get("reason")):
        return list(said)
    at = failure.get("lastTransitionTime") or time_text(0)
    transition = held["lastTransitionTime"] if held is not None and held["status"] == failure["status"] else at
    passed = {
        "type": FAILURE, "status": failure["status"], "lastUpdateTime": at, "lastTransitionTime": transition,
        "reason": failure.get("reason", ""), "message": failure.get("message", ""),
    }  # fmt: skip
    return [*conditions.without(said, FAILURE), passed]


def look_again(deployment: Obj, status: Obj, now: Instant) -> Instant | None:
    """When to see whether the rollout has timed out: a second after its deadline, as Kubernetes does.

    One that has completed never times out, whatever becomes of its pods.
    """
    before = find((deployment.get("status") or {}).get("conditions") or [], PROGRESSING)
    if not has_deadline(deployment) or before is None:
        return None
    if is_complete(deployment, status) or before.get("reason") in (TIMED_OUT, AVAILABLE_REASON):
        return None
    due = _deadline(deployment, before)
    return due + SECOND if due - now >= SECOND else max(due, now) + MILLISECOND
