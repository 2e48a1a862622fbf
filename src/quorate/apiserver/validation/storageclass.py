"""What a StorageClass must keep to, and what of it may change (Kubernetes: pkg/apis/storage/validation)."""

from collections.abc import Sequence

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    immutable,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

RESOURCE = "storageclasses.storage.k8s.io"
RECLAIM = ("Delete", "Retain")
BINDING = ("Immediate", "WaitForFirstConsumer")
_KEPT = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")


def validate(obj: Obj) -> list[FieldError]:
    provisioner = obj.get("provisioner") or ""
    if provisioner:
        errors = each_invalid("provisioner", provisioner, qualified_name_errors(provisioner.lower()))
    else:
        errors = [required("provisioner")]
    for key in obj.get("parameters") or ():
        if not key:
            errors.append(invalid("parameters", key, "field can not be empty."))
    reclaim, binding = obj.get("reclaimPolicy"), obj.get("volumeBindingMode")
    if reclaim and reclaim not in RECLAIM:
        errors.append(not_supported("reclaimPolicy", reclaim, RECLAIM))
    if binding is None:
        errors.append(required("volumeBindingMode"))
    elif binding not in BINDING:
        errors.append(not_supported("volumeBindingMode", binding, BINDING))
    return errors + _topologies(obj.get("allowedTopologies") or ())


def _topologies(terms: Sequence[Obj]) -> list[FieldError]:
    """Errors within a term do not say in which."""
    errors: list[FieldError] = []
    seen: list[dict[str, set[str]]] = []
    for i, term in enumerate(terms):
        values: dict[str, set[str]] = {}
        for j, expression in enumerate(term.get("matchLabelExpressions") or ()):
            at, key = f"allowedTopologies.matchLabelExpressions[{j}]", expression.get("key") or ""
            errors += _expression(expression, at)
            if key in values:
                errors.append(duplicate(f"{at}.key", key))
            values[key] = set(expression.get("values") or ())
        if values in seen:
            errors.append(duplicate(f"allowedTopologies[{i}].matchLabelExpressions", ""))
        seen.append(values)
    return errors


def _expression(expression: Obj, at: str) -> list[FieldError]:
    key, values = expression.get("key") or "", expression.get("values") or ()
    errors = [] if values else [required(f"{at}.values")]
    errors += [duplicate(f"{at}.values[{i}]", value) for i, value in enumerate(values) if value in values[:i]]
    return errors + each_invalid(f"{at}.key", key, qualified_name_errors(key))


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    for field in _KEPT:
        if (new.get(field) or None) != (old.get(field) or None):
            errors.append(immutable(field, new.get(field)))
    return errors
