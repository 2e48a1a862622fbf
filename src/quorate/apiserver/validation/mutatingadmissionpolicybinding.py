"""MutatingAdmissionPolicyBinding (Kubernetes: pkg/apis/admissionregistration/validation)."""

from quorate.apiserver.validation.admission_policies import binding
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RESOURCE = "mutatingadmissionpolicybindings.admissionregistration.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    return binding(obj.get("spec") or {})


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
