"""PodTemplate (Kubernetes: pkg/apis/core/v1/defaults.go)."""

from quorate.apiserver.defaults.pod_spec import default_template
from quorate.contract.plan import Obj

RESOURCE = "podtemplates"


def default(obj: Obj) -> Obj:
    return {**obj, "template": default_template(obj.get("template") or {})}
