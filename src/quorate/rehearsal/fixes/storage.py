"""Data that outlives the pod, and the scale-down."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Fix
from quorate.rehearsal.stage import Given
from quorate.rehearsal.workload import workload_of

RANK = 7


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    spec = stateful_set["spec"]
    policy = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    if workload.claims and policy.get("whenScaled") != "Delete":
        return None
    if workload.claims:
        change: Obj = {"persistentVolumeClaimRetentionPolicy": {**policy, "whenScaled": "Retain"}}
        title, why = f"Keep the claims of {workload.name} on scale-down", "scaling down deletes the member's data"
    else:
        template = {
            "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
        }  # fmt: skip
        change = {"volumeClaimTemplates": [template]}
        title, why = f"Give {workload.name} volumes of its own", "a member's data goes with its pod"
    mended = {**stateful_set, "spec": {**spec, **change}}
    return Fix("storage", RANK, workload.title, title, why, {"spec": change}, replaced=((at, mended),))
