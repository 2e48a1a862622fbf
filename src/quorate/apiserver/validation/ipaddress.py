"""What an IPAddress must keep to (Kubernetes: pkg/apis/networking/validation)."""

from quorate.apiserver.validation.errors import FieldError, each_invalid, immutable, required
from quorate.apiserver.validation.texts import path_segment_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors

RESOURCE = "ipaddresses.networking.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    """Its name is the address: see the rules of metadata."""
    parent = (obj.get("spec") or {}).get("parentRef")
    at = "spec.parentRef"
    if parent is None:
        return [required(at)]
    group = parent.get("group") or ""
    errors = each_invalid(f"{at}.group", group, dns1123_subdomain_errors(group)) if group else []
    for field in ("resource", "name"):
        value = parent.get(field) or ""
        if not value:
            errors.append(required(f"{at}.{field}"))
        errors += each_invalid(f"{at}.{field}", value, path_segment_errors(value))
    namespace = parent.get("namespace") or ""
    return errors + each_invalid(f"{at}.namespace", namespace, path_segment_errors(namespace))


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    parent = (new.get("spec") or {}).get("parentRef")
    return [] if parent == (old.get("spec") or {}).get("parentRef") else [immutable("spec.parentRef", _shown(parent))]


def _shown(parent: Obj | None) -> Obj | None:
    """As Kubernetes prints the struct."""
    if parent is None:
        return None
    return {field.title(): parent.get(field) or "" for field in ("group", "resource", "namespace", "name")}
