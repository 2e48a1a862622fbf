"""What a ClusterRoleBinding is given: the API group of its role and subjects (Kubernetes: pkg/apis/rbac/v1/defaults)."""

from quorate.apiserver.defaults.rbac_groups import grouped
from quorate.contract.plan import Obj

RESOURCE = "clusterrolebindings.rbac.authorization.k8s.io"


def default(obj: Obj) -> Obj:
    return grouped(obj)
