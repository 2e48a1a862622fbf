"""The simulated CSI drivers: their names, and the annotations that tell them what to do."""

import hashlib

from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Duration
from quorate.objects.claims import annotation
from quorate.objects.times import parse_duration

DRIVER = "csi.sim.quorate.dev"
DISK_DRIVER = "disk.csi.sim.quorate.dev"
"""A second one, whose volumes must be attached to a node. It has no class until somebody makes one with it."""
DRIVERS = frozenset({DRIVER, DISK_DRIVER})
ZONE = "topology.kubernetes.io/zone"

PROVISION_AFTER = "sim.quorate.dev/provision-after"
"""On a claim, or for all claims on their StorageClass: how long the making of a volume takes."""
EXPAND_AFTER = "sim.quorate.dev/expand-after"
"""On a claim: how long the growing of its volume takes; growing a cloud disk is no matter of a moment."""
EXPAND_DEFAULT: Duration = 30 * SECOND
FAULT = "sim.quorate.dev/fault"


def stable_uid(text: str) -> str:
    """A UUID that is always the same for the same text (as UUID version 5)."""
    digits = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:32]
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def provisioner(driver: str) -> str:
    """How a driver's provisioner signs its events: driver, host, identity."""
    return f"{driver}_csi-sim-provisioner-0_{stable_uid(driver)}"


def resizer(driver: str) -> str:
    return f"external-resizer {driver}"


PROVISIONER, RESIZER = provisioner(DRIVER), resizer(DRIVER)


def span(claim: Obj, name: str, default: Duration = 0) -> Duration:
    """A duration in an annotation; what cannot be read is as if it was not there."""
    text = annotation(claim, name)
    if text is None:
        return default
    try:
        return parse_duration(text)
    except ValueError:
        return default
