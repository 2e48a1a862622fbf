"""MutatingAdmissionPolicy (Kubernetes: pkg/apis/admissionregistration/v1/defaults.go)."""

from quorate.apiserver.defaults.webhook_client import constraints, filled
from quorate.contract.plan import Obj

RESOURCE = "mutatingadmissionpolicies.admissionregistration.k8s.io"


def default(obj: Obj) -> Obj:
    spec = filled(obj.get("spec") or {}, {"failurePolicy": "Fail"})
    if spec.get("matchConstraints") is not None:
        spec = {**spec, "matchConstraints": constraints(spec["matchConstraints"])}
    return {**obj, "spec": spec}
