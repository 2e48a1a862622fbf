"""What events.k8s.io asks of an event beside the rules of all (core/validation, ValidateEventCreate): to say exactly when.

The fields have the names of the core event, as which both are stored.
"""

from quorate.apiserver.validation.errors import FieldError, immutable, invalid, required
from quorate.contract.plan import Obj

_UNSET = ("firstTimestamp", "lastTimestamp", "count", "source")
_KEPT = (
    ("involvedObject", "involvedObject"), ("reason", "reason"), ("message", "message"), ("source", "source"),
    ("firstTimestamp", "firstTimestamp"), ("lastTimestamp", "lastTimestamp"), ("count", "count"), ("reason", "reason"),
    ("type", "type"), ("eventTime", "eventTime"), ("action", "action"), ("related", "related"),
    ("reportingComponent", "reportingController"), ("reportingInstance", "reportingInstance"),
)  # fmt: skip
"""What an event says for good, as it is stored and as an error calls it; the reason is asked for twice."""


def created(obj: Obj) -> list[FieldError]:
    errors = _series(obj)
    if not obj.get("eventTime"):
        errors.append(required("eventTime"))
    kind = obj.get("type", "")
    if kind not in ("Normal", "Warning"):
        errors.append(invalid("type", "", f"has invalid value: {kind}"))
    return errors + [invalid(field, "", "needs to be unset") for field in _UNSET if obj.get(field)]


def _series(obj: Obj) -> list[FieldError]:
    series = obj.get("series")
    errors: list[FieldError] = []
    if series is not None:
        if series.get("count", 0) < 2:
            errors.append(invalid("series.count", "", "should be at least 2"))
        if not series.get("lastObservedTime"):
            errors.append(required("series.lastObservedTime"))
    return errors


def changed(new: Obj, old: Obj) -> list[FieldError]:
    errors = _series(new) if new.get("series") != old.get("series") else []
    return errors + [
        immutable(name, new.get(field)) for field, name in _KEPT if (new.get(field) or None) != (old.get(field) or None)
    ]  # fmt: skip
