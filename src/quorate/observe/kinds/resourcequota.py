"""ResourceQuotas: what is allowed (hard) and what is used."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, at, created, decimal, named


def _amounts(obj: Obj) -> Iterable[Sample]:
    for type in ("hard", "used"):
        for resource, amount in (at(obj, f"status.{type}") or {}).items():
            yield (("resource", resource), ("type", type)), decimal(amount)


KIND = Kind(
    "resourcequotas",
    named("resourcequota"),
    (
        created("resourcequota"),
        Family("kube_resourcequota", "Information about resource quota.", _amounts),
    ),
)
