"""What an APIService must keep to (kube-aggregator: pkg/apis/apiregistration/validation)."""

from base64 import b64decode

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.texts import port_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1035_label_errors, dns1123_subdomain_errors

RESOURCE = "apiservices.apiregistration.k8s.io"
MOST_PRIORITY = {"groupPriorityMinimum": 20_000, "versionPriority": 1_000}


def validate(obj: Obj) -> list[FieldError]:
    spec, name = obj.get("spec") or {}, obj["metadata"].get("name") or ""
    group, version = spec.get("group") or "", spec.get("version") or ""
    errors: list[FieldError] = []
    wanted = f"{version}.{group}"
    if name and name != wanted:
        errors.append(invalid("metadata.name", name, f'must be `spec.version+"."+spec.group`: "{wanted}"'))
    if not group and version != "v1":
        errors.append(required("spec.group", "only v1 may have an empty group and it better be legacy kube"))
    if group:
        errors += each_invalid("spec.group", group, dns1123_subdomain_errors(group))
    errors += each_invalid("spec.version", version, dns1035_label_errors(version))
    for field, most in MOST_PRIORITY.items():
        given = spec.get(field) or 0
        if not 0 < given <= most:
            errors.append(invalid(f"spec.{field}", given, f"must be positive and less than {most}"))
    return errors + _place(spec)


def _place(spec: Obj) -> list[FieldError]:
    service, bundle, insecure = spec.get("service"), spec.get("caBundle") or "", bool(spec.get("insecureSkipTLSVerify"))
    errors: list[FieldError] = []
    if service is None:
        if bundle:
            size = f"{len(b64decode(bundle))} bytes"
            errors.append(invalid("spec.caBundle", size, "local APIServices may not have a caBundle"))
        if insecure:
            why = "local APIServices may not have insecureSkipTLSVerify"
            errors.append(invalid("spec.insecureSkipTLSVerify", True, why))
        return errors
    errors += [required(f"spec.service.{field}") for field in ("namespace", "name") if not service.get(field)]
    port = service.get("port") or 0
    if wrong := port_errors(port):
        errors.append(invalid("spec.service.port", port, "port is not valid: " + ", ".join(wrong)))
    if insecure and bundle:
        errors.append(invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return [
        not_supported(f"status.conditions[{i}].status", condition.get("status") or "", ["True", "False", "Unknown"])
        for i, condition in enumerate((new.get("status") or {}).get("conditions") or ())
        if condition.get("status") not in ("True", "False", "Unknown")
    ]
