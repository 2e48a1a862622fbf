"""The peers that a member of a cluster finds by name: those that are ready, or all of them where their Service says so."""

from typing import Any

from quorate.contract.ports import Reader
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_ready, is_terminating

Obj = dict[str, Any]


def peers_found(reader: Reader, pod: Obj) -> int:
    """How many pods of the workload it finds, itself included."""
    owner, meta = controller_of(pod), pod["metadata"]
    if owner is None:
        return 1
    service = reader.get("services", meta["namespace"], str(pod["spec"].get("subdomain") or ""))
    if service is None:
        return 1
    unready_too = bool(service["spec"].get("publishNotReadyAddresses"))
    others = (p for p in reader.indexed("pods", "owner", owner["uid"]) if p["metadata"]["uid"] != meta["uid"])
    return 1 + sum(is_ready(p) or (unready_too and _runs(p)) for p in others if not is_terminating(p))


def _runs(pod: Obj) -> bool:
    states = [c.get("state") or {} for c in (pod.get("status") or {}).get("containerStatuses") or ()]
    return bool(states) and all("running" in state for state in states)
