"""An Ingress that names no class gets the newest of those marked as default (Kubernetes: DefaultIngressClass)."""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.times import parse_time

CLASSES = "ingressclasses.networking.k8s.io"
DEFAULT = "ingressclass.kubernetes.io/is-default-class"
OLD = "kubernetes.io/ingress.class"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    ingress = asked.obj
    if ingress is None or asked.subresource or not ingress.get("spec"):
        return ingress
    notes = ingress["metadata"].get("annotations") or {}
    if ingress["spec"].get("ingressClassName") is not None or OLD in notes:
        return ingress
    found = [c for c in reader.list(CLASSES) if (c["metadata"].get("annotations") or {}).get(DEFAULT) == "true"]
    if not found:
        return ingress
    newest = min(found, key=_rank)
    return {**ingress, "spec": {**ingress["spec"], "ingressClassName": newest["metadata"]["name"]}}


def _rank(ingress_class: Obj) -> tuple[int, str]:
    meta = ingress_class["metadata"]
    return -parse_time(meta["creationTimestamp"]), meta["name"]
