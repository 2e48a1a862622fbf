"""What a Node must keep to, and what of it may change (Kubernetes: pkg/apis/core/validation, ValidateNode*)."""

from ipaddress import ip_network

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.meta import label_name
from quorate.apiserver.validation.quantities import amount_of
from quorate.contract.plan import Obj
from quorate.objects.names import label_value_errors

RESOURCE = "nodes"
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_TAINTS = "metadata.taints"
"""Where Kubernetes' messages place the taints, although they stand in the spec."""


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    return (
        _taints(spec.get("taints") or [])
        + _amounts(obj.get("status") or {})
        + _cidrs(spec.get("podCIDRs") or ([spec["podCIDR"]] if spec.get("podCIDR") else []))
    )


def _taints(taints: list[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for i, taint in enumerate(taints):
        at = f"{_TAINTS}[{i}]"
        key, value, effect = (taint.get(field) or "" for field in ("key", "value", "effect"))
        errors += label_name(f"{at}.key", key)
        wrong = label_value_errors(value)
        if wrong:
            errors.append(invalid(f"{at}.value", value, ";".join(wrong)))
        if not effect:
            errors.append(required(f"{at}.effect"))
        elif effect not in EFFECTS:
            errors.append(not_supported(f"{at}.effect", effect, EFFECTS))
        if (key, effect) in seen:
            # As Kubernetes prints its internal struct.
            shown = {"Key": key, "Value": value, "Effect": effect, "TimeAdded": taint.get("timeAdded")}
            errors.append(duplicate(at, shown, "taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return errors


def _amounts(status: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("capacity", "allocatable"):
        for name, amount in (status.get(field) or {}).items():
            errors += amount_of(f"status.{field}.{name}", name, amount)
    return errors


def _cidrs(cidrs: list[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, cidr in enumerate(cidrs):
        try:
            ip_network(cidr, strict=False)
        except ValueError:
            why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            errors += each_invalid(f"spec.podCIDRs[{i}]", cidr, (why,))
    if len(cidrs) > 2 or (len(cidrs) == 2 and (":" in cidrs[0]) == (":" in cidrs[1])):
        errors.append(invalid("spec.podCIDRs", cidrs, "may specify no more than one CIDR for each IP family"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec, was = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_status_update(new, old)
    if was.get("podCIDRs") and spec.get("podCIDRs") != was["podCIDRs"]:
        errors.append(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'))
    if was.get("providerID") and spec.get("providerID") != was["providerID"]:
        errors.append(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'))
    return errors + _taints(spec.get("taints") or [])


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    status = new.get("status") or {}
    errors = _amounts(status) if status.get("capacity") != (old.get("status") or {}).get("capacity") else []
    seen: list[Obj] = []
    for i, address in enumerate(status.get("addresses") or ()):
        if address in seen:
            errors.append(duplicate(f"status.addresses[{i}]", address))
        seen.append(address)
    return errors
