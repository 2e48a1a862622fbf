"""Ingress (Kubernetes: pkg/apis/networking/validation)."""

import ipaddress
import re

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.texts import at_most, ip_errors, path_segment_errors, port_errors, port_name_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

RESOURCE = "ingresses.networking.k8s.io"
CLASS = "kubernetes.io/ingress.class"
PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_SEQUENCES, _ENDS = ("//", "/./", "/../", "%2f", "%2F"), ("/..", "/.")
_WILDCARD = r"\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"


def validate(obj: Obj) -> list[FieldError]:
    spec, errors = obj.get("spec") or {}, _spec(obj.get("spec") or {})
    old_class = (obj["metadata"].get("annotations") or {}).get(CLASS)
    name = spec.get("ingressClassName")
    if old_class is not None and name is not None and old_class != name:
        why = "must match `ingressClassName` when both are specified"
        errors.append(invalid(f"annotations.{CLASS}", old_class, why))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return _spec(new.get("spec") or {})


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, point in enumerate(((new.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()):
        at, ip, host = f"status.loadBalancer.ingress[{i}]", point.get("ip") or "", point.get("hostname") or ""
        if ip:
            errors += each_invalid(f"{at}.ip", ip, ip_errors(ip))
        if host:
            errors += each_invalid(f"{at}.hostname", host, dns1123_subdomain_errors(host))
            if _is_ip(host):
                errors.append(invalid(f"{at}.hostname", host, "must be a DNS name, not an IP address"))
    return errors


def _spec(spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    backend, rules = spec.get("defaultBackend"), spec.get("rules")
    if not rules and backend is None:
        errors.append(invalid("spec", rules or None, "either `defaultBackend` or `rules` must be specified"))
    if backend is not None:
        errors += _backend(backend, "spec.defaultBackend")
    for i, rule in enumerate(rules or ()):
        errors += _rule(rule, f"spec.rules[{i}]")
    for i, tls in enumerate(spec.get("tls") or ()):
        for j, host in enumerate(tls.get("hosts") or ()):
            errors += each_invalid(f"spec.tls[{i}].hosts[{j}]", host, _host_errors(host))
        secret = tls.get("secretName") or ""
        if secret:
            errors += each_invalid(f"spec.tls[{i}].secretName", secret, dns1123_subdomain_errors(secret))
    name = spec.get("ingressClassName")
    if name is not None:
        errors += each_invalid("spec.ingressClassName", name, dns1123_subdomain_errors(name))
    return errors


def _rule(rule: Obj, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    host, http = rule.get("host") or "", rule.get("http")
    if host:
        if _is_ip(host):
            errors.append(invalid(f"{at}.host", host, "must be a DNS name, not an IP address"))
        errors += each_invalid(f"{at}.host", host, _host_errors(host))
    if http is None:
        return errors
    if not http.get("paths"):
        errors.append(required(f"{at}.http.paths"))
    for i, path in enumerate(http.get("paths") or ()):
        errors += _path(path, f"{at}.http.paths[{i}]")
    return errors


def _path(path: Obj, at: str) -> list[FieldError]:
    kind, text = path.get("pathType"), path.get("path") or ""
    if kind is None:
        return [required(f"{at}.pathType", "pathType must be specified")]
    errors: list[FieldError] = []
    absolute = invalid(f"{at}.path", text, "must be an absolute path")
    if kind in ("Exact", "Prefix"):
        if not text.startswith("/"):
            errors.append(absolute)
        errors += [invalid(f"{at}.path", text, f"must not contain '{x}'") for x in _SEQUENCES if x in text]
        errors += [invalid(f"{at}.path", text, f"cannot end with '{x}'") for x in _ENDS if text.endswith(x)]
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            errors.append(absolute)
    else:
        errors.append(not_supported(f"{at}.pathType", kind, PATH_TYPES))
    return errors + _backend(path.get("backend") or {}, f"{at}.backend")


def _backend(backend: Obj, at: str) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [invalid(at, "", "cannot set both resource and service backends")]
    if resource is not None:
        return reference(resource, f"{at}.resource")
    if service is None:
        return [invalid(at, "", "resource or service backend is required")]
    name, port = service.get("name") or "", service.get("port") or {}
    field = f"{at}.service.name"
    errors = each_invalid(field, name, dns1123_label_errors(name)) if name else [required(field)]
    named, number = port.get("name") or "", port.get("number") or 0
    if named and number:
        errors.append(invalid(at, "", "cannot set both port name & port number"))
    elif named:
        errors += each_invalid(f"{at}.service.port.name", named, port_name_errors(named))
    elif number:
        errors += each_invalid(f"{at}.service.port.number", number, port_errors(number))
    else:
        errors.append(required(at, "port name or number is required"))
    return errors


def reference(found: Obj, at: str) -> list[FieldError]:
    """A typed reference: apiGroup, kind, name."""
    group = found.get("apiGroup")
    errors = [] if group is None else each_invalid(f"{at}.apiGroup", group, dns1123_subdomain_errors(group))
    for field in ("kind", "name"):
        text = found.get(field) or ""
        errors += (
            each_invalid(f"{at}.{field}", text, path_segment_errors(text)) if text else [required(f"{at}.{field}")]
        )
    return errors


def _host_errors(host: str) -> tuple[str, ...]:
    if "*" not in host:
        return dns1123_subdomain_errors(host)
    errors = [] if len(host) <= 253 else [at_most(253)]
    if not re.fullmatch(_WILDCARD, host):
        errors.append(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
            "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', "
            f"regex used for validation is '{_WILDCARD}')"
        )
    return tuple(errors)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
