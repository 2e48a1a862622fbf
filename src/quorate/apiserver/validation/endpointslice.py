"""What an EndpointSlice must keep to (Kubernetes: pkg/apis/discovery/validation)."""

from functools import lru_cache
from ipaddress import ip_address

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    immutable,
    not_supported,
    required,
    too_many,
)  # fmt: skip
from quorate.apiserver.validation.meta import labels
from quorate.apiserver.validation.service_ports import PROTOCOLS
from quorate.apiserver.validation.texts import port_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors, qualified_name_errors

RESOURCE = "endpointslices.discovery.k8s.io"
ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
MOST_ENDPOINTS, MOST_ADDRESSES, MOST_PORTS = 1000, 100, 20_000


@lru_cache(maxsize=8192)
def address_errors(address: str, kind: str) -> tuple[str, ...]:
    """What is wrong with an endpoint's address of this type."""
    if kind == "FQDN":
        return tuple(dns1123_subdomain_errors(address))
    try:
        found = ip_address(address)
    except ValueError:
        return (f"must be a valid {kind} address",)
    if found.version != int(kind[-1]):
        return (f"must be a valid {kind} address",)
    return special_errors(address)


@lru_cache(maxsize=8192)
def special_errors(address: str) -> tuple[str, ...]:
    """No traffic can be sent to some addresses. What only Go's parser takes for an address is let through."""
    try:
        found = ip_address(address)
    except ValueError:
        return ()
    if found.is_unspecified:
        return (f"may not be unspecified ({address})",)
    if found.is_loopback:
        return ("may not be in the loopback range (127.0.0.0/8, ::1/128)",)
    if found.is_link_local:
        return ("may not be in the link-local range (169.254.0.0/16, fe80::/10)",)
    if address.startswith("224.0.0.") or address.lower().startswith("ff02:"):
        return ("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",)
    return ()


def validate(obj: Obj) -> list[FieldError]:
    kind = obj.get("addressType") or ""
    errors: list[FieldError] = []
    if not kind:
        errors.append(required("addressType"))
    elif kind not in ADDRESS_TYPES:
        errors.append(not_supported("addressType", kind, ADDRESS_TYPES))
    errors += _endpoints(obj.get("endpoints") or [], kind)
    return errors + _ports(obj.get("ports") or [])


def _endpoints(endpoints: list[Obj], kind: str) -> list[FieldError]:
    if len(endpoints) > MOST_ENDPOINTS:
        return [too_many("endpoints", len(endpoints), MOST_ENDPOINTS)]
    errors: list[FieldError] = []
    for i, endpoint in enumerate(endpoints):
        addresses = endpoint.get("addresses") or []
        if not addresses:
            errors.append(required(f"endpoints[{i}].addresses", "must contain at least 1 address"))
        elif len(addresses) > MOST_ADDRESSES:
            errors.append(too_many(f"endpoints[{i}].addresses", len(addresses), MOST_ADDRESSES))
        if kind in ADDRESS_TYPES:
            for j, address in enumerate(addresses):
                wrong = address_errors(address, kind)
                if wrong:
                    errors += each_invalid(f"endpoints[{i}].addresses[{j}]", address, wrong)
        name = endpoint.get("hostname")
        if name is not None and dns1123_label_errors(name):
            errors += each_invalid(f"endpoints[{i}].hostname", name, dns1123_label_errors(name))
        if endpoint.get("deprecatedTopology"):
            errors += labels(f"endpoints[{i}].deprecatedTopology", endpoint["deprecatedTopology"])
    return errors


def _ports(ports: list[Obj]) -> list[FieldError]:
    if len(ports) > MOST_PORTS:
        return [too_many("ports", len(ports), MOST_PORTS)]
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, port in enumerate(ports):
        name, protocol = port.get("name") or "", port.get("protocol") or ""
        if name:
            errors += each_invalid(f"ports[{i}].name", name, dns1123_label_errors(name))
        if name in names:
            errors.append(duplicate(f"ports[{i}].name", name))
        names.add(name)
        if port.get("port") is not None:
            errors += each_invalid(f"ports[{i}].port", port["port"], port_errors(port["port"]))
        if not protocol:
            errors.append(required(f"ports[{i}].protocol"))
        elif protocol not in PROTOCOLS:
            errors.append(not_supported(f"ports[{i}].protocol", protocol, PROTOCOLS))
        if port.get("appProtocol") is not None:
            wrong = qualified_name_errors(port["appProtocol"])
            errors += each_invalid(f"ports[{i}].appProtocol", port["appProtocol"], wrong)
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    if new.get("addressType") != old.get("addressType"):
        errors.append(immutable("addressType", new.get("addressType") or ""))
    return errors
