"""One look at one ReplicaSet (Kubernetes: pkg/controller/replicaset/replica_set.go).

claim pods -> create what is missing or delete what is too much -> status
"""

from collections.abc import Sequence

from quorate.contract.plan import NOTHING, Action, Create, Delete, Obj, Outcome, Plan, Ref, Tell
from quorate.controllers import slowstart
from quorate.controllers.adoption import adopt, release
from quorate.controllers.replicaset import ranking, status
from quorate.controllers.replicaset.snapshot import PODS, Seen, is_active
from quorate.kernel.clock import Instant
from quorate.objects.owners import controller_of, controller_reference
from quorate.objects.pod import is_finished, is_terminating

BURST = 500
"""The most pods that one look creates or deletes."""
_GONE = frozenset({"NotFound"})


def decide(seen: Seen, now: Instant) -> Plan:
    found = seen.set
    ending = is_terminating(found)
    claims, owned = _claims(seen, ending)
    if claims:
        return Plan(tuple(claims), if_refused="none", notes=("whose pods these are comes first",))
    active = [pod for pod in owned if is_active(pod)]
    going = sum(is_terminating(pod) and not is_finished(pod) for pod in owned)
    actions = [] if ending else _manage(seen, active, now)
    written = status.write(seen.family, found, status.status_of(seen.family, found, active, going, False, now))
    again = status.next_available(found, active, now)
    if not actions:
        return NOTHING if written is None and again is None else Plan((), written, again)
    failed = status.write(seen.family, found, status.status_of(seen.family, found, active, going, True, now))
    surplus = isinstance(actions[0], Delete)
    return Plan(
        tuple(actions), written, again, on_refusal="continue" if surplus else "stop",
        batches=() if surplus else slowstart.singles(len(actions)), if_refused=failed or "none",
    )  # fmt: skip


def _claims(seen: Seen, ending: bool) -> tuple[list[Action], list[Obj]]:
    """The patches that take orphans and let go of active pods that no longer match; and the pods that are its own.

    What has finished or is on its way out is neither taken nor let go.
    """
    found = seen.set
    selector = seen.family.selector(found)
    actions: list[Action] = []
    owned = []
    for pod in seen.pods:
        matches = selector.matches(pod["metadata"].get("labels"))
        if controller_of(pod) is None:
            if not ending:
                actions.append(adopt(found, PODS, pod))
        elif matches:
            owned.append(pod)
        elif is_active(pod) and not ending:
            actions.append(release(found, PODS, pod))
    return actions, owned


def _manage(seen: Seen, active: Sequence[Obj], now: Instant) -> list[Action]:
    found = seen.set
    surplus = len(active) - found["spec"].get("replicas", 1)
    if surplus > 0:
        return [_delete(found, pod) for pod in ranking.victims(active, seen.siblings, min(surplus, BURST), now)]
    if surplus < 0:
        return [_create(found)] * min(-surplus, BURST)
    return []


def _create(found: Obj) -> Create:
    """A pod of the template; the server chooses the end of its name."""
    meta, template = found["metadata"], found["spec"]["template"]
    made = template.get("metadata") or {}
    metadata: Obj = {"generateName": f"{meta['name']}-", "namespace": meta["namespace"]}
    metadata |= {field: made[field] for field in ("labels", "annotations", "finalizers") if made.get(field)}
    metadata["ownerReferences"] = [controller_reference(found)]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    outcome = Outcome(
        Tell(found, "Normal", "SuccessfulCreate", "Created pod: {name}"),
        Tell(found, "Warning", "FailedCreate", "Error creating: {error}"),
        slowstart.TERMINATING,
    )
    return Create(PODS, pod, outcome)


def _delete(found: Obj, pod: Obj) -> Delete:
    name = pod["metadata"]["name"]
    outcome = Outcome(
        Tell(found, "Normal", "SuccessfulDelete", f"Deleted pod: {name}"),
        Tell(found, "Warning", "FailedDelete", "Error deleting: {error}"),
        _GONE,
    )
    return Delete(Ref(PODS, pod["metadata"]["namespace"], name), outcome=outcome)
