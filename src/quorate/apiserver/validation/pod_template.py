"""A workload's pod template (core/validation, ValidatePodTemplateSpec)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, forbidden
from quorate.apiserver.validation.pod_annotations import pod_annotations, profiles_agree
from quorate.apiserver.validation.pod_spec import pod_spec
from quorate.contract.plan import Obj


def pod_template(path: str, template: Obj) -> list[FieldError]:
    """`path` is the template's. In Kubernetes' messages the paths of its labels and annotations lack `metadata`."""
    given, spec = template.get("metadata") or {}, template.get("spec") or {}
    annotations = given.get("annotations")
    errors = meta.labels(f"{path}.labels", given.get("labels"))
    errors += meta.annotations(f"{path}.annotations", annotations)
    errors += pod_annotations(f"{path}.annotations", annotations, spec)
    errors += pod_spec(f"{path}.spec", spec)
    errors += profiles_agree(f"{path}.spec", annotations, spec)
    if spec.get("ephemeralContainers"):
        errors.append(forbidden(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"))
    return errors
