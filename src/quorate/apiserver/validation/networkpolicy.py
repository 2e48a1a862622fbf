"""NetworkPolicy (Kubernetes: pkg/apis/networking/validation)."""

import ipaddress
from typing import Any

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.selectors import label_selector
from quorate.apiserver.validation.texts import port_errors, port_name_errors
from quorate.contract.plan import Obj

RESOURCE = "networkpolicies.networking.k8s.io"
PROTOCOLS = ("TCP", "UDP", "SCTP")
TYPES = ("Ingress", "Egress")
BLOCK = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = label_selector("spec.podSelector", spec.get("podSelector"))
    for way, peers in (("ingress", "from"), ("egress", "to")):
        for i, rule in enumerate(spec.get(way) or ()):
            at = f"spec.{way}[{i}]"
            for j, port in enumerate(rule.get("ports") or ()):
                errors += _port(port, f"{at}.ports[{j}]")
            for j, peer in enumerate(rule.get(peers) or ()):
                errors += _peer(peer, f"{at}.{peers}[{j}]")
    types = spec.get("policyTypes") or []
    if len(types) > len(TYPES):
        return [*errors, invalid("spec.policyTypes", types, "may not specify more than two policyTypes")]
    for i, type in enumerate(types):
        if type not in TYPES:
            errors.append(not_supported(f"spec.policyTypes[{i}]", type, TYPES))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)


def _port(port: Obj, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    protocol, number, end = port.get("protocol"), port.get("port"), port.get("endPort")
    if protocol is not None and protocol not in PROTOCOLS:
        errors.append(not_supported(f"{at}.protocol", protocol, PROTOCOLS))
    if isinstance(number, int):
        errors += each_invalid(f"{at}.port", number, port_errors(number))
        if end is not None:
            if end < number:
                errors.append(invalid(f"{at}.endPort", end, "must be greater than or equal to `port`"))
            errors += each_invalid(f"{at}.endPort", end, port_errors(end))
        return errors
    if end is not None:
        why = "not specified" if number is None else "non-numeric"
        errors.append(invalid(f"{at}.endPort", end, f"may not be specified when `port` is {why}"))
    if number is not None:
        errors += each_invalid(f"{at}.port", number, port_name_errors(number))
    return errors


def _peer(peer: Obj, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    block = peer.get("ipBlock")
    chosen = [field for field in ("podSelector", "namespaceSelector") if peer.get(field) is not None]
    for field in chosen:
        errors += label_selector(f"{at}.{field}", peer[field])
    if block is not None:
        errors += _block(block, f"{at}.ipBlock")
    if block is None and not chosen:
        errors.append(required(at, "must specify a peer"))
    elif block is not None and chosen:
        errors.append(forbidden(at, "may not specify both ipBlock and another peer"))
    return errors


def _block(block: Obj, at: str) -> list[FieldError]:
    text = block.get("cidr") or ""
    if not text:
        return [required(f"{at}.cidr")]
    whole = network(text)
    if whole is None:
        return [invalid(f"{at}.cidr", text, BLOCK)]
    errors: list[FieldError] = []
    for i, part in enumerate(block.get("except") or ()):
        inner = network(part)
        if inner is None:
            errors.append(invalid(f"{at}.except[{i}]", part, BLOCK))
        elif inner.version != whole.version or not inner.subnet_of(whole) or inner == whole:
            errors.append(invalid(f"{at}.except[{i}]", part, "must be a strict subset of `cidr`"))
    return errors


def network(text: str) -> Any:
    """The block of addresses, None when the text is none."""
    if "/" not in text:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
