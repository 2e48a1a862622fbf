"""Defaults of a ReplicaSet (Kubernetes: pkg/apis/apps/v1/defaults)."""

from quorate.apiserver.defaults.workloads import with_spec, with_template
from quorate.contract.plan import Obj

RESOURCE = "replicasets.apps"


def default(obj: Obj) -> Obj:
    return with_spec(obj, with_template(obj.get("spec") or {}, {"replicas": 1}))
