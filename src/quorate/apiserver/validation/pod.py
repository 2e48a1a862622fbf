"""Pods (core/validation, ValidatePodCreate and its siblings)."""

from quorate.apiserver.validation.containers import image_spaces
from quorate.apiserver.validation.errors import FieldError, forbidden
from quorate.apiserver.validation.pod_annotations import annotation_changes, pod_annotations, profiles_agree
from quorate.apiserver.validation.pod_resize import resize_changes
from quorate.apiserver.validation.pod_spec import pod_spec
from quorate.apiserver.validation.pod_status import status_changes
from quorate.apiserver.validation.pod_update import ephemeral_changes, spec_changes
from quorate.contract.plan import Obj

RESOURCE = "pods"
_ANNOTATIONS = "metadata.annotations"


def validate(obj: Obj) -> list[FieldError]:
    annotations, spec = obj["metadata"].get("annotations"), obj.get("spec") or {}
    errors = _whole(obj)
    if spec.get("ephemeralContainers"):
        errors.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        errors.append(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
    return errors + profiles_agree("spec", annotations, spec)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = _whole(new) if new["spec"] is not old["spec"] else []
    errors += _annotations(new, old)
    if new["spec"] is not old["spec"]:
        errors += spec_changes(new["spec"], old["spec"])
    return errors


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return _annotations(new, old) + status_changes(new, old)


def validate_ephemeralcontainers_update(new: Obj, old: Obj) -> list[FieldError]:
    return _whole(new) + _annotations(new, old) + ephemeral_changes(new, old)


def validate_resize_update(new: Obj, old: Obj) -> list[FieldError]:
    return _whole(new) + resize_changes(new, old)


def _annotations(new: Obj, old: Obj) -> list[FieldError]:
    annotations, before = new["metadata"].get("annotations"), old["metadata"].get("annotations")
    if annotations == before:
        return []
    return annotation_changes(annotations, before) + pod_annotations(_ANNOTATIONS, annotations, new.get("spec") or {})


def _whole(obj: Obj) -> list[FieldError]:
    """What is asked of a new Pod and of a changed one."""
    spec = obj.get("spec") or {}
    errors = pod_annotations(_ANNOTATIONS, obj["metadata"].get("annotations"), spec)
    errors += pod_spec("spec", spec, obj["metadata"].get("name") or "", in_pod=True)
    if not spec.get("serviceAccountName"):
        errors += _tokens(spec)
    for field in ("containers", "initContainers"):
        for i, container in enumerate(spec.get(field) or ()):
            errors += image_spaces(f"spec.{field}[{i}]", container)
    return errors


def _tokens(spec: Obj) -> list[FieldError]:
    """A token of no account."""
    return [
        forbidden(
            f"spec.volumes[{i}].projected.sources[{j}].serviceAccountToken",
            "must not be specified when serviceAccountName is not set",
        )
        for i, volume in enumerate(spec.get("volumes") or ())
        for j, source in enumerate((volume.get("projected") or {}).get("sources") or ())
        if "serviceAccountToken" in source
    ]
