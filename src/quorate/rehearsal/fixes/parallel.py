"""Parallel pod management: a revert is not held up by the pod that it is to replace (kubernetes/kubernetes#67250)."""

from quorate.rehearsal.fixes import Fix, set_change
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import workload_of

RANK = 6
ONE_BY_ONE = ("cassandra", "scylla")
"""Members of these join their ring one after the other: started together, they would claim the same ranges."""


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    spec = stateful_set["spec"]
    if workload.replicas < 2 or spec.get("podManagementPolicy") == "Parallel" or workload.on_delete:
        return None
    images = [c.get("image", "") for c in spec["template"]["spec"].get("containers") or ()]
    if any(word in image for image in images for word in ONE_BY_ONE):
        return None
    return Fix(
        "parallel", RANK, workload.title, f"Manage the pods of {workload.name} in parallel",
        "with OrderedReady a revert waits for the broken pod, for ever. Only if members may start together; the field cannot be "
        f"changed in place: kubectl delete statefulset {workload.name} --cascade=orphan, then apply anew",
        (set_change(at, stateful_set, {"podManagementPolicy": "Parallel"}),),
    )  # fmt: skip
