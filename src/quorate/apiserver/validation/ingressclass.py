"""IngressClass (Kubernetes: pkg/apis/networking/validation)."""

import re

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    not_supported,
    required,
    too_long,
)  # fmt: skip
from quorate.apiserver.validation.ingress import reference
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

RESOURCE = "ingressclasses.networking.k8s.io"
MOST = 250
SCOPES = ("Cluster", "Namespace")
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    controller = spec.get("controller") or ""
    errors: list[FieldError] = []
    if not controller:
        errors.append(required("spec.controller"))
    else:
        if len(controller) > MOST:
            errors.append(too_long("spec.controller", MOST))
        errors += domain_prefixed("spec.controller", controller)
    return errors + _parameters(spec.get("parameters"), "spec.parameters")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    controller = (new.get("spec") or {}).get("controller", "")
    same = controller == (old.get("spec") or {}).get("controller", "")
    return [*([] if same else [immutable("spec.controller", controller)]), *validate(new)]


def domain_prefixed(field: str, text: str) -> list[FieldError]:
    host, _, path = text.partition("/")
    if not host or not path:
        return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = each_invalid(field, host, dns1123_subdomain_errors(host))
    if not re.fullmatch(_PATH, path):
        errors.append(invalid(field, path, f"Invalid path (regex used for validation is '{_PATH}')"))
    return errors


def _parameters(found: Obj | None, at: str) -> list[FieldError]:
    if found is None:
        return []
    errors = reference(found, at)
    scope, namespace = found.get("scope"), found.get("namespace")
    if scope is None:
        return [*errors, required(f"{at}.scope")]
    if scope not in SCOPES:
        return [*errors, not_supported(f"{at}.scope", scope, SCOPES)]
    if scope == "Namespace":
        if namespace is None:
            errors.append(required(f"{at}.namespace", "`parameters.scope` is set to 'Namespace'"))
        else:
            errors += each_invalid(f"{at}.namespace", namespace, dns1123_label_errors(namespace))
    elif namespace is not None:
        errors.append(forbidden(f"{at}.namespace", "`parameters.scope` is set to 'Cluster'"))
    return errors
