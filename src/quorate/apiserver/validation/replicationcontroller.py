"""ReplicationControllers (core/validation, ValidateReplicationControllerSpec)."""

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, required
from quorate.apiserver.validation.pod_template import pod_template
from quorate.apiserver.validation.selectors import shown_labels
from quorate.apiserver.validation.workloads import NO_MATCH, always, counts, not_above
from quorate.contract.plan import Obj

RESOURCE = "replicationcontrollers"
_STATUS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    wanted = spec.get("selector") or {}
    if not wanted:
        errors.append(required("spec.selector"))
    errors += not_negative("spec.replicas", spec.get("replicas"))
    template = spec.get("template")
    if template is None:
        return [*errors, required("spec.template")]
    labels = (template.get("metadata") or {}).get("labels")
    if any((labels or {}).get(key) != value for key, value in wanted.items()):
        errors.append(invalid("spec.template.metadata.labels", shown_labels(labels), NO_MATCH))
    return errors + pod_template("spec.template", template) + always(spec, "ReplicationController")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new["spec"] is old["spec"] else validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    status = new.get("status") or {}
    errors = counts(status, *_STATUS, "observedGeneration")
    errors += not_above(status, "replicas", "status.replicas", *_STATUS[1:])
    return errors + not_above(status, "readyReplicas", "readyReplicas", "availableReplicas")
