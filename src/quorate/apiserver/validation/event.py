"""Events (core/validation, legacyValidateEvent): mostly that an event lives beside what it is about."""

from quorate.apiserver.validation import event_new_style
from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid, required
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

RESOURCE = "events"
_MOST = 128
_MOST_NOTE = 1024


def validate(obj: Obj) -> list[FieldError]:
    namespace, about = obj["metadata"].get("namespace", ""), (obj.get("involvedObject") or {}).get("namespace", "")
    new_style = obj.get("eventTime") is not None
    if about:
        apart = not new_style and about != namespace
    else:
        apart = namespace not in (("default", "kube-system") if new_style else ("", "default"))
    errors: list[FieldError] = []
    if apart:
        errors.append(invalid("involvedObject.namespace", about, "does not match event.namespace"))
    return errors + _new_style(obj) if new_style else errors


def _new_style(obj: Obj) -> list[FieldError]:
    """What is wanted of events that say exactly when they were."""
    errors: list[FieldError] = []
    controller = obj.get("reportingComponent", "")
    if not controller:
        errors.append(required("reportingController"))
    errors += each_invalid("reportingController", controller, qualified_name_errors(controller))
    for field in ("reportingInstance", "action", "reason"):
        text = obj.get(field, "")
        if not text:
            errors.append(required(field))
        if len(text) > _MOST:
            errors.append(invalid(field, "", f"can have at most {_MOST} characters"))
    if len(obj.get("message", "")) > _MOST_NOTE:
        errors.append(invalid("message", "", f"can have at most {_MOST_NOTE} characters"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)


def validate_as(served: str, new: Obj, old: Obj | None) -> list[FieldError]:
    """Of events.k8s.io more is asked."""
    if served != "events.events.k8s.io":
        return []
    return event_new_style.created(new) if old is None else event_new_style.changed(new, old)
