"""Leases: whether leaders and kubelets renew them."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, moment, named, text


def _owner(obj: Obj) -> Iterable[Sample]:
    for ref in obj["metadata"].get("ownerReferences") or [{}]:
        labels = (
            ("owner_kind", ref.get("kind", "")), ("owner_name", ref.get("name", "")),
            ("namespace", obj["metadata"].get("namespace", "")), ("lease_holder", text(obj, "spec.holderIdentity")),
        )  # fmt: skip
        yield labels, 1


KIND = Kind(
    "leases.coordination.k8s.io",
    named("lease", namespaced=False),
    (
        Family("kube_lease_owner", "Information about the Lease's owner.", _owner),
        moment("kube_lease_renew_time", "Kube lease renew time.", "spec.renewTime"),
    ),
)
