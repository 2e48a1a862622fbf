"""What a ClusterRoleBinding must keep to (Kubernetes: pkg/apis/rbac/validation)."""

from quorate.apiserver.validation import rbac_rules
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RESOURCE = "clusterrolebindings.rbac.authorization.k8s.io"
KINDS = ("ClusterRole",)


def validate(obj: Obj) -> list[FieldError]:
    return rbac_rules.binding(obj, KINDS, namespaced=False)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new) + rbac_rules.binding_change(new, old)
