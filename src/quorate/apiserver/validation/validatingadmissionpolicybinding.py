"""ValidatingAdmissionPolicyBinding (Kubernetes: pkg/apis/admissionregistration/validation)."""

from quorate.apiserver.validation.admission_policies import binding
from quorate.apiserver.validation.errors import FieldError, duplicate, invalid, not_supported, required
from quorate.contract.plan import Obj

RESOURCE = "validatingadmissionpolicybindings.admissionregistration.k8s.io"
ACTIONS = ("Audit", "Deny", "Warn")
BOTH = (
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers "
    "serves no purpose)"
)


def validate(obj: Obj) -> list[FieldError]:
    spec, at = obj.get("spec") or {}, "spec.validationActions"
    errors = binding(spec)
    actions = spec.get("validationActions") or []
    for i, action in enumerate(actions):
        if action not in ACTIONS:
            errors.append(not_supported(f"{at}[{i}]", action, ACTIONS))
        if action in actions[:i]:
            errors.append(duplicate(f"{at}[{i}]", action))
    if "Deny" in actions and "Warn" in actions:
        errors.append(invalid(at, actions, BOTH))
    if not actions:
        errors.append(required(at, "at least one validation action is required"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
