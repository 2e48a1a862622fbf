"""ReplicaSets (apps/validation, ValidateReplicaSetSpec)."""

from quorate.apiserver.validation.errors import FieldError, not_negative
from quorate.apiserver.validation.selectors import shown
from quorate.apiserver.validation.workloads import counts, not_above, running_template, selector, unchanged
from quorate.contract.plan import Obj

RESOURCE = "replicasets.apps"
_STATUS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = not_negative("spec.replicas", spec.get("replicas"))
    errors += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    errors += selector(spec, "deployment")
    return errors + running_template(spec, "ReplicaSet", "invalid label selector")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    if new["spec"] is old["spec"]:
        return []
    found, was = new["spec"].get("selector"), old["spec"].get("selector")
    return validate(new) + unchanged("spec.selector", found, was, shown(found))


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    status = new.get("status") or {}
    errors = counts(status, *_STATUS, "observedGeneration")
    errors += not_above(status, "replicas", "status.replicas", *_STATUS[1:])
    return errors + not_above(status, "readyReplicas", "readyReplicas", "availableReplicas")
