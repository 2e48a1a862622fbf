"""What a ResourceQuota must keep to (Kubernetes: pkg/apis/core/validation, ValidateResourceQuota)."""

from quorate.apiserver.validation.errors import FieldError, immutable, invalid, required
from quorate.apiserver.validation.quantities import amount_of
from quorate.apiserver.validation.resource_names import is_quota_name, of_quota
from quorate.contract.plan import Obj

RESOURCE = "resourcequotas"
_COMPUTE = frozenset({"cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"})
_OF_PODS = _COMPUTE | {"pods"}
SCOPES = {
    "Terminating": _OF_PODS, "NotTerminating": _OF_PODS, "NotBestEffort": _OF_PODS, "PriorityClass": _OF_PODS,
    "CrossNamespacePodAffinity": _OF_PODS, "BestEffort": frozenset({"pods"}),
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}  # fmt: skip
"""The resources that each scope can narrow."""
_ONLY_EXISTS = frozenset({"BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"})
_OPPOSITES = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})


def validate(obj: Obj) -> list[FieldError]:
    return _spec(obj.get("spec") or {}) + _status(obj.get("status") or {})


def _amounts(at: str, amounts: Obj | None) -> list[FieldError]:
    errors: list[FieldError] = []
    for name, amount in (amounts or {}).items():
        errors += of_quota(f"{at}[{name}]", name)
        errors += amount_of(f"{at}[{name}]", name, amount)
    return errors


def _status(status: Obj) -> list[FieldError]:
    return _amounts("status.hard", status.get("hard")) + _amounts("status.used", status.get("used"))


def _spec(spec: Obj) -> list[FieldError]:
    errors = _amounts("spec.hard", spec.get("hard"))
    scopes: list[str] = spec.get("scopes") or []
    at = "spec.scopes"
    for scope in scopes:
        errors += [invalid(at, scopes, why) for why in _scope_errors(scope, spec)]
    errors += [invalid(at, scopes, "conflicting scopes") for pair in _OPPOSITES if pair <= set(scopes)]
    if spec.get("scopeSelector") is not None:
        errors += _selector(spec, spec["scopeSelector"].get("matchExpressions") or [])
    return errors


def _scope_errors(scope: str, spec: Obj) -> list[str]:
    errors = [] if scope in SCOPES else ["unsupported scope"]
    fits = SCOPES.get(scope, frozenset())
    return errors + [
        "unsupported scope applied to resource"
        for name in sorted(spec.get("hard") or ())
        if is_quota_name(name) and name not in fits
    ]


def _selector(spec: Obj, expressions: list[Obj]) -> list[FieldError]:
    at = "spec.scopeSelector.matchExpressions"
    errors: list[FieldError] = []
    for one in expressions:
        scope, operator, values = one.get("scopeName") or "", one.get("operator") or "", one.get("values") or []
        for why in _scope_errors(scope, spec):
            if why == "unsupported scope":
                errors.append(invalid(f"{at}.scopeName", scope, why))
            else:
                errors.append(invalid(at, spec["scopeSelector"], why))
        if scope in _ONLY_EXISTS and operator != "Exists":
            why = (
                "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
                "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
                "ResourceQuotaScopeCrossNamespacePodAffinity"
            )
            errors.append(invalid(f"{at}.operator", operator, why))
        if operator in ("In", "NotIn"):
            if not values:
                why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                errors.append(required(f"{at}.values", why))
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
                errors.append(invalid(f"{at}.values", values, why))
        else:
            errors.append(invalid(f"{at}.operator", operator, "not a valid selector operator"))
    named = {one.get("scopeName") for one in expressions}
    return errors + [
        invalid(at, spec.get("scopes") or None, "conflicting scopes") for pair in _OPPOSITES if pair <= named
    ]


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec, was = new.get("spec") or {}, old.get("spec") or {}
    errors = _spec(spec)
    if set(spec.get("scopes") or ()) != set(was.get("scopes") or ()):
        errors.append(immutable("spec.scopes", spec.get("scopes")))
    return errors


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return _status(new.get("status") or {})
