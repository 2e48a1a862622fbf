"""Each namespace has a default ServiceAccount and the cluster's certificates.

(Kubernetes: pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher.)
"""

from quorate.contract.plan import NOTHING, Create, Obj, Outcome, Plan, Update
from quorate.controllers.serviceaccounts.snapshot import ACCOUNT, CERTIFICATES, Seen
from quorate.kernel.clock import Instant

_THERE = Outcome(fine=frozenset({"AlreadyExists", "NotFound"}))
_ABOUT = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)
_ABOUT_KEY = "kubernetes.io/description"


def decide_account(seen: Seen, now: Instant) -> Plan:
    if seen.found is not None:
        return NOTHING
    made = {
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": seen.namespace},
    }  # fmt: skip
    return Plan((Create("serviceaccounts", made, _THERE),))


def decide_certificates(seen: Seen, now: Instant) -> Plan:
    """Whoever changes the certificates has them put back."""
    data = {"ca.crt": seen.authority}
    if seen.found is None:
        meta: Obj = {"name": CERTIFICATES, "namespace": seen.namespace, "annotations": {_ABOUT_KEY: _ABOUT}}
        made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}
        return Plan((Create("configmaps", made, _THERE),))
    meta = seen.found["metadata"]
    annotations = meta.get("annotations") or {}
    if seen.found.get("data") == data and _ABOUT_KEY in annotations:
        return NOTHING
    meta = {**meta, "annotations": {**annotations, _ABOUT_KEY: _ABOUT}}
    return Plan((Update("configmaps", {**seen.found, "metadata": meta, "data": data}),))
