"""Takes and deletes the snapshots of the simulated drivers (external-snapshotter: pkg/sidecar-controller).

On a VolumeSnapshot, on its content or for all on their VolumeSnapshotClass: `sim.quorate.dev/snapshot-after` (until it has
been taken), `sim.quorate.dev/upload-after` (from then until it is ready to use), both 0s; `sim.quorate.dev/fault:
SnapshotCreationFailed` or `SnapshotDeleteError` (as long as it is there). On a content of a snapshot that was there before:
`sim.quorate.dev/restore-size`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from quorate.contract.controller import Controller, Index, Watch
from quorate.contract.plan import NOTHING, Action, Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.nodes.csi.driver import DRIVERS, FAULT, span, stable_uid
from quorate.nodes.csi.snapshotter import writes
from quorate.nodes.csi.snapshotter.names import (
    BEING_CREATED,
    BEING_DELETED,
    CLASSES,
    CONTENT_FINALIZER,
    CONTENTS,
    GROUP,
    HANDLE,
    SNAPSHOTS,
    by_handle,
    content_ref,
    status_of,
)
from quorate.objects.claims import annotation, capacity
from quorate.objects.patch.golang import quoted
from quorate.objects.quantity import value

SNAPSHOT_AFTER, UPLOAD_AFTER, RESTORE_SIZE = (
    f"sim.quorate.dev/{name}" for name in ("snapshot-after", "upload-after", "restore-size")
)
CREATION_FAILED, DELETE_FAILED = "SnapshotCreationFailed", "SnapshotDeleteError"
RETRY_FIRST, RETRY_MOST = SECOND, 5 * MINUTE
"""--retry-interval-start and --retry-interval-max: also how often it is asked whether a snapshot is ready by now."""


class Work(NamedTuple):
    """On which content, since when it is being taken (-1: it is not yet), how often it was looked at for nothing."""

    uid: str
    since: Instant = -1
    tries: int = 0
    due: Instant = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """`steering`: what may have annotations, the nearest first. `size`: of the source volume; None when it is not there."""

    content: Obj
    steering: tuple[Obj, ...]
    has_class: bool
    size: int | None
    work: Work

    def fault(self, which: str) -> bool:
        return any(annotation(obj, FAULT) == which for obj in self.steering)

    def span(self, name: str) -> Duration:
        return next((span(obj, name) for obj in self.steering if annotation(obj, name) is not None), 0)


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    content = reader.get(CONTENTS, "", key[1])
    if content is None or content["spec"].get("driver") not in DRIVERS:
        return None
    spec, ref, uid = content["spec"], content_ref(content), content["metadata"]["uid"]
    name = spec.get("volumeSnapshotClassName")
    chosen = reader.get(CLASSES, "", name) if name else None
    found = reader.get(SNAPSHOTS, ref.get("namespace") or "", ref.get("name") or "")
    steering = tuple(obj for obj in (found, content, chosen) if obj is not None)
    handle = spec["source"].get("volumeHandle")
    volumes = reader.indexed("persistentvolumes", HANDLE, f"{spec['driver']}/{handle}") if handle else ()
    size = value(capacity(volumes[0])) if volumes else None
    work = memory if isinstance(memory, Work) and memory.uid == uid else Work(uid)
    return Seen(content, steering, chosen is not None or not name, size, work)


def decide(seen: Seen, now: Instant) -> Plan:
    content = seen.content
    if _is_to_go(content):
        return _delete(seen, now)
    if status_of(content).get("readyToUse"):
        gone = writes.annotated(content, BEING_CREATED, None)
        return Plan(tuple(gone)) if gone else NOTHING
    if now < seen.work.due:
        return Plan(look_again=seen.work.due, remember=seen.work)
    if content["spec"]["source"].get("snapshotHandle"):
        return _found(seen, now)
    return _create(seen, now)


def _is_to_go(content: Obj) -> bool:
    if not content["metadata"].get("deletionTimestamp"):
        return False
    if content["spec"]["source"].get("snapshotHandle") and not content_ref(content).get("uid"):
        return True
    return annotation(content, BEING_CREATED) is None and annotation(content, BEING_DELETED) is not None


def _again(seen: Seen, actions: list[Action], now: Instant) -> Plan:
    work = seen.work
    due = now + min(RETRY_FIRST << min(work.tries, 40), RETRY_MOST)
    return Plan(tuple(actions), look_again=due, remember=work._replace(tries=work.tries + 1, due=due))


def _component(content: Obj) -> str:
    return f"csi-snapshotter {content['spec']['driver']}"


def _failed(seen: Seen, error: str, now: Instant) -> Plan:
    """The first failure is told otherwise than those of later tries."""
    content = seen.content
    if content.get("status"):
        reason, message = "SnapshotContentCheckandUpdateFailed", f"Failed to check and update snapshot content: {error}"
    else:
        reason, message = "SnapshotCreationFailed", f"Failed to create snapshot: {error}"
    told = writes.went_wrong(CONTENTS, content, reason, message, now, component=_component(content))
    seen = Seen(content, seen.steering, seen.has_class, seen.size, seen.work._replace(since=-1))
    return _again(seen, [*writes.annotated(content, BEING_CREATED, None), *told], now)


def _create(seen: Seen, now: Instant) -> Plan:
    content, work = seen.content, seen.work
    name, spec = content["metadata"]["name"], content["spec"]
    if not seen.has_class:
        missing = f'volumesnapshotclass.{GROUP} "{spec["volumeSnapshotClassName"]}" not found'
        error = f"failed to get input parameters to create snapshot for content {name}: {quoted(missing)}"
        return _failed(seen, error, now)
    if spec.get("volumeSnapshotClassName") is None:
        why = quoted(f"failed to take snapshot {name} without a snapshot class")
        return _failed(seen, f"failed to get input parameters to create snapshot for content {name}: {why}", now)
    handle = spec["source"]["volumeHandle"]
    held = status_of(content)
    if not held.get("snapshotHandle"):
        # It is asked for, and answered when it has been taken.
        begun = writes.annotated(content, BEING_CREATED, "yes")
        work = work if work.since >= 0 else work._replace(since=now)
        due = work.since + seen.span(SNAPSHOT_AFTER)
        if now < due:
            return Plan(tuple(begun), look_again=due, remember=work)
        why = ""
        if seen.fault(CREATION_FAILED):
            why = f"rpc error: code = Internal desc = simulated fault {CREATION_FAILED}"
        elif seen.size is None:
            why = f"rpc error: code = NotFound desc = volume {handle} does not exist"
        if why:
            return _failed(seen, f"failed to take snapshot of the volume {handle}: {quoted(why)}", now)
    taken = held["creationTime"] // 1000 if held.get("creationTime") is not None else now
    ready = now >= taken + seen.span(UPLOAD_AFTER)
    made = stable_uid(f"{spec['driver']}/snapshot/{content['metadata']['uid']}")
    actions = _told(seen, made, ready, taken, seen.size)
    actions += writes.annotated(content, BEING_CREATED, None)
    if ready:
        return Plan(tuple(actions))
    return _again(Seen(content, seen.steering, True, seen.size, work), actions, now)


def _found(seen: Seen, now: Instant) -> Plan:
    """One that was there before: the driver knows it."""
    text = annotation(seen.content, RESTORE_SIZE)
    try:
        size = value(text) if text is not None else None
    except ValueError:
        size = None
    handle = seen.content["spec"]["source"]["snapshotHandle"]
    return Plan(tuple(_told(seen, handle, True, now, size)))


def _told(seen: Seen, handle: str, ready: bool, taken: Instant, size: int | None) -> list[Action]:
    held = status_of(seen.content)
    fields: dict[str, Any] = {}
    if held.get("snapshotHandle") is None:
        fields["snapshotHandle"] = handle
    if held.get("readyToUse") is not ready:
        fields["readyToUse"] = ready
        if ready and held.get("error"):
            fields["error"] = None
    if held.get("creationTime") is None:
        fields["creationTime"] = taken * 1000
    if held.get("restoreSize") is None and size:
        fields["restoreSize"] = size
    return [writes.status(CONTENTS, seen.content, fields)] if fields else []


def _delete(seen: Seen, now: Instant) -> Plan:
    content = seen.content
    if content["spec"].get("deletionPolicy") != "Delete" or status_of(content).get("snapshotHandle") is None:
        freed = writes.with_finalizers(CONTENTS, content, removed=(CONTENT_FINALIZER,))
        return Plan(tuple(freed)) if freed else NOTHING
    if seen.fault(DELETE_FAILED):
        if now < seen.work.due:
            return Plan(look_again=seen.work.due, remember=seen.work)
        text = "Failed to delete snapshot"
        return _again(seen, [writes.tell(content, "Warning", DELETE_FAILED, text, _component(content))], now)
    cleared = dict.fromkeys(("snapshotHandle", "readyToUse", "creationTime", "restoreSize"))
    return Plan((writes.status(CONTENTS, content, cleared),))


def content_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return (("", new["metadata"]["name"]),) if new is not None else ()


CONTROLLER = Controller(
    name="csi-snapshotter",
    watches=(Watch(CONTENTS, content_changed),),
    indexes=(Index("persistentvolumes", HANDLE, by_handle),),
    snapshot=snapshot,
    decide=decide,
    user="system:serviceaccount:kube-system:csi-snapshotter",
    manager="csi-snapshotter",
)
