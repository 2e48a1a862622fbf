"""Parallel pod management: a revert is not held up by the pod that it is to replace (kubernetes/kubernetes#67250)."""

from quorate.rehearsal.fixes import Fix
from quorate.rehearsal.stage import Given
from quorate.rehearsal.workload import workload_of

RANK = 6


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    spec = stateful_set["spec"]
    if workload.replicas < 2 or spec.get("podManagementPolicy") == "Parallel":
        return None
    if (spec.get("updateStrategy") or {}).get("type") == "OnDelete":
        return None
    change = {"podManagementPolicy": "Parallel"}
    return Fix(
        "parallel", RANK, workload.title, f"Manage the pods of {workload.name} in parallel",
        "with OrderedReady a revert waits for the broken pod, for ever. The field cannot be changed in place: "
        "kubectl delete statefulset --cascade=orphan, then apply anew",
        {"spec": change}, replaced=((at, {**stateful_set, "spec": {**spec, **change}}),),
    )  # fmt: skip
