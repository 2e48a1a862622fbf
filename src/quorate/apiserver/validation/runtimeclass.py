"""RuntimeClass (Kubernetes: pkg/apis/node/validation)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, immutable
from quorate.apiserver.validation.placement import tolerations
from quorate.apiserver.validation.resources import requirements
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors

RESOURCE = "runtimeclasses.node.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    handler = obj.get("handler") or ""
    errors = each_invalid("handler", handler, dns1123_label_errors(handler))
    fixed = (obj.get("overhead") or {}).get("podFixed")
    if fixed:
        errors += requirements("overhead", {"limits": fixed}, ())
    scheduling = obj.get("scheduling") or {}
    errors += meta.labels("scheduling.nodeSelector", scheduling.get("nodeSelector"))
    return errors + tolerations("scheduling.tolerations", scheduling.get("tolerations"))


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    handler = new.get("handler") or ""
    return [] if handler == (old.get("handler") or "") else [immutable("handler", handler)]
