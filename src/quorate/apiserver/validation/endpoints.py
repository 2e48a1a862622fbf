"""What Endpoints must keep to (Kubernetes: pkg/apis/core/validation, ValidateEndpoints)."""

from quorate.apiserver.validation.endpointslice import special_errors
from quorate.apiserver.validation.errors import FieldError, each_invalid, not_supported, required
from quorate.apiserver.validation.service_ports import PROTOCOLS
from quorate.apiserver.validation.texts import ip_errors, port_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors, qualified_name_errors

RESOURCE = "endpoints"


def validate(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, subset in enumerate(obj.get("subsets") or ()):
        at = f"subsets[{i}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            errors.append(required(at, "must specify `addresses` or `notReadyAddresses`"))
        for field in ("addresses", "notReadyAddresses"):
            for j, address in enumerate(subset.get(field) or ()):
                errors += _address(address, f"{at}.{field}[{j}]")
        ports = subset.get("ports") or []
        for j, port in enumerate(ports):
            errors += _port(port, f"{at}.ports[{j}]", len(ports) > 1)
    return errors


def _address(address: Obj, at: str) -> list[FieldError]:
    ip = address.get("ip") or ""
    wrong = ip_errors(ip)
    errors = each_invalid(f"{at}.ip", ip, wrong)
    if address.get("hostname"):
        errors += each_invalid(f"{at}.hostname", address["hostname"], dns1123_label_errors(address["hostname"]))
    if address.get("nodeName") is not None:
        errors += each_invalid(f"{at}.nodeName", address["nodeName"], dns1123_subdomain_errors(address["nodeName"]))
    special = ("must be a valid IP address",) if wrong else special_errors(ip)
    return errors + each_invalid(f"{at}.ip", ip, special)


def _port(port: Obj, at: str, named: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    name, protocol = port.get("name") or "", port.get("protocol") or ""
    if named and not name:
        errors.append(required(f"{at}.name"))
    elif name:
        errors += each_invalid(f"{at}.name", name, dns1123_label_errors(name))
    errors += each_invalid(f"{at}.port", port.get("port", 0), port_errors(port.get("port", 0)))
    if not protocol:
        errors.append(required(f"{at}.protocol"))
    elif protocol not in PROTOCOLS:
        errors.append(not_supported(f"{at}.protocol", protocol, PROTOCOLS))
    if port.get("appProtocol") is not None:
        errors += each_invalid(f"{at}.appProtocol", port["appProtocol"], qualified_name_errors(port["appProtocol"]))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
