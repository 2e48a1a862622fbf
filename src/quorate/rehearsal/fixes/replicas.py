"""Enough members that one can be missed."""

from quorate.rehearsal.fixes import Fix, set_change
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import QUORUM, workload_of

RANK = 5


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if workload.replicas - workload.quorum >= 1 or QUORUM in (stateful_set["metadata"].get("annotations") or {}):
        return None
    return Fix(
        "replicas", RANK, workload.title, f"Run three members of {workload.name}",
        f"a majority of {workload.replicas} is {workload.quorum}: not one member can be missed. "
        "Only if the application replicates its data between members",
        (set_change(at, stateful_set, {"replicas": 3}),),
    )  # fmt: skip
