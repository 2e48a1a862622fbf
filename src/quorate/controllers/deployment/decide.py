"""One look at one Deployment (Kubernetes: pkg/controller/deployment/deployment_controller.go, sync.go).

    claim ReplicaSets -> note pause or resume -> find or make the new ReplicaSet -> scale, or roll, or recreate -> status

What Kubernetes does in one sync is here up to three looks: a status that is written in its middle makes the rest of that
sync fail on its own write, and it starts anew. Here it starts anew at once.
"""

from collections.abc import Sequence

from quorate.contract.plan import NOTHING, Action, Create, Delete, Obj, Outcome, Plan, Ref, Tell, Update
from quorate.controllers.adoption import adopt, release
from quorate.controllers.deployment import annotations, conditions, progress, recreate, rolling, scaling, status
from quorate.controllers.deployment.amounts import is_rolling, replicas_of
from quorate.controllers.deployment.conditions import PROGRESSING, Said, find, has_deadline
from quorate.controllers.deployment.replicasets import find_new, new_set, same_template
from quorate.controllers.deployment.snapshot import REPLICA_SETS, Seen
from quorate.kernel.clock import Instant
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating

_GONE = Outcome(fine=frozenset({"NotFound"}))
_PAUSED = Said(PROGRESSING, "Unknown", progress.PAUSED_REASON, "Deployment is paused")
_RESUMED = Said(PROGRESSING, "Unknown", progress.RESUMED_REASON, "Deployment is resumed")


def decide(seen: Seen, now: Instant) -> Plan:
    deployment = seen.deployment
    if deployment["spec"].get("selector") == {}:
        return _selects_all(deployment)
    ending = is_terminating(deployment)
    claims, sets = _claims(seen, ending)
    if claims:
        return Plan(tuple(claims), notes=("whose ReplicaSets these are comes first",))
    new = find_new(deployment, sets)
    old = [one for one in sets if one is not new]
    if not ending:
        noted = _pause_noted(deployment, now)
        if noted is not None:
            return noted
    if new is not None:
        noted = _noted(deployment, old, new, now)
        if noted is not None:
            return noted
    if ending:
        return _plan([], status.write(deployment, status.counts(deployment, sets, new, now)))
    if deployment["spec"].get("paused"):
        return _scaled(deployment, old, new, now, _cleaned(deployment, old))
    if scaling.changed(deployment, sets):
        return _scaled(deployment, old, new, now, [])
    if is_rolling(deployment):
        return _rolled(seen, old, new, now)
    return _recreated(seen, old, new, now)


def _selects_all(deployment: Obj) -> Plan:
    message = "This deployment is selecting all pods. A non-empty selector is required."
    held, generation = deployment.get("status") or {}, deployment["metadata"].get("generation", 0)
    written = None
    if held.get("observedGeneration", 0) < generation:
        written = Update(
            status.DEPLOYMENTS, {**deployment, "status": {**held, "observedGeneration": generation}}, "status"
        )  # fmt: skip
    return Plan((Tell(deployment, "Warning", "SelectingAll", message),), written)


def _claims(seen: Seen, ending: bool) -> tuple[list[Action], list[Obj]]:
    """The patches that take matching orphans and let go of what no longer matches; and the ReplicaSets that are its own."""
    deployment = seen.deployment
    selector = selectors.selector(deployment["spec"].get("selector"))
    actions: list[Action] = []
    own = []
    for one in seen.sets:
        if controller_of(one) is None:
            if not ending and not is_terminating(one):
                actions.append(adopt(deployment, REPLICA_SETS, one))
        elif selector.matches(one["metadata"].get("labels")):
            own.append(one)
        elif not ending:
            actions.append(release(deployment, REPLICA_SETS, one))
    return actions, own


def _pause_noted(deployment: Obj, now: Instant) -> Plan | None:
    """A pause and its end are noted before anything else, so that nobody takes the pause for a lack of progress."""
    if not has_deadline(deployment):
        return None
    held = deployment.get("status") or {}
    said = held.get("conditions") or []
    condition = find(said, PROGRESSING)
    reason = condition.get("reason") if condition is not None else None
    paused = bool(deployment["spec"].get("paused"))
    if reason == progress.TIMED_OUT or paused == (reason == progress.PAUSED_REASON):
        return None
    new = {**held, "conditions": conditions.put(said, _PAUSED if paused else _RESUMED, now)}
    return _plan([], Update(status.DEPLOYMENTS, {**deployment, "status": new}, "status"))


def _noted(deployment: Obj, old: Sequence[Obj], new: Obj, now: Instant) -> Plan | None:
    """What the new ReplicaSet and the Deployment must carry before they are scaled: annotations, revision, a condition."""
    held = annotations.annotations_of(new)
    wanted = annotations.for_new_set(deployment, held, annotations.newest(old) + 1)
    min_ready = deployment["spec"].get("minReadySeconds", 0)
    if wanted != held or new["spec"].get("minReadySeconds", 0) != min_ready:
        spec = {k: v for k, v in new["spec"].items() if k != "minReadySeconds"}
        if min_ready:
            spec["minReadySeconds"] = min_ready
        obj = {**new, "metadata": {**new["metadata"], "annotations": wanted}, "spec": spec}
        return Plan((Update(REPLICA_SETS, obj),), notes=("what is written on the new ReplicaSet comes first",))
    said = None
    if has_deadline(deployment) and find((deployment.get("status") or {}).get("conditions") or [], PROGRESSING) is None:
        message = f'Found new replica set "{new["metadata"]["name"]}"'
        said = Said(PROGRESSING, "True", progress.FOUND_REASON, message)
    written = _marked(deployment, wanted.get(annotations.REVISION, ""), said, now)
    return None if written is None else _plan([], written)


def _marked(deployment: Obj, revision: str, said: Said | None, now: Instant) -> Update | None:
    """The status write that also puts the revision on the Deployment; None when it says all that already."""
    meta, held = deployment["metadata"], deployment.get("status") or {}
    if said is None and annotations.annotations_of(deployment).get(annotations.REVISION, "") == revision:
        return None
    if said is not None:
        held = {**held, "conditions": conditions.put(held.get("conditions") or [], said, now)}
    meta = {**meta, "annotations": {**annotations.annotations_of(deployment), annotations.REVISION: revision}}
    return Update(status.DEPLOYMENTS, {**deployment, "metadata": meta, "status": held}, "status")


def _made(seen: Seen, old: Sequence[Obj], now: Instant) -> Plan:
    """Makes the new ReplicaSet. When its name is taken by another template, that is counted and the next name is tried."""
    deployment, rival = seen.deployment, seen.rival
    held = deployment.get("status") or {}
    made = new_set(deployment, old)
    name, size = made["metadata"]["name"], replicas_of(made)
    if rival is not None and not _is_own(deployment, rival):
        counted = {**held, "collisionCount": held.get("collisionCount", 0) + 1}
        return _plan([], Update(status.DEPLOYMENTS, {**deployment, "status": counted}, "status"))
    said = Said(PROGRESSING, "True", progress.CREATED_REASON, f'Created new replica set "{name}"')
    failure = f'Failed to create new replica set "{name}": {{error}}'
    not_said = Said(PROGRESSING, "False", progress.NOT_CREATED_REASON, failure)
    deadline = has_deadline(deployment)
    revision = made["metadata"]["annotations"][annotations.REVISION]
    outcome = Outcome(
        scaling.told(deployment, name, 0, size) if size > 0 else None,
        Tell(deployment, "Warning", progress.NOT_CREATED_REASON, failure),
    )
    failed = {**held, "conditions": conditions.put(held.get("conditions") or [], not_said, now)}
    return Plan(
        (Create(REPLICA_SETS, made, outcome),),
        _marked(deployment, revision, said if deadline else None, now),
        if_refused=Update(status.DEPLOYMENTS, {**deployment, "status": failed}, "status") if deadline else "none",
    )


def _is_own(deployment: Obj, rival: Obj) -> bool:
    owner = controller_of(rival)
    return (
        owner is not None
        and owner["uid"] == deployment["metadata"]["uid"]
        and same_template(deployment["spec"]["template"], rival["spec"]["template"])
    )


def _rolled(seen: Seen, old: Sequence[Obj], new: Obj | None, now: Instant) -> Plan:
    deployment = seen.deployment
    if new is None:
        return _made(seen, old, now)
    sets = [*old, new]
    actions = rolling.grow(deployment, sets, new) or rolling.shrink(deployment, old, new)
    return _judged(deployment, sets, new, now, actions or _cleaned_when_complete(deployment, old))


def _recreated(seen: Seen, old: Sequence[Obj], new: Obj | None, now: Instant) -> Plan:
    deployment = seen.deployment
    sets = [*old, *([new] if new is not None else [])]
    actions = recreate.stop_old(deployment, old)
    if actions or recreate.old_pods_run(new, old, seen.pods):
        return _judged(deployment, sets, new, now, actions)
    if new is None:
        return _made(seen, old, now)
    wanted = replicas_of(deployment)
    grown = [] if replicas_of(new) == wanted else scaling.resize(deployment, new, wanted)
    return _judged(deployment, sets, new, now, [*grown, *_cleaned_when_complete(deployment, old)])


def _scaled(
    deployment: Obj, old: Sequence[Obj], new: Obj | None, now: Instant, cleaned: list[Action]
) -> Plan:  # fmt: skip
    """Scaling leaves alone what the status says of progress."""
    sets = [*old, *([new] if new is not None else [])]
    actions = [*scaling.scale(deployment, new, old), *cleaned]
    return _plan(actions, status.write(deployment, status.counts(deployment, sets, new, now)))


def _judged(deployment: Obj, sets: Sequence[Obj], new: Obj | None, now: Instant, actions: Sequence[Action]) -> Plan:
    counted = progress.judged(deployment, status.counts(deployment, sets, new, now), sets, new, now)
    written = status.write(deployment, counted)
    return _plan(actions, written, progress.look_again(deployment, counted, now))


def _cleaned_when_complete(deployment: Obj, old: Sequence[Obj]) -> list[Action]:
    complete = progress.is_complete(deployment, deployment.get("status") or {})
    return _cleaned(deployment, old) if complete else []


def _cleaned(deployment: Obj, old: Sequence[Obj]) -> list[Action]:
    """Deletes the oldest empty ReplicaSets beyond revisionHistoryLimit."""
    limit = deployment["spec"].get("revisionHistoryLimit", 2**31 - 1)
    kept = sorted((one for one in old if not is_terminating(one)), key=_by_revision)
    actions: list[Action] = []
    for one in kept[: max(0, len(kept) - limit)]:
        meta, held = one["metadata"], one.get("status") or {}
        empty = not held.get("replicas") and replicas_of(one) == 0
        if empty and meta.get("generation", 0) <= held.get("observedGeneration", 0):
            actions.append(Delete(Ref(REPLICA_SETS, meta["namespace"], meta["name"]), outcome=_GONE))
    return actions


def _by_revision(one: Obj) -> tuple[int, str, str]:
    meta = one["metadata"]
    return annotations.revision_of(one) or 0, meta.get("creationTimestamp") or "", meta["name"]


def _plan(actions: Sequence[Action], written: Update | None, again: Instant | None = None) -> Plan:
    if not actions and written is None and again is None:
        return NOTHING
    return Plan(tuple(actions), written, again, if_refused="none")
