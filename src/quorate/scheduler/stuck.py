"""Which plugins turned a pod down, read back from what its PodScheduled condition says.

The condition is the one place where this is kept that every copy of the world agrees on, and it survives a restart.
"""

from functools import lru_cache
from typing import Any

from quorate.objects.pod import condition
from quorate.scheduler import reasons as why

Obj = dict[str, Any]

ANY = "*"
"""A pod that failed for no plugin's sake (no nodes, an error): anything that happens may help it."""

CLAIMS = "VolumeBinding/claims"
"""Turned down for the state of its own claims: only these, or their class, can help it."""

_NAMED = (
    (why.UNSCHEDULABLE, why.NODE_UNSCHEDULABLE),
    (why.OTHER_NAME, why.NODE_NAME),
    (why.UNTOLERATED, why.TAINT_TOLERATION),
    (why.OTHER_SELECTOR, why.NODE_AFFINITY),
    (why.NAMES_CONFLICT, why.NODE_AFFINITY),
    (why.OTHER_NODES, why.NODE_AFFINITY),
    (why.PORTS_TAKEN, why.NODE_PORTS),
    (why.TOO_MANY_PODS, why.NODE_RESOURCES_FIT),
    (why.INSUFFICIENT, why.NODE_RESOURCES_FIT),
    (why.ONE_POD_ONLY, why.VOLUME_RESTRICTIONS),
    (why.TOO_MANY_VOLUMES, why.NODE_VOLUME_LIMITS),
    (why.UNBOUND, CLAIMS),
    ("persistentvolumeclaim ", CLAIMS),
    ("PVC ", CLAIMS),
    (why.VOLUME_ELSEWHERE, why.VOLUME_BINDING),
    (why.NO_VOLUME, why.VOLUME_BINDING),
    (why.VOLUME_MISSING, why.VOLUME_BINDING),
    ('persistentvolume "', why.VOLUME_ZONE),
    (why.OTHER_ZONE, why.VOLUME_ZONE),
    (why.SPREAD, why.POD_TOPOLOGY_SPREAD),
    (why.AFFINITY, why.INTER_POD_AFFINITY),
    (why.ANTI_AFFINITY, why.INTER_POD_AFFINITY),
    (why.THEIR_ANTI_AFFINITY, why.INTER_POD_AFFINITY),
)


def plugins_named(pod: Obj) -> frozenset[str]:
    """Empty for a pod that has not been turned down."""
    found = condition(pod, "PodScheduled")
    if found is None or found["status"] != "False" or found.get("reason") == "SchedulingGated":
        return frozenset()
    if found.get("reason") != "Unschedulable":
        return frozenset((ANY,))
    return _named(found.get("message") or "")


@lru_cache(maxsize=4096)
def _named(message: str) -> frozenset[str]:
    about_nodes = message.partition(" no new claims to deallocate")[0]
    return frozenset(plugin for words, plugin in _NAMED if words in about_nodes) or frozenset((ANY,))
