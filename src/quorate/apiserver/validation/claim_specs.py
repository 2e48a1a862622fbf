"""What the spec of a claim, or of a template for claims, must keep to.

(Kubernetes: pkg/apis/core/validation, ValidatePersistentVolumeClaimSpec.)
"""

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.quantities import positive
from quorate.apiserver.validation.selectors import label_selector
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
SINGLE = "ReadWriteOncePod"
_NAMED = ("apiGroup", "kind", "name")


def access_modes(field: str, modes: list[str]) -> list[FieldError]:
    errors = [not_supported(field, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    if SINGLE in modes and any(mode != SINGLE and mode in ACCESS_MODES for mode in modes):
        errors.append(forbidden(field, "may not use ReadWriteOncePod with other access modes"))
    return errors


def class_name(field: str, name: str | None) -> list[FieldError]:
    return each_invalid(field, name, dns1123_subdomain_errors(name)) if name else []


def volume_mode(field: str, mode: str | None) -> list[FieldError]:
    return [not_supported(field, mode, VOLUME_MODES)] if mode is not None and mode not in VOLUME_MODES else []


def claim_spec(spec: Obj, at: str) -> list[FieldError]:
    """`at` is where the spec stands: "spec", "spec.volumeClaimTemplates[0].spec"."""
    modes: list[str] = spec.get("accessModes") or []
    errors: list[FieldError] = []
    if not modes:
        errors.append(required(f"{at}.accessModes", "at least 1 access mode is required"))
    errors += label_selector(f"{at}.selector", spec.get("selector"))
    errors += access_modes(f"{at}.accessModes", modes)
    storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if storage is None:
        errors.append(required(f"{at}.resources[storage]"))
    else:
        errors += positive(f"{at}.resources[storage]", storage)
    errors += class_name(f"{at}.storageClassName", spec.get("storageClassName"))
    errors += volume_mode(f"{at}.volumeMode", spec.get("volumeMode"))
    errors += _sources(spec, at)
    return errors + class_name(f"{at}.volumeAttributesClassName", spec.get("volumeAttributesClassName"))


def _sources(spec: Obj, at: str) -> list[FieldError]:
    source, ref = spec.get("dataSource"), spec.get("dataSourceRef")
    errors: list[FieldError] = []
    for field, value in (("dataSource", source), ("dataSourceRef", ref)):
        if value is not None:
            errors += _source(value, f"{at}.{field}")
    if ref is not None and ref.get("namespace"):
        errors += each_invalid(
            f"{at}.dataSourceRef.namespace", ref["namespace"], dns1123_label_errors(ref["namespace"])
        )
        if source is not None:
            errors.append(
                invalid(at, f"{at}.dataSource", "may not be specified when dataSourceRef.namespace is specified")
            )
    elif source is not None and ref is not None and any(source.get(f) != ref.get(f) for f in _NAMED):
        errors.append(invalid(at, f"{at}.dataSource", "must match dataSourceRef"))
    return errors


def _source(source: Obj, at: str) -> list[FieldError]:
    errors = [required(f"{at}.{field}") for field in ("name", "kind") if not source.get(field)]
    group = source.get("apiGroup") or ""
    if not group and source.get("kind") != "PersistentVolumeClaim":
        kind = source.get("kind") or ""
        errors.append(invalid(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
    return errors + (each_invalid(f"{at}.apiGroup", group, dns1123_subdomain_errors(group)) if group else [])
