"""A snapshot's status, taken over from its content's (external-snapshotter: updateSnapshotStatus)."""

from typing import Any

from quorate.contract.plan import Action, Obj
from quorate.kernel.clock import Instant
from quorate.nodes.csi.snapshotter import writes
from quorate.nodes.csi.snapshotter.names import SNAPSHOTS, is_ready, key_text, status_of
from quorate.objects.quantity import from_value, is_zero
from quorate.objects.times import time_text


def taken_over(found: Obj, content: Obj, now: Instant) -> list[Action]:
    """The status write, if there is one, and what it is told with."""
    held, says = status_of(found), status_of(content)
    ready = bool(says.get("readyToUse"))
    fields: dict[str, Any] = {}
    if not held.get("boundVolumeSnapshotContentName"):
        fields["boundVolumeSnapshotContentName"] = content["metadata"]["name"]
    if says.get("creationTime") is not None and not held.get("creationTime"):
        fields["creationTime"] = time_text(says["creationTime"] // 1000)
    if held.get("readyToUse") is not ready:
        fields["readyToUse"] = ready
    size = says.get("restoreSize")
    if size is not None and (held.get("restoreSize") is None or (is_zero(held["restoreSize"]) and size > 0)):
        fields["restoreSize"] = from_value(size, "binary")
    error = None if ready else says.get("error")
    if held.get("error") != error:
        fields["error"] = error
    if not fields:
        return []
    actions: list[Action] = []
    if "creationTime" in fields:
        text = f"Snapshot {key_text(found)} was successfully created by the CSI driver."
        actions.append(writes.tell(found, "Normal", "SnapshotCreated", text))
    if ready and not is_ready(found):
        text = f"Snapshot {key_text(found)} is ready to use."
        actions.append(writes.tell(found, "Normal", "SnapshotReady", text))
    return [*actions, writes.status(SNAPSHOTS, found, fields)]
