"""Carries out VolumeAttachments (kubernetes-csi/external-attacher), of whatever driver: no other attacher runs here.

On a volume, or on its claim: `sim.quorate.dev/attach-after` and `sim.quorate.dev/detach-after` (durations, default 0s), and
`sim.quorate.dev/fault: AttachFailed` or `DetachFailed` (as long as it is there).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from quorate.contract.controller import Controller, Index, Watch
from quorate.contract.plan import NOTHING, Key, Obj, Outcome, Patch, Plan, Ref
from quorate.contract.ports import Reader
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.nodes.csi.driver import FAULT, span
from quorate.objects.attachments import ATTACHMENTS, OF_VOLUME, by_volume, is_attached, node_of, volume_of
from quorate.objects.claims import annotation
from quorate.objects.times import time_text

ATTACH_AFTER, DETACH_AFTER = "sim.quorate.dev/attach-after", "sim.quorate.dev/detach-after"
NODE_ID = "csi.alpha.kubernetes.io/node-id"
RETRY_FIRST, RETRY_MOST = SECOND, 5 * MINUTE
"""--retry-interval-start and --retry-interval-max."""
_GONE = Outcome(fine=frozenset({"NotFound"}))


class Work(NamedTuple):
    """`off`: it is a detachment. When it began, how often it failed, when it is tried again."""

    uid: str
    off: bool
    since: Instant
    failures: int = 0
    due: Instant = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """`steered`: the volume and its claim, as far as they exist."""

    attachment: Obj
    steered: tuple[Obj, ...]
    work: Work | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    attachment = reader.get(ATTACHMENTS, "", key[1])
    if attachment is None:
        return None
    off = bool(attachment["metadata"].get("deletionTimestamp"))
    if not off and is_attached(attachment):
        return None
    volume = reader.get("persistentvolumes", "", volume_of(attachment))
    ref = (volume or {}).get("spec", {}).get("claimRef") or {}
    claim = reader.get("persistentvolumeclaims", ref.get("namespace", ""), ref.get("name", "")) if ref else None
    same = isinstance(memory, Work) and (memory.uid, memory.off) == (attachment["metadata"]["uid"], off)
    steered = tuple(obj for obj in (volume, claim) if obj is not None)
    return Seen(attachment, steered, memory if same else None)


def decide(seen: Seen, now: Instant) -> Plan:
    attachment = seen.attachment
    meta = attachment["metadata"]
    off = bool(meta.get("deletionTimestamp"))
    own = finalizer(attachment)
    if off and own not in (meta.get("finalizers") or ()):
        return NOTHING
    work = seen.work or Work(meta["uid"], off, now)
    due = work.since + max((span(obj, DETACH_AFTER if off else ATTACH_AFTER) for obj in seen.steered), default=0)
    begun = () if off or own in (meta.get("finalizers") or ()) else (_marked(attachment),)
    if now < max(due, work.due):
        return Plan(begun, look_again=max(due, work.due), remember=work)
    fault = "DetachFailed" if off else "AttachFailed"
    if any(annotation(obj, FAULT) == fault for obj in seen.steered):
        wait = min(RETRY_FIRST << min(work.failures, 40), RETRY_MOST)
        work = work._replace(failures=work.failures + 1, due=now + wait)
        error = {"time": time_text(now), "message": f"rpc error: code = Internal desc = simulated fault {fault}"}
        told = _status(attachment, {"detachError" if off else "attachError": error})
        return Plan((*begun, told), look_again=work.due, remember=work)
    if off:
        kept = [f for f in meta.get("finalizers") or () if f != own] or None
        return Plan((Patch(_ref(attachment), {"metadata": {"finalizers": kept}}, outcome=_GONE),))
    return Plan((*begun, _status(attachment, {"attached": True, "attachError": None})))


def finalizer(attachment: Obj) -> str:
    """external-attacher/disk-csi-sim-quorate-dev"""
    return f"external-attacher/{attachment['spec']['attacher'].replace('.', '-')}"


def _ref(attachment: Obj) -> Ref:
    return Ref(ATTACHMENTS, "", attachment["metadata"]["name"])


def _marked(attachment: Obj) -> Patch:
    """It stays until it has been detached."""
    finalizers = [*(attachment["metadata"].get("finalizers") or ()), finalizer(attachment)]
    meta = {"finalizers": finalizers, "annotations": {NODE_ID: node_of(attachment)}}
    return Patch(_ref(attachment), {"metadata": meta}, outcome=_GONE)


def _status(attachment: Obj, status: Obj) -> Patch:
    return Patch(_ref(attachment), {"status": status}, subresource="status", outcome=_GONE)


def attachment_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return (("", new["metadata"]["name"]),) if new is not None else ()


def steering_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A claim or volume that is steered otherwise concerns the attachments of the volume."""
    if old is None or new is None or old["metadata"].get("annotations") == new["metadata"].get("annotations"):
        return ()
    name = new["metadata"]["name"] if new["kind"] == "PersistentVolume" else new["spec"].get("volumeName")
    if not name:
        return ()
    return [("", a["metadata"]["name"]) for a in reader.indexed(ATTACHMENTS, OF_VOLUME, name)]


CONTROLLER = Controller(
    name="csi-attacher",
    watches=(
        Watch(ATTACHMENTS, attachment_changed),
        Watch("persistentvolumeclaims", steering_changed),
        Watch("persistentvolumes", steering_changed),
    ),
    indexes=(Index(ATTACHMENTS, OF_VOLUME, by_volume),),
    snapshot=snapshot,
    decide=decide,
    user="system:serviceaccount:kube-system:csi-attacher",
    manager="csi-attacher",
)
