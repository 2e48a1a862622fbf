"""LimitRanges."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, at, created, decimal, named

CONSTRAINTS = ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")


def _amounts(obj: Obj) -> Iterable[Sample]:
    for limit in at(obj, "spec.limits") or ():
        for constraint in CONSTRAINTS:
            for resource, amount in (limit.get(constraint) or {}).items():
                labels = (("resource", resource), ("type", limit.get("type") or ""), ("constraint", constraint))
                yield labels, decimal(amount)


KIND = Kind(
    "limitranges",
    named("limitrange"),
    (Family("kube_limitrange", "Information about limit range.", _amounts), created("limitrange")),
)
