"""CustomResourceDefinition (Kubernetes: pkg/apis/apiextensions/validation); the rules are `custom/definition.py`."""

from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    # Late: most servers never meet a definition.
    from quorate.apiserver.custom import definition

    return definition.validate(obj)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    from quorate.apiserver.custom import definition

    return definition.validate_update(new, old)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    from quorate.apiserver.custom import definition

    return definition.validate_status_update(new, old)
