"""The IP families of a Service: what it asks for, what the cluster has, what follows when it does not say.

(Kubernetes: pkg/registry/core/service/storage/alloc.go, initIPFamilyFields.) This cluster has IPv4 alone.
"""

from typing import Any

from quorate.apiserver.validation.errors import FieldError, invalid
from quorate.apiserver.validation.service_addresses import family_of, is_headless, related
from quorate.contract.plan import Obj

FAMILY = "IPv4"
SINGLE, PREFER, REQUIRE = "SingleStack", "PreferDualStack", "RequireDualStack"
_POLICY = "spec.ipFamilyPolicy"


def settle(spec: Obj, old: Obj | None) -> list[FieldError]:
    """Sets ipFamilyPolicy and ipFamilies on a copy of a spec, or answers why that cannot be done."""
    if spec.get("type") == "ExternalName" or _prefers_as_before(spec, old):
        return []
    headless = is_headless(spec)
    unselected = headless and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        before = (old or {}).get("ipFamilyPolicy")
        # Whoever writes the endpoints of a headless Service by hand may write those of both families.
        spec["ipFamilyPolicy"] = before or (REQUIRE if unselected else SINGLE)
    policy = spec["ipFamilyPolicy"]
    errors = related(spec) or _against_policy(spec, old, policy) or _inferred(spec)
    if errors:
        return errors
    families: list[str] = spec.get("ipFamilies") or []
    if unselected:
        families = families or [FAMILY]
        if len(families) < 2 and policy != SINGLE:
            families = [*families, "IPv6" if families[0] == FAMILY else FAMILY]
        spec["ipFamilies"] = families
        return []
    if policy == REQUIRE:
        errors.append(invalid(_POLICY, policy, "this cluster is not configured for dual-stack services"))
    for i, family in enumerate(families):
        if family != FAMILY:
            errors.append(invalid(f"spec.ipFamilies[{i}]", family, "not configured on this cluster"))
    if not errors:
        spec["ipFamilies"] = families or [FAMILY]
    return errors


def _prefers_as_before(spec: Obj, old: Obj | None) -> bool:
    """A Service that prefers two families is not moved to or from them by somebody else's change of the cluster."""
    if old is None or not spec.get("ipFamilyPolicy") == old.get("ipFamilyPolicy") == PREFER:
        return False
    return all(_listed(spec, f) == _listed(old, f) for f in ("clusterIPs", "ipFamilies"))


def _listed(spec: Obj, field: str) -> list[Any]:
    return spec.get(field) or []


def _against_policy(spec: Obj, old: Obj | None, policy: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for field, one, many in (("clusterIPs", "cluster IP", "cluster IPs"), ("ipFamilies", "IP family", "IP families")):
        listed, before = _listed(spec, field), _listed(old or {}, field)
        if policy == SINGLE:
            if len(listed) > 1 and listed == before:
                spec[field] = listed = listed[:1]
            if len(listed) > 1:
                why = f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {many} are specified"
                errors.append(invalid(_POLICY, policy, why))
        elif len(before) > 1 and listed == before[:1]:
            errors.append(invalid(_POLICY, policy, f"must be 'SingleStack' to release the secondary {one}"))
    return errors


def _inferred(spec: Obj) -> list[FieldError]:
    """Addresses that are given say which families are meant."""
    ips, families = _listed(spec, "clusterIPs"), _listed(spec, "ipFamilies")
    for i, ip in enumerate(ips):
        if ip == "None":
            break
        if i < len(families):
            continue
        family = family_of(ip)
        if family != FAMILY:
            return [invalid(f"spec.clusterIPs[{i}]", ips, f"{family} is not configured on this cluster")]
        families = [*families, family]
    if families:
        spec["ipFamilies"] = families
    return []
