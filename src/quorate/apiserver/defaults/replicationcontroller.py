"""Defaults of a ReplicationController: its labels and selector are its template's (pkg/apis/core/v1/defaults)."""

from quorate.apiserver.defaults.pod_spec import default_template
from quorate.apiserver.defaults.sharing import filled, mapped
from quorate.apiserver.defaults.workloads import with_spec
from quorate.contract.plan import Obj

RESOURCE = "replicationcontrollers"


def default(obj: Obj) -> Obj:
    spec = mapped(filled(obj.get("spec") or {}, {"replicas": 1}), "template", default_template)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    out = obj
    if labels:
        if not spec.get("selector"):
            spec = {**spec, "selector": labels}
        if not obj["metadata"].get("labels"):
            out = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
    return with_spec(out, spec)
