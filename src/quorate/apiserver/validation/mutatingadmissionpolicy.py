"""MutatingAdmissionPolicy (Kubernetes: pkg/apis/admissionregistration/validation)."""

from quorate.apiserver.validation.admission_policies import frame, known, variables
from quorate.apiserver.validation.admission_rules import expression
from quorate.apiserver.validation.errors import FieldError, invalid, not_supported, required
from quorate.contract.plan import Obj

RESOURCE = "mutatingadmissionpolicies.admissionregistration.k8s.io"
TYPES = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
REINVOCATION = ("IfNeeded", "Never")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = frame(spec) + variables(spec, mutating=True)
    mutations = spec.get("mutations") or ()
    if not mutations:
        errors.append(required("spec.mutations", "mutations must contain at least one item"))
    for i, mutation in enumerate(mutations):
        errors += _mutation(spec, mutation, f"spec.mutations[{i}]")
    again = spec.get("reinvocationPolicy") or ""
    if not again:
        errors.append(required("spec.reinvocationPolicy"))
    elif again not in REINVOCATION:
        errors.append(not_supported("spec.reinvocationPolicy", again, REINVOCATION))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if (new.get("spec") or {}) == (old.get("spec") or {}) else validate(new)


def _mutation(spec: Obj, mutation: Obj, at: str) -> list[FieldError]:
    type = mutation.get("patchType") or ""
    if not type:
        return [required(f"{at}.patchType")]
    if type not in TYPES:
        return [not_supported(f"{at}.patchType", type, tuple(TYPES))]
    errors: list[FieldError] = []
    for name, field in TYPES.items():
        given = mutation.get(field)
        if name != type and given is not None:
            errors.append(invalid(f"{at}.{field}", f"{{{field}}}", f"must not be specified when patchType is {type}"))
        elif name == type and given is None:
            errors.append(required(f"{at}.{field}", f"must be specified when patchType is {type}"))
        elif given is not None:
            errors += _expression(spec, given.get("expression") or "", type, f"{at}.{field}.expression")
    return errors


def _expression(spec: Obj, text: str, type: str, field: str) -> list[FieldError]:
    from quorate.apiserver.admission.hooks.expressions import APPLY_RESULT, PATCH_RESULT

    if not text.strip():
        return [required(field, "expression is not specified")]
    result = PATCH_RESULT if type == "JSONPatch" else APPLY_RESULT
    return expression(text, field, known(spec, mutating=True), result, mutating=True)
