"""The requests of the snapshot controller and its sidecar. All of them are patches: others write the same objects."""

from typing import Any, Literal

from quorate.contract.plan import Action, Obj, Outcome, Patch, Ref, Tell
from quorate.kernel.clock import Instant
from quorate.nodes.csi.snapshotter.names import CONTENTS, SNAPSHOTS, finalizers, status_of
from quorate.objects.times import time_text

GONE = Outcome(fine=frozenset({"NotFound"}))


def ref(resource: str, obj: Obj) -> Ref:
    return Ref(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])


def with_finalizers(
    resource: str, obj: Obj, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()
) -> list[Action]:
    """No request when it has them, and not those, already."""
    had = finalizers(obj)
    wanted = [f for f in had if f not in removed] + [f for f in added if f not in had]
    if wanted == had:
        return []
    return [Patch(ref(resource, obj), {"metadata": {"finalizers": wanted or None}}, outcome=GONE)]


def annotated(content: Obj, name: str, value: str | None) -> list[Action]:
    if (content["metadata"].get("annotations") or {}).get(name) == value:
        return []
    return [Patch(ref(CONTENTS, content), {"metadata": {"annotations": {name: value}}}, outcome=GONE)]


def spec_of(resource: str, obj: Obj, spec: dict[str, Any]) -> Patch:
    return Patch(ref(resource, obj), {"spec": spec}, outcome=GONE)


def status(resource: str, obj: Obj, fields: dict[str, Any], told: Tell | None = None) -> Patch:
    outcome = Outcome(told, fine=GONE.fine)
    return Patch(ref(resource, obj), {"status": fields}, subresource="status", outcome=outcome)


def tell(about: Obj, type: Literal["Normal", "Warning"], reason: str, message: str, component: str = "") -> Tell:
    return Tell(about, type, reason, message, component)


def went_wrong(
    resource: str, obj: Obj, reason: str, message: str, now: Instant, *, unready: bool = True, component: str = ""
) -> list[Action]:
    """The error in the status, and the event: once for as long as it is the same."""
    if (status_of(obj).get("error") or {}).get("message") == message:
        return []
    fields: dict[str, Any] = {"error": {"message": message, "time": time_text(now)}}
    if unready:
        fields["readyToUse"] = False
    return [status(resource, obj, fields), tell(obj, "Warning", reason, message, component)]


def snapshot_went_wrong(obj: Obj, reason: str, message: str, now: Instant, *, unready: bool = True) -> list[Action]:
    return went_wrong(SNAPSHOTS, obj, reason, message, now, unready=unready)
