"""The claim and the volume that a snapshot is of, or why there are none."""

from quorate.contract.plan import Obj
from quorate.nodes.csi.snapshotter.names import CLAIM_FINALIZER, finalizers, source_claim
from quorate.nodes.csi.snapshotter.snapshot import Seen
from quorate.objects.claims import is_volume_bound_to
from quorate.objects.patch.golang import quoted

_FAILED = "snapshot controller failed to update {} on API server: {}"


class Unfit(Exception):
    """Of this no snapshot can be taken; the message says why."""


def kept(seen: Seen) -> Obj:
    """The claim, which is to stay until the snapshot is ready. Raises Unfit."""
    claim = seen.claim
    if claim is None:
        raise Unfit(_FAILED.format(seen.snapshot["metadata"]["name"], "cannot get claim from snapshot"))
    meta = claim["metadata"]
    if meta.get("deletionTimestamp") and CLAIM_FINALIZER not in finalizers(claim):
        why = "cannot add finalizer on claim because it is being deleted"
        raise Unfit(_FAILED.format(meta["name"], why))
    return claim


def volume_of(seen: Seen) -> Obj | str:
    """The volume of the claim, or why there is none."""
    claim, name = seen.claim, source_claim(seen.snapshot)
    if claim is None:
        missing = f'persistentvolumeclaim "{name}" not found'
        return f"failed to retrieve PVC {name} from the lister: {quoted(missing)}"
    if (claim.get("status") or {}).get("phase") != "Bound":
        return f"the PVC {name} is not yet bound to a PV, will not attempt to take a snapshot"
    if seen.volume is None:
        volume = claim["spec"].get("volumeName") or ""
        missing = f'persistentvolumes "{volume}" not found'
        return f"failed to retrieve PV {volume} from the API server: {quoted(missing)}"
    if not is_volume_bound_to(seen.volume, claim):
        return "claim in dataSource not bound or invalid"
    return seen.volume
