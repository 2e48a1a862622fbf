"""Resources of containers, of a pod as a whole, of its overhead (core/validation, validateResourceRequirements)."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from quorate.apiserver.validation.quantities import amount_of
from quorate.apiserver.validation.resource_names import of_container, of_resource
from quorate.contract.plan import Obj
from quorate.objects import quantity
from quorate.objects.names import dns1123_label_errors

HUGE_PAGES = "hugepages-"
OF_PODS = ["cpu", HUGE_PAGES, "memory"]

NameRule = Callable[[str, str], Sequence[FieldError]]


def may_be_overcommitted(name: str) -> bool:
    return ("/" not in name or "kubernetes.io/" in name) and not name.startswith(HUGE_PAGES)


def of_pod(field: str, name: str) -> Sequence[FieldError]:
    """What may be set for a pod as a whole."""
    wrong = of_resource(field, name)
    if wrong or name in OF_PODS or name.startswith(HUGE_PAGES):
        return wrong
    return [not_supported(field, name, OF_PODS)]


@lru_cache(maxsize=1024)
def _page_errors(name: str, amount: str) -> tuple[str, ...]:
    """Huge pages come whole."""
    try:
        size = quantity.milli(name.removeprefix(HUGE_PAGES))
    except ValueError:
        size = 0
    if size > 0 and size % 1000 == 0 and quantity.value(amount) % (size // 1000) == 0:
        return ()
    return (f"{amount} is not positive integer multiple of {name}",)


def requirements(
    field: str, found: Obj | None, pod_claims: Collection[str], name_rule: NameRule = of_container
) -> list[FieldError]:
    """ResourceRequirements. `pod_claims` names the pod's resourceClaims."""
    if not found:
        return []
    errors: list[FieldError] = []
    limits, requests = found.get("limits") or {}, found.get("requests") or {}
    for name, value in limits.items():
        errors += name_rule(f"{field}.limits[{name}]", name)
        errors += amount_of(f"{field}.limits[{name}]", name, value)
        if name.startswith(HUGE_PAGES):
            errors += each_invalid(f"{field}.limits[{name}]", value, _page_errors(name, value))
    for name, value in requests.items():
        errors += name_rule(f"{field}.requests[{name}]", name)
        errors += amount_of(f"{field}.requests[{name}]", name, value)
        errors += _within(field, name, value, limits.get(name))
        if name.startswith(HUGE_PAGES):
            errors += each_invalid(f"{field}.requests[{name}]", value, _page_errors(name, value))
    names = limits.keys() | requests.keys()
    if names and names.isdisjoint(("cpu", "memory")) and any(name.startswith(HUGE_PAGES) for name in names):
        errors.append(forbidden(field, "HugePages require cpu or memory"))
    if found.get("claims"):
        errors += _claims(f"{field}.claims", found["claims"], pod_claims)
    return errors


def _within(field: str, name: str, value: str, limit: str | None) -> list[FieldError]:
    """A request against its limit; what cannot be overcommitted is asked for exactly."""
    if limit == value:
        return []
    exact = not may_be_overcommitted(name)
    if limit is None:
        return [required(f"{field}.limits", "Limit must be set for non overcommitable resources")] if exact else []
    order = quantity.compare(value, limit)
    if order != 0 and exact:
        return [invalid(f"{field}.requests", value, f"must be equal to {name} limit of {limit}")]
    if order > 0:
        return [invalid(f"{field}.requests", value, f"must be less than or equal to {name} limit of {limit}")]
    return []


def _claims(field: str, claims: Sequence[Obj], pod_claims: Collection[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, claim in enumerate(claims):
        at, name, request = f"{field}[{i}]", claim.get("name", ""), claim.get("request", "")
        if not name:
            errors.append(required(at))
            continue
        key = f"{name}/{request}" if request else name
        if name in seen:
            errors.append(duplicate(at, name))
        else:
            if request:
                errors += each_invalid(f"{at}.request", request, dns1123_label_errors(request))
            if key in seen:
                errors.append(duplicate(at, key))
            elif not request:
                errors += [duplicate(at, name) for other in seen if other.partition("/")[0] == name]
            seen.add(key)
        if name not in pod_claims:
            names = f": {', '.join(sorted(pod_claims))}" if pod_claims else " which is empty"
            errors.append(not_found(at, name, f"must be one of the names in pod.spec.resourceClaims{names}"))
    return errors
