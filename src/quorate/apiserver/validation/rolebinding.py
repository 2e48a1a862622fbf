"""What a RoleBinding must keep to (Kubernetes: pkg/apis/rbac/validation)."""

from quorate.apiserver.validation import rbac_rules
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RESOURCE = "rolebindings.rbac.authorization.k8s.io"
KINDS = ("Role", "ClusterRole")


def validate(obj: Obj) -> list[FieldError]:
    return rbac_rules.binding(obj, KINDS, namespaced=True)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new) + rbac_rules.binding_change(new, old)
