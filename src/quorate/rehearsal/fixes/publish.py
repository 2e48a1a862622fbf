"""A governing Service that lists members before they are ready, so that members which all wait can find each other."""

from quorate.rehearsal.fixes import Change, Fix, fields_of
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import namespace_of, workload_of

RANK = 8


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set, beside=[g.obj for g in given])
    if not workload.service or not workload.probed or workload.ordered:
        return None
    for position, one in enumerate(given):
        obj = one.obj
        if (
            obj["kind"] != "Service"
            or obj["metadata"].get("name") != workload.service
            or namespace_of(obj) != workload.namespace
        ):
            continue
        if obj["spec"].get("publishNotReadyAddresses"):
            return None
        field = {"publishNotReadyAddresses": True}
        after = {**obj, "spec": {**obj["spec"], **field}}
        return Fix(
            "publish", RANK, workload.title, f"Let Service {workload.service} publish members that are not ready",
            "it lists ready members only; when none is ready they never find each other, and none gets ready",
            (Change(position, after, fields_of(obj, {"spec": field})),),
        )  # fmt: skip
    return None
