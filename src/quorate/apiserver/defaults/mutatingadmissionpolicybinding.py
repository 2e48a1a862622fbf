"""MutatingAdmissionPolicyBinding (Kubernetes: pkg/apis/admissionregistration/v1/defaults.go)."""

from quorate.apiserver.defaults.webhook_client import constraints
from quorate.contract.plan import Obj

RESOURCE = "mutatingadmissionpolicybindings.admissionregistration.k8s.io"


def default(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    if spec.get("matchResources") is None:
        return obj
    return {**obj, "spec": {**spec, "matchResources": constraints(spec["matchResources"])}}
