"""RuntimeClass (Kubernetes: pkg/apis/node/validation)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, immutable
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors

RESOURCE = "runtimeclasses.node.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    handler = obj.get("handler") or ""
    errors = each_invalid("handler", handler, dns1123_label_errors(handler))
    return errors + meta.labels("scheduling.nodeSelector", (obj.get("scheduling") or {}).get("nodeSelector"))


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    handler = new.get("handler") or ""
    return [] if handler == (old.get("handler") or "") else [immutable("handler", handler)]
