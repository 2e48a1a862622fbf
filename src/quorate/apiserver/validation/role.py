"""What a Role must keep to (Kubernetes: pkg/apis/rbac/validation)."""

from quorate.apiserver.validation import rbac_rules
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RESOURCE = "roles.rbac.authorization.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    return rbac_rules.rules(obj.get("rules"), namespaced=True)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
