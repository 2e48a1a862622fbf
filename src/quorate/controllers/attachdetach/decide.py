"""One look at one volume (Kubernetes: attachdetach/reconciler/reconciler.go): first it is detached, then attached."""

from dataclasses import dataclass, field

from quorate.contract.plan import NOTHING, Action, Create, Delete, Obj, Outcome, Plan, Ref
from quorate.controllers.attachdetach import told
from quorate.controllers.attachdetach.snapshot import Memory, Seen, Since
from quorate.controllers.attachdetach.watches import is_healthy, is_out_of_service
from quorate.kernel.clock import MINUTE, Duration, Instant
from quorate.objects.attachments import ATTACHMENTS, attachment_name, is_attached, node_of, shares

UNMOUNT_WAIT: Duration = 6 * MINUTE
"""A node that is not ready may keep a volume mounted for so long that nobody on it needs (maxWaitForUnmountDuration)."""
ATTACH_WAIT: Duration = 2 * MINUTE
"""How long a CSI driver may take to attach a volume before that is told."""
_GONE = Outcome(fine=frozenset({"NotFound"}))
_THERE = Outcome(fine=frozenset({"AlreadyExists"}))


@dataclass(slots=True)
class _Round:
    actions: list[Action] = field(default_factory=list)
    attaching: dict[str, Instant] = field(default_factory=dict)
    detaching: dict[str, Instant] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)
    failed: set[tuple[str, str]] = field(default_factory=set)
    waits: list[Instant] = field(default_factory=list)


def decide(seen: Seen, now: Instant) -> Plan:
    look = _Round()
    there = {node_of(attachment): attachment for attachment in seen.attachments}
    for node in sorted(there):
        if node not in seen.wanted:
            _detach(look, seen, node, there[node], now)
    for node in sorted(seen.wanted):
        attachment = there.get(node)
        if attachment is not None:
            _await(look, seen, node, attachment, now)
        elif seen.volume is not None and (shares(seen.volume) or not there):
            look.actions.append(_order(seen.volume, node))
            look.attaching[node] = now
            there[node] = {}
            look.waits.append(now + ATTACH_WAIT)
        else:
            look.reported.add(node)
            if node not in seen.memory.reported:
                others = {at: seen.wanted[at] for at in sorted(there) if at in seen.wanted}
                look.actions += told.multi_attach(seen.name, seen.wanted[node], others)
    memory = Memory(
        tuple(Since(*one) for one in look.attaching.items()), tuple(Since(*one) for one in look.detaching.items()),
        frozenset(look.reported), frozenset(look.failed),
    )  # fmt: skip
    waits = [at for at in look.waits if at > now]
    if not look.actions and not waits and memory == Memory():
        return NOTHING
    return Plan(tuple(look.actions), look_again=min(waits, default=None), remember=memory)


def _detach(look: _Round, seen: Seen, node: str, attachment: Obj, now: Instant) -> None:
    """A volume that is still mounted is not taken away, unless the node is out of service or has been ill for long."""
    meta = attachment["metadata"]
    if meta.get("deletionTimestamp"):
        return
    since = dict(seen.memory.detaching).get(node, now)
    found = seen.nodes.get(node)
    healthy = found is not None and is_healthy(found)
    forced = not healthy and now - since > UNMOUNT_WAIT
    if node in seen.mounted and not forced and not (found is not None and is_out_of_service(found)):
        look.detaching[node] = since
        if not healthy:
            look.waits.append(since + UNMOUNT_WAIT + 1)
        return
    look.actions.append(Delete(Ref(ATTACHMENTS, "", meta["name"]), uid=meta["uid"], outcome=_GONE))


def _order(volume: Obj, node: str) -> Create:
    csi, name = volume["spec"]["csi"], volume["metadata"]["name"]
    spec = {"attacher": csi["driver"], "nodeName": node, "source": {"persistentVolumeName": name}}
    made = {
        "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment",
        "metadata": {"name": attachment_name(csi["driver"], csi["volumeHandle"], node)}, "spec": spec,
    }  # fmt: skip
    return Create(ATTACHMENTS, made, _THERE)


def _await(look: _Round, seen: Seen, node: str, attachment: Obj, now: Instant) -> None:
    """Tells the pods what becomes of an order. One that is being detached meanwhile is waited for and made anew."""
    since = dict(seen.memory.attaching).get(node)
    pods = seen.wanted[node]
    if attachment["metadata"].get("deletionTimestamp"):
        return
    if is_attached(attachment):
        if since is not None:
            look.actions += told.attached(seen.name, pods)
        return
    since = now if since is None else since
    error = (attachment.get("status") or {}).get("attachError")
    if error:
        mark = (node, str(error.get("time")))
        look.failed.add(mark)
        if mark not in seen.memory.failed:
            look.actions += told.failed(seen.name, pods, error.get("message", ""))
    if now >= since + ATTACH_WAIT:
        spec = attachment["spec"]
        handle = ((seen.volume or {}).get("spec", {}).get("csi") or {}).get("volumeHandle", "")
        why = f"timed out waiting for external-attacher of {spec['attacher']} CSI driver to attach volume {handle}"
        look.actions += told.failed(seen.name, pods, why)
        since = now
    look.attaching[node] = since
    look.waits.append(since + ATTACH_WAIT)
