"""The cluster addresses and IP families of a Service, alone and against what they were.

(Kubernetes: pkg/apis/core/validation, ValidateServiceClusterIPsRelatedFields and the upgrade/downgrade rules.)
Allocation asks the first of them too, as it cannot work with addresses that are none.
"""

from typing import Any

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.texts import ip_errors
from quorate.contract.plan import Obj

FAMILIES = ("IPv4", "IPv6")
POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
NONE = "None"
_IPS, _FAMILIES = "spec.clusterIPs", "spec.ipFamilies"


def is_headless(spec: Obj) -> bool:
    ips = spec.get("clusterIPs")
    return bool(ips) and ips[0] == NONE if ips else spec.get("clusterIP") == NONE


def family_of(ip: str) -> str:
    return "IPv6" if ":" in ip else "IPv4"


def related(spec: Obj) -> list[FieldError]:
    """clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy of a Service; an ExternalName has none."""
    if spec.get("type") == "ExternalName":
        return []
    ips: list[str] = spec.get("clusterIPs") or []
    errors = _same(spec.get("clusterIP") or "", ips) + _families(spec)
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in POLICIES:
        errors.append(not_supported("spec.ipFamilyPolicy", policy, POLICIES))
    wrong = False
    for i, ip in enumerate(ips):
        if i == 0 and ip == NONE:
            if len(ips) > 1:
                wrong = True
                errors.append(invalid(_IPS, ips, "'None' must be the first and only value"))
            continue
        found = each_invalid(f"{_IPS}[{i}]", ip, ip_errors(ip))
        wrong = wrong or bool(found)
        errors += found
    if len(ips) > 2:
        errors.append(invalid(_IPS, ips, "may only hold up to 2 values"))
    if wrong:
        return errors
    if len(ips) > 1 and len({family_of(ip) for ip in ips}) < 2:
        errors.append(invalid(_IPS, ips, "may specify no more than one IP for each IP family"))
    if not is_headless(spec):
        for i, (ip, family) in enumerate(zip(ips, spec.get("ipFamilies") or (), strict=False)):
            if family in FAMILIES and family_of(ip) != family:
                why = f"expected an {family} value as indicated by `ipFamilies[{i}]`"
                errors.append(invalid(f"{_IPS}[{i}]", ip, why))
    return errors


def _same(ip: str, ips: list[str]) -> list[FieldError]:
    if ip and not ips:
        return [required(_IPS)]
    if ip and ips[0] != ip:
        return [invalid(_IPS, ips, "first value must match `clusterIP`")]
    if ips and not ip:
        return [invalid(_IPS, ips, "must be empty when `clusterIP` is not specified")]
    return []


def _families(spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in FAMILIES:
            errors.append(not_supported(f"{_FAMILIES}[{i}]", family, FAMILIES))
        if family in seen:
            errors.append(duplicate(f"{_FAMILIES}[{i}]", family))
        seen.add(family)
    return errors


def kept(new: Obj, old: Obj) -> list[FieldError]:
    """Of two specs: addresses and families stay, unless the Service becomes or was an ExternalName."""
    if "ExternalName" in (new.get("type"), old.get("type")):
        return []
    errors: list[FieldError] = []
    if not (is_headless(new) and is_headless(old)):
        errors += _unchanged(_IPS, "primary clusterIP can not be unset", new.get("clusterIPs"), old.get("clusterIPs"))
    if is_headless(new) == is_headless(old):
        gone = "primary ipFamily can not be unset"
        errors += _unchanged(_FAMILIES, gone, new.get("ipFamilies"), old.get("ipFamilies"))
    return errors


def _unchanged(field: str, gone: str, new: Any, old: Any) -> list[FieldError]:
    """The first may not go, and none may change; a second may come or go."""
    new, old = new or [], old or []
    if old and not new:
        return [invalid(f"{field}[0]", None, gone)]
    return [
        invalid(f"{field}[{i}]", new, "may not change once set")
        for i, (is_now, was) in enumerate(zip(new, old, strict=False))
        if is_now != was
    ]
