"""One look of the snapshot controller (kubernetes-csi/external-snapshotter: pkg/common-controller).

class -> free the claim -> is it going? -> finalizers -> make or find its content -> status
"""

from quorate.contract.plan import NOTHING, Action, Create, Delete, Obj, Outcome, Plan
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.nodes.csi.snapshotter import source, writes
from quorate.nodes.csi.snapshotter.names import (
    BEING_DELETED,
    BOUND_FINALIZER,
    CLAIM_FINALIZER,
    CONTENT_FINALIZER,
    CONTENTS,
    GROUP,
    SNAPSHOTS,
    SOURCE_FINALIZER,
    bound_content,
    content_ref,
    dynamic_content,
    finalizers,
    is_ready,
    key_text,
    refers_to,
    source_claim,
    source_content,
)
from quorate.nodes.csi.snapshotter.snapshot import CLAIMS, Seen, SeenContent, Tries
from quorate.nodes.csi.snapshotter.status import taken_over
from quorate.objects.patch.golang import quoted

RETRY_FIRST, RETRY_MOST = SECOND, 5 * MINUTE
"""--retry-interval-start and --retry-interval-max."""
RESYNC = 15 * MINUTE
"""--resync-period: when a snapshot is looked at again that may not go yet."""
_MADE = Outcome(fine=frozenset({"AlreadyExists"}))


class Wrong(Exception):
    """What a snapshot cannot go on for. `reason` is of the event; `then` what is told after that."""

    def __init__(self, reason: str, message: str, *, unready: bool = True, then: tuple[str, str] | None = None) -> None:
        super().__init__(message)
        self.reason, self.message, self.unready, self.then = reason, message, unready, then


def decide(seen: Seen | SeenContent, now: Instant) -> Plan:
    if isinstance(seen, SeenContent):
        actions = _content(seen)
        return Plan(tuple(actions)) if actions else NOTHING
    actions = []
    try:
        _look(seen, actions, now)
    except Wrong as wrong:
        found = seen.snapshot
        if wrong.reason:
            actions += writes.snapshot_went_wrong(found, wrong.reason, wrong.message, now, unready=wrong.unready)
        if wrong.then is not None:
            actions.append(writes.tell(found, "Warning", *wrong.then))
        failures = seen.tries.failures
        again = now + min(RETRY_FIRST << min(failures, 40), RETRY_MOST)
        return Plan(tuple(actions), look_again=again, remember=Tries(seen.tries.uid, failures + 1))
    held = seen.restoring and _is_going(seen.snapshot)
    return Plan(tuple(actions), look_again=now + RESYNC if held else None) if actions else NOTHING


def _content(seen: SeenContent) -> list[Action]:
    """A bound content is protected; it is marked when its snapshot goes."""
    content, found = seen.content, seen.snapshot
    uid = content_ref(content).get("uid")
    if not uid:
        return []
    if not content["metadata"].get("deletionTimestamp") and CONTENT_FINALIZER not in finalizers(content):
        return writes.with_finalizers(CONTENTS, content, (CONTENT_FINALIZER,))
    if found is not None and found["metadata"]["uid"] == uid and _is_going(found):
        return writes.annotated(content, BEING_DELETED, "yes")
    return []


def _look(seen: Seen, actions: list[Action], now: Instant) -> None:
    found = seen.snapshot
    going = bool(found["metadata"].get("deletionTimestamp"))
    name = found["spec"].get("volumeSnapshotClassName")
    if name is not None:
        if seen.chosen is None:
            missing = f'volumesnapshotclass.{GROUP} "{name}" not found'
            wrong = Wrong("GetSnapshotClassFailed", f"Failed to get snapshot class with error {missing}", unready=False)
            if not going:
                raise wrong
            actions += writes.snapshot_went_wrong(found, wrong.reason, wrong.message, now, unready=False)
    elif not source_content(found):
        actions.append(writes.spec_of(SNAPSHOTS, found, {"volumeSnapshotClassName": _default(seen)}))
        return
    actions += _freed(seen, False)
    if going:
        _end(seen, actions)
        return
    content = _checked(seen)
    bound = content is not None and bound_content(found) and content["spec"].get("deletionPolicy") == "Delete"
    actions += writes.with_finalizers(SNAPSHOTS, found, (SOURCE_FINALIZER, *((BOUND_FINALIZER,) if bound else ())))
    if is_ready(found) and bound_content(found):
        if seen.bound is None:
            raise Wrong("SnapshotContentMissing", "VolumeSnapshotContent is missing")
        if not refers_to(seen.bound, found):
            raise Wrong("SnapshotMisbound", "VolumeSnapshotContent is not bound to the VolumeSnapshot correctly")
    elif content is None:
        actions += _made(seen)
    else:
        if source_content(found):
            actions += _bound(content, found)
        actions += taken_over(found, content, now)


def _default(seen: Seen) -> str:
    """The default class for the driver of its claim's volume."""
    found, why = seen.snapshot, ""
    volume = source.volume_of(seen)
    if isinstance(volume, str):
        why = volume
    elif not volume["spec"].get("csi"):
        why = f"snapshotting non-CSI volumes is not supported, snapshot:{key_text(found)}"
    else:
        fit = [c["metadata"]["name"] for c in seen.defaults if c.get("driver") == volume["spec"]["csi"].get("driver")]
        if len(fit) == 1:
            name: str = fit[0]
            return name
        why = f"{len(fit)} default snapshot classes were found" if fit else "cannot find default snapshot class"
    message = f"Failed to set default snapshot class with error {why}"
    raise Wrong("SetDefaultSnapshotClassFailed", message, unready=False)


def _checked(seen: Seen) -> Obj | None:
    """Its content, of the right sort and for nobody else."""
    found, content = seen.snapshot, seen.content
    if content is None:
        return None
    name, ref, before = content["metadata"]["name"], content_ref(content), bool(source_content(found))
    text, handle = key_text(found), content["spec"]["source"].get("snapshotHandle" if before else "volumeHandle")
    if handle is None:
        sort = (
            ("a pre-provisioned", "a dynamically provisioned")
            if before
            else ("a dynamically provisioned", "a pre-provisioned")
        )
        which = "" if before else f"{name} "
        is_now = sort[1].removeprefix("a ")
        message = f"VolumeSnapshotContent {which}is {is_now} while expecting {sort[0]} one"
        error = f"snapshot {text} expects {sort[0]} VolumeSnapshotContent {name} but gets {sort[1]} one"
        raise Wrong("SnapshotContentMismatch", message, then=_unfinalized(error))
    meta = found["metadata"]
    same = (ref.get("name"), ref.get("namespace")) == (meta["name"], meta["namespace"])
    if not same or (ref.get("uid") != meta["uid"] and (ref.get("uid") or not before)):
        message = f"VolumeSnapshotContent [{name}] is bound to a different snapshot"
        raise Wrong("SnapshotContentMisbound", message, then=_unfinalized(message))
    return content


def _unfinalized(error: str) -> tuple[str, str]:
    return "SnapshotFinalizerError", f"Failed to check and update snapshot: {error}"


def _bound(content: Obj, found: Obj) -> list[Action]:
    """A content that was there before learns whose it is."""
    ref = content_ref(content)
    if ref.get("uid") and content["spec"].get("volumeSnapshotClassName") is not None:
        return []
    spec: Obj = {}
    if not ref.get("uid"):
        spec["volumeSnapshotRef"] = {**ref, "uid": found["metadata"]["uid"]}
    name = found["spec"].get("volumeSnapshotClassName")
    if name is not None and content["spec"].get("volumeSnapshotClassName") != name:
        spec["volumeSnapshotClassName"] = name
    return [writes.spec_of(CONTENTS, content, spec)] if spec else []


def _made(seen: Seen) -> list[Action]:
    """Its content, which the driver's sidecar then fills; the claim is kept until then."""
    found = seen.snapshot
    if source_content(found):
        raise Wrong("SnapshotContentMissing", "VolumeSnapshotContent is missing")
    meta, chosen = found["metadata"], seen.chosen
    assert chosen is not None
    actions: list[Action] = []
    try:
        claim = source.kept(seen)
        actions += writes.with_finalizers(CLAIMS, claim, (CLAIM_FINALIZER,))
        volume = source.volume_of(seen)
        if isinstance(volume, str):
            raise source.Unfit(f"failed to get input parameters to create snapshot {meta['name']}: {quoted(volume)}")
        if not volume["spec"].get("csi"):
            raise source.Unfit(f"cannot find CSI PersistentVolumeSource for volume {volume['metadata']['name']}")
    except source.Unfit as unfit:
        message = f"Failed to create snapshot content with error {unfit}"
        raise Wrong("SnapshotContentCreationFailed", message) from None
    ref = {
        "apiVersion": f"{GROUP}/v1", "kind": "VolumeSnapshot", "name": meta["name"], "namespace": meta["namespace"],
        "resourceVersion": meta["resourceVersion"], "uid": meta["uid"],
    }  # fmt: skip
    spec: Obj = {
        "deletionPolicy": chosen["deletionPolicy"], "driver": chosen["driver"],
        "source": {"volumeHandle": volume["spec"]["csi"]["volumeHandle"]},
        "volumeSnapshotClassName": chosen["metadata"]["name"], "volumeSnapshotRef": ref,
    }  # fmt: skip
    if volume["spec"].get("volumeMode"):
        spec["sourceVolumeMode"] = volume["spec"]["volumeMode"]
    name = dynamic_content(found)
    content = {
        "apiVersion": f"{GROUP}/v1", "kind": "VolumeSnapshotContent", "metadata": {"name": name}, "spec": spec,
    }  # fmt: skip
    actions.append(Create(CONTENTS, content, _MADE))
    message = f"Waiting for a snapshot {key_text(found)} to be created by the CSI driver."
    actions.append(writes.tell(found, "Normal", "CreatingSnapshot", message))
    fields: Obj = {"boundVolumeSnapshotContentName": name, "readyToUse": False, "error": None}
    return [*actions, writes.status(SNAPSHOTS, found, fields)]


def _freed(seen: Seen, going: bool) -> list[Action]:
    """The claim is let go when no snapshot of it is in the making. `going`: this one does not count."""
    claim = seen.claim
    if claim is None or CLAIM_FINALIZER not in finalizers(claim):
        return []
    own = seen.snapshot["metadata"]["name"]
    if any(not is_ready(s) and not (going and s["metadata"]["name"] == own) for s in seen.siblings):
        return []
    return writes.with_finalizers(CLAIMS, claim, removed=(CLAIM_FINALIZER,))


def _is_going(found: Obj) -> bool:
    kept = finalizers(found)
    return bool(found["metadata"].get("deletionTimestamp")) and (SOURCE_FINALIZER in kept or BOUND_FINALIZER in kept)


def _end(seen: Seen, actions: list[Action]) -> None:
    """What is deleted takes its content along where the policy says so, and waits for that to be gone."""
    found = seen.snapshot
    if not _is_going(found):
        return
    content = seen.bound
    if content is None and not bound_content(found) and source_claim(found):
        content = seen.content
    if content is not None and not refers_to(content, found):
        content = None
    if content is not None and seen.restoring:
        text = "Snapshot is being used to restore a PVC"
        actions.append(writes.tell(found, "Warning", "SnapshotDeletePending", text))
        return
    along = False
    if content is not None:
        actions += writes.annotated(content, BEING_DELETED, "yes")
        along = content["spec"].get("deletionPolicy") == "Delete"
        if along and not content["metadata"].get("deletionTimestamp"):
            actions.append(Delete(writes.ref(CONTENTS, content), content["metadata"]["uid"], outcome=writes.GONE))
    actions += _freed(seen, True)
    removed = (SOURCE_FINALIZER,) if along else (SOURCE_FINALIZER, BOUND_FINALIZER)
    actions += writes.with_finalizers(SNAPSHOTS, found, removed=removed)
