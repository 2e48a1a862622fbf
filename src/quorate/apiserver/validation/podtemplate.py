"""PodTemplate (Kubernetes: pkg/apis/core/validation)."""

from quorate.apiserver.validation.errors import FieldError
from quorate.apiserver.validation.pod_template import pod_template
from quorate.contract.plan import Obj

RESOURCE = "podtemplates"


def validate(obj: Obj) -> list[FieldError]:
    return pod_template("template", obj.get("template") or {})


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
