"""A claim's PersistentVolume is gone: the claim is Lost.

Somebody deleted the volume together with the finalizers that should have kept it. Pods that run keep what they have
mounted; new ones cannot mount it. When the fault ends the volume is made again as it was, and the claim is Bound again.
"""

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.faults.switchboard.fault import CannotInject, subject, unknown
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import writer
from quorate.kernel.chance import Chance

PARAMETERS = (
    subject("claim", "the PersistentVolumeClaim, e.g. data-db-0"),
    subject("namespace", "where it is", "default"),
)
EXAMPLES = ("quorate fault inject volume-lost data-db-0 --for 5m",)
SERVERS_OWN = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "deletionTimestamp", "generation")


def inject(world: World, chance: Chance, *, claim: str, namespace: str) -> Obj:
    """The volume, to be created again."""
    found = world.reader.get("persistentvolumeclaims", namespace, claim)
    if found is None:
        known = [c["metadata"]["name"] for c in world.reader.list("persistentvolumeclaims", namespace)]
        raise CannotInject(f"{unknown('claim', claim, known)} in namespace {namespace}")
    name = found["spec"].get("volumeName")
    volume = world.reader.get("persistentvolumes", "", name) if name else None
    if volume is None:
        raise CannotInject(f"claim {claim} has no volume: there is nothing to lose")
    to = writer(world)
    to.patch("persistentvolumes", "", name, {"metadata": {"finalizers": None}})
    to.delete("persistentvolumes", "", name)
    meta = {k: v for k, v in volume["metadata"].items() if k not in SERVERS_OWN}
    return {**{k: v for k, v in volume.items() if k != "status"}, "metadata": meta}


def undo(world: World, before: Obj) -> None:
    ref = before["spec"].get("claimRef") or {}
    claim = world.reader.get("persistentvolumeclaims", ref.get("namespace", ""), ref.get("name", ""))
    if claim is None or claim["metadata"]["uid"] != ref.get("uid"):
        return  # nobody is left to have it back
    try:
        writer(world).create("persistentvolumes", before)
    except Refused as refused:
        if refused.reason != "AlreadyExists":
            raise
