"""What a ClusterRole must keep to (Kubernetes: pkg/apis/rbac/validation)."""

from quorate.apiserver.validation import rbac_rules
from quorate.apiserver.validation.errors import FieldError, required
from quorate.apiserver.validation.selectors import label_selector
from quorate.contract.plan import Obj

RESOURCE = "clusterroles.rbac.authorization.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    errors = rbac_rules.rules(obj.get("rules"), namespaced=False)
    gathered = obj.get("aggregationRule")
    if gathered is None:
        return errors
    field = "aggregationRule.clusterRoleSelectors"
    selectors = gathered.get("clusterRoleSelectors") or ()
    if not selectors:
        errors.append(required(field, "at least one clusterRoleSelector required if aggregationRule is non-nil"))
    for i, selector in enumerate(selectors):
        errors += label_selector(f"{field}[{i}]", selector)
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
