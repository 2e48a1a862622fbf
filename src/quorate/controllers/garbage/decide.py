"""Who is collected: whoever had owners and has none left (Kubernetes: pkg/controller/garbagecollector)."""

from quorate.contract.plan import NOTHING, Action, Delete, Obj, Outcome, Patch, Plan, Ref, Tell
from quorate.controllers.garbage.snapshot import FOREGROUND, ORPHAN, Owner, Seen, deleting
from quorate.kernel.clock import SECOND, Instant

GONE = Outcome(fine=frozenset({"NotFound"}))
RETRY_MOST = 1000 * SECOND


def decide(seen: Seen, now: Instant) -> Plan:
    obj = seen.obj
    if obj["metadata"].get("deletionTimestamp"):
        if deleting(obj, ORPHAN):
            return Plan(orphaned(seen))
        return Plan(waited(seen)) if deleting(obj, FOREGROUND) else NOTHING
    told = tuple(_misplaced(obj, owner) for owner in seen.owners if owner.elsewhere)
    if not seen.owners or any(owner.state == "impossible" for owner in seen.owners):
        return Plan(told)
    if any(owner.state == "unknown" for owner in seen.owners):
        # The kind may be that of a definition which is still to come.
        wait = min(SECOND << min(seen.failures, 40), RETRY_MOST)
        return Plan(told, look_again=now + wait, remember=seen.failures + 1)
    return Plan((*told, *collected(seen)))


def _misplaced(obj: Obj, owner: Owner) -> Tell:
    ref, namespace = owner.ref, obj["metadata"].get("namespace", "")
    what = f"[{ref['apiVersion']}/{ref['kind']}, namespace: {namespace}, name: {ref['name']}, uid: {ref['uid']}]"
    message = f'ownerRef {what} does not exist in namespace "{namespace}"'
    return Tell(obj, "Warning", "OwnerRefInvalidNamespace", message)


def collected(seen: Seen) -> tuple[Action, ...]:
    """An object that lives: it stays while one owner does, and goes with or after the last."""
    states = {owner.state for owner in seen.owners}
    if "solid" in states:
        if states == {"solid"}:
            return ()
        # A reference to an owner that waits for its dependents would hold it up for ever: this one is not going.
        lost = {owner.ref["uid"] for owner in seen.owners if owner.state != "solid"}
        return (without_owners(seen.resource, seen.obj, lost),)
    if "waiting" in states and seen.dependents:
        # It has dependents of its own, which are to go before it.
        return (*_unblocked_circle(seen), _delete(seen, "Foreground"))
    finalizers = seen.obj["metadata"].get("finalizers") or ()
    policy = "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else "Background"
    return (_delete(seen, policy),)


def _delete(seen: Seen, policy: str) -> Delete:
    """Of this very version: should somebody adopt the object meanwhile, it is judged again."""
    meta = seen.obj["metadata"]
    version = meta["resourceVersion"] if not _circular(seen) else None
    return Delete(_ref(seen.resource, seen.obj), meta["uid"], version, propagation=policy, outcome=GONE)  # type: ignore[arg-type]


def _circular(seen: Seen) -> bool:
    """Whether a dependent of the object waits for its own dependents: maybe, somewhere below, for this object."""
    return any(owner.state == "waiting" for owner in seen.owners) and any(
        deleting(dependent, FOREGROUND) for _, dependent in seen.dependents
    )


def _unblocked_circle(seen: Seen) -> tuple[Action, ...]:
    if not _circular(seen):
        return ()
    refs = [{**ref, "blockOwnerDeletion": False} for ref in seen.obj["metadata"]["ownerReferences"]]
    return (_with_owners(seen.resource, seen.obj, refs),)


def waited(seen: Seen) -> tuple[Action, ...]:
    """An object that waits for its dependents goes once none of those that block it is left."""
    uid = seen.obj["metadata"]["uid"]
    return () if any(_blocks(dependent, uid) for _, dependent in seen.dependents) else (_released(seen, FOREGROUND),)


def _blocks(dependent: Obj, uid: str) -> bool:
    refs = dependent["metadata"].get("ownerReferences") or ()
    return any(ref["uid"] == uid and ref.get("blockOwnerDeletion") for ref in refs)


def orphaned(seen: Seen) -> tuple[Action, ...]:
    """The dependents forget their owner, all of them, before it goes."""
    lost = {seen.obj["metadata"]["uid"]}
    freed = tuple(without_owners(resource, dependent, lost) for resource, dependent in seen.dependents)
    return (*freed, _released(seen, ORPHAN))


def _released(seen: Seen, finalizer: str) -> Patch:
    meta = seen.obj["metadata"]
    left = [f for f in meta["finalizers"] if f != finalizer]
    body = {"metadata": {"resourceVersion": meta["resourceVersion"], "finalizers": left or None}}
    return Patch(_ref(seen.resource, seen.obj), body, outcome=GONE)


def without_owners(resource: str, obj: Obj, lost: set[str]) -> Patch:
    return _with_owners(resource, obj, [r for r in obj["metadata"]["ownerReferences"] if r["uid"] not in lost])


def _with_owners(resource: str, obj: Obj, refs: list[Obj]) -> Patch:
    body = {"metadata": {"resourceVersion": obj["metadata"]["resourceVersion"], "ownerReferences": refs or None}}
    return Patch(_ref(resource, obj), body, outcome=GONE)


def _ref(resource: str, obj: Obj) -> Ref:
    return Ref(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
