"""What a LimitRange must keep to (Kubernetes: pkg/apis/core/validation, ValidateLimitRange)."""

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    required,
)  # fmt: skip
from quorate.apiserver.validation.quantities import is_extended
from quorate.apiserver.validation.resource_names import of_container, of_resource
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors
from quorate.objects.quantity import canonical, compare, parse

RESOURCE = "limitranges"
TYPES = frozenset({"Pod", "Container", "PersistentVolumeClaim"})


def validate(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, item in enumerate((obj.get("spec") or {}).get("limits") or ()):
        at, kind = f"spec.limits[{i}]", item.get("type") or ""
        errors += _type(f"{at}.type", kind)
        if kind in seen:
            errors.append(duplicate(f"{at}.type", kind))
        seen.add(kind)
        errors += _names(item, at, kind) + _values(item, at)
    return errors


def _type(field: str, kind: str) -> list[FieldError]:
    errors = each_invalid(field, kind, qualified_name_errors(kind))
    if not errors and "/" not in kind and kind not in TYPES:
        return [invalid(field, kind, "must be a standard limit type or fully qualified")]
    return errors


def _names(item: Obj, at: str, kind: str) -> list[FieldError]:
    rule = of_container if kind in ("Pod", "Container") else of_resource
    errors: list[FieldError] = []
    for field in ("max", "min", "default", "defaultRequest"):
        if kind == "Pod" and field.startswith("default"):
            if item.get(field):
                errors.append(forbidden(f"{at}.{field}", "may not be specified when `type` is 'Pod'"))
            continue
        errors += [e for name in item.get(field) or () for e in rule(f"{at}.{field}[{name}]", name)]
    if kind == "PersistentVolumeClaim" and not any("storage" in (item.get(f) or {}) for f in ("min", "max")):
        why = "either minimum or maximum storage value is required, but neither was provided"
        errors.append(required(f"{at}.limits", why))
    field = "maxLimitRequestRatio"
    return errors + [e for name in item.get(field) or () for e in rule(f"{at}.{field}[{name}]", name)]


_REQUEST = "defaultRequest"
_ORDER = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    ("min", _REQUEST, _REQUEST, _REQUEST, "min value {} is greater than default request value {}"),
    (_REQUEST, "max", _REQUEST, _REQUEST, "default request value {} is greater than max value {}"),
    (_REQUEST, "default", _REQUEST, _REQUEST, "default request value {} is greater than default limit value {}"),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)  # fmt: skip
"""(not more than, this; the field to blame, the field whose value is shown, what is said)."""


def _values(item: Obj, at: str) -> list[FieldError]:
    """How the amounts of one resource stand to each other."""
    of = {f: item.get(f) or {} for f in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")}
    if item.get("type") == "Pod":
        of["default"] = of["defaultRequest"] = {}
    errors: list[FieldError] = []
    for name in sorted({name for amounts in of.values() for name in amounts}):
        here = {field: canonical(amounts[name]) for field, amounts in of.items() if name in amounts}
        for small, large, blamed, shown, words in _ORDER:
            if small in here and large in here and compare(here[small], here[large]) > 0:
                errors.append(invalid(f"{at}.{blamed}[{name}]", here[shown], words.format(here[small], here[large])))
        errors += _ratio(here, f"{at}.maxLimitRequestRatio[{name}]")
        errors += _not_overcommitted(here, f"{at}.defaultRequest[{name}]", name)
    return errors


def _ratio(here: dict[str, str], field: str) -> list[FieldError]:
    ratio = here.get("maxLimitRequestRatio")
    if ratio is None:
        return []
    errors: list[FieldError] = []
    if compare(ratio, "1") < 0:
        errors.append(invalid(field, ratio, f"ratio {ratio} is less than 1"))
    if "min" in here and "max" in here and parse(here["min"]):
        most = parse(here["max"]) / parse(here["min"])
        if parse(ratio) > most:
            errors.append(invalid(field, ratio, f"ratio {ratio} is greater than max/min = {float(most):f}"))
    return errors


def _not_overcommitted(here: dict[str, str], field: str, name: str) -> list[FieldError]:
    if not is_extended(name) and not name.startswith("hugepages-"):
        return []
    limit, request = here.get("default"), here.get("defaultRequest")
    if limit is None or request is None or not compare(limit, request):
        return []
    return [invalid(field, request, f"default value {limit} must equal to defaultRequest value {request} in {name}")]


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
