"""What an IngressClass is given: its parameters are cluster-wide (Kubernetes: pkg/apis/networking/v1/defaults)."""

from quorate.contract.plan import Obj

RESOURCE = "ingressclasses.networking.k8s.io"


def default(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    parameters = spec.get("parameters")
    if parameters is None or parameters.get("scope") is not None:
        return obj
    return {**obj, "spec": {**spec, "parameters": {**parameters, "scope": "Cluster"}}}
