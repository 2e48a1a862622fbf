"""The ports of a Service (Kubernetes: pkg/apis/core/validation, validateServicePort and what ValidateService adds)."""

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.texts import port_errors, port_name_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, qualified_name_errors

PROTOCOLS = ("SCTP", "TCP", "UDP")


def each(ports: list[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, port in enumerate(ports):
        errors += _one(port, f"spec.ports[{i}]", len(ports) > 1, names)
    return errors


def _one(port: Obj, at: str, named: bool, names: set[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    name = port.get("name") or ""
    if name:
        errors += each_invalid(f"{at}.name", name, dns1123_label_errors(name))
        if name in names:
            errors.append(duplicate(f"{at}.name", name))
        names.add(name)
    elif named:
        errors.append(required(f"{at}.name"))
    number = port.get("port", 0)
    errors += each_invalid(f"{at}.port", number, port_errors(number))
    protocol = port.get("protocol") or ""
    if not protocol:
        errors.append(required(f"{at}.protocol"))
    elif protocol not in PROTOCOLS:
        errors.append(not_supported(f"{at}.protocol", protocol, PROTOCOLS))
    target = port.get("targetPort", 0)
    wrong = port_name_errors(target) if isinstance(target, str) else port_errors(target)
    errors += each_invalid(f"{at}.targetPort", target, wrong)
    if port.get("appProtocol") is not None:
        errors += each_invalid(f"{at}.appProtocol", port["appProtocol"], qualified_name_errors(port["appProtocol"]))
    return errors


def together(spec: Obj) -> list[FieldError]:
    """No two ports of one protocol share a number, nor a node port; a ClusterIP Service has no node ports."""
    errors: list[FieldError] = []
    ports: list[Obj] = spec.get("ports") or []
    if spec.get("type") == "ClusterIP":
        errors += [
            forbidden(f"spec.ports[{i}].nodePort", "may not be used when `type` is 'ClusterIP'")
            for i, port in enumerate(ports)
            if port.get("nodePort")
        ]
    for field in ("nodePort", "port"):
        seen: set[tuple[str, int]] = set()
        for i, port in enumerate(ports):
            number = port.get(field, 0)
            if field == "nodePort" and not number:
                continue
            key = (port.get("protocol") or "", number)
            if key in seen:
                at = f"spec.ports[{i}]"
                # As Kubernetes prints its internal struct.
                shown = {
                    "Name": "", "Protocol": key[0], "AppProtocol": None, "Port": number, "TargetPort": 0, "NodePort": 0,
                }  # fmt: skip
                errors.append(duplicate(f"{at}.nodePort", number) if field == "nodePort" else duplicate(at, shown))
            seen.add(key)
    return errors
