"""How a namespace ends (Kubernetes: pkg/controller/namespace, with ordered deletion): its pods first, then all else, then it.

The controller watches namespaces only. After any change of one it waits a little, as objects may still be on their way
in; while something is left in it, it comes back when that can be expected to be gone.
"""

from quorate.contract.plan import Action, Delete, Obj, Outcome, Plan, Ref, Update
from quorate.controllers.namespace.contents import Group
from quorate.controllers.namespace.snapshot import FINALIZER, Memory, Seen
from quorate.controllers.namespace.status import status
from quorate.kernel.clock import MILLISECOND, SECOND, Duration, Instant
from quorate.objects.pod import is_finished
from quorate.objects.times import parse_time

GRACE = 5 * SECOND
"""How long after a change of the namespace its contents are looked at (namespaceDeletionGracePeriod)."""
CHECK = 50 * MILLISECOND
"""How long after it was asked to go what is left is counted."""
FINALIZERS_TAKE = 15 * SECOND
"""How long finalizers are expected to take (finalizerEstimateSeconds)."""
UNEXPECTED = 5 * SECOND
"""When to come back for objects that should have been gone."""
_GONE = Outcome(fine=frozenset({"NotFound"}))


def decide(seen: Seen, now: Instant) -> Plan:
    version = seen.namespace["metadata"]["resourceVersion"]
    memory = seen.memory
    due = memory.due if memory is not None else None
    if memory is None or memory.version != version:
        due = min(now + GRACE, now + GRACE if due is None else due)
    assert due is not None
    if now < due:
        return Plan(look_again=due, remember=Memory(version, due))
    going = _first(seen.contents)
    asked = memory is not None and memory.asked
    doomed = [(g.resource, o) for g in going for o in g.objects if not o["metadata"].get("deletionTimestamp")]
    if doomed and not asked:
        again = now + CHECK
        return Plan(_deletes(doomed), look_again=again, remember=Memory(version, again, True), on_refusal="continue")
    if going:
        again = now + _expected(going, seen.namespace, now)
        actions = (*_deletes(doomed), *_told(seen.namespace, going, now))
        return Plan(actions, look_again=again, remember=Memory(version, again), on_refusal="continue")
    return Plan((*_told(seen.namespace, (), now), _finalized(seen.namespace)))


def _first(contents: tuple[Group, ...]) -> tuple[Group, ...]:
    """Nothing that pods may need while they stop goes before the last of them (OrderedNamespaceDeletion)."""
    pods = tuple(group for group in contents if group.resource == "pods")
    return pods or contents


def _deletes(doomed: list[tuple[str, Obj]]) -> tuple[Action, ...]:
    return tuple(
        Delete(
            Ref(resource, obj["metadata"]["namespace"], obj["metadata"]["name"]), uid=obj["metadata"]["uid"],
            propagation="Background", outcome=_GONE,
        )
        for resource, obj in doomed
    )  # fmt: skip


def _expected(left: tuple[Group, ...], namespace: Obj, now: Instant) -> Duration:
    """How long to wait for what is left: half of what it may take, and a second."""
    estimate: Duration = 0
    if left[0].resource == "pods":
        waiting = [
            pod["spec"].get("terminationGracePeriodSeconds") or 0 for pod in left[0].objects if not is_finished(pod)
        ]
        estimate = max(waiting, default=0) * SECOND
        if now - parse_time(namespace["metadata"]["deletionTimestamp"]) >= estimate:
            estimate = 0
    if not estimate and any(obj["metadata"].get("finalizers") for group in left for obj in group.objects):
        estimate = FINALIZERS_TAKE
    return estimate // 2 + SECOND if estimate else UNEXPECTED


def _told(namespace: Obj, left: tuple[Group, ...], now: Instant) -> tuple[Action, ...]:
    wanted = status(namespace, left, now)
    if wanted is namespace.get("status"):
        return ()
    return (Update("namespaces", {**namespace, "status": wanted}, "status"),)


def _finalized(namespace: Obj) -> Update:
    """Without a resourceVersion: the status has just been written."""
    meta = {k: v for k, v in namespace["metadata"].items() if k != "resourceVersion"}
    spec = namespace.get("spec") or {}
    left = [name for name in spec.get("finalizers") or () if name != FINALIZER]
    return Update(
        "namespaces", {**namespace, "metadata": meta, "spec": {**spec, "finalizers": left}}, "finalize", _GONE
    )
