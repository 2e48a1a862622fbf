"""What a NetworkPolicy is given: directions, and its ports' protocol (Kubernetes: pkg/apis/networking/v1/defaults)."""

from quorate.apiserver.defaults.sharing import every, filled
from quorate.contract.plan import Obj

RESOURCE = "networkpolicies.networking.k8s.io"


def default(obj: Obj) -> Obj:
    spec = every(every(obj.get("spec") or {}, "ingress", _rule), "egress", _rule)
    if not spec.get("policyTypes"):
        # A policy that says nothing of egress leaves egress alone; ingress is always meant.
        spec = {**spec, "policyTypes": ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]}
    return {**obj, "spec": spec}


def _rule(rule: Obj) -> Obj:
    return every(rule, "ports", _port)


def _port(port: Obj) -> Obj:
    return filled(port, {"protocol": "TCP"})
