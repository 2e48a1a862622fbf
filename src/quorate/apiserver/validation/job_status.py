"""What a Job's status may say, and how it may go on (batch/validation, validateJobStatus; registry/batch/job).

Each rule is asked only of a write that changes what it speaks of, so that what older servers wrote can stay.
"""

from collections.abc import Callable

from quorate.apiserver.validation.errors import FieldError, duplicate, invalid, not_negative, required, without_value
from quorate.apiserver.validation.job_policies import indexes_named
from quorate.contract.plan import Obj
from quorate.objects.times import parse_time

_COUNTERS = ("active", "succeeded", "failed", "ready", "terminating")
_LASTING = ("Failed", "Complete", "FailureTarget")


def job_status(job: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with the status of `job` by itself, and after the status of `old`."""
    spec, status, was = job["spec"], job.get("status") or {}, old.get("status") or {}
    changed = _changes(status, was)
    errors = [e for field in _COUNTERS for e in not_negative(f"status.{field}", status.get(field))]
    errors += _uncounted(status.get("uncountedTerminatedPods") or {})
    errors += _ends(status, changed) + _finished(spec, status, changed) + _indexes(spec, status, changed)
    return errors + _rest(spec, status, changed) + _after(spec, status, was, changed)


def _true(status: Obj, kind: str) -> bool:
    return any(c.get("type") == kind and c.get("status") == "True" for c in status.get("conditions") or ())


def _is_finished(status: Obj) -> bool:
    return _true(status, "Complete") or _true(status, "Failed")


def _changes(status: Obj, was: Obj) -> Callable[..., bool]:
    """Whether any of these conditions (capitalized) or fields is not what it was."""

    def changed(*names: str) -> bool:
        return any(
            _true(status, n) != _true(was, n) if n[0].isupper() else (status.get(n) or None) != (was.get(n) or None)
            for n in names
        )

    return changed


def _uncounted(pods: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for how in ("succeeded", "failed"):
        for i, uid in enumerate(pods.get(how) or ()):
            path = f"status.uncountedTerminatedPods.{how}[{i}]"
            if not uid:
                errors.append(invalid(path, uid, "must not be empty"))
            elif uid in seen:
                errors.append(duplicate(path, uid))
            seen.add(uid)
    return errors


def _conditions(why: str) -> FieldError:
    return without_value("status.conditions", why)


def _ends(status: Obj, changed: Callable[..., bool]) -> list[FieldError]:
    """How the conditions and the times of an end go together."""
    complete, failed, target = (_true(status, kind) for kind in ("Complete", "Failed", "FailureTarget"))
    ended, started = status.get("completionTime"), status.get("startTime")
    at = "status.completionTime"
    errors: list[FieldError] = []
    if complete and failed and changed("Complete", "Failed"):
        errors.append(_conditions("cannot set Complete=True and Failed=true conditions"))
    if complete and target and changed("Complete", "FailureTarget"):
        errors.append(_conditions("cannot set Complete=True and FailureTarget=true conditions"))
    if changed("Complete", "completionTime"):
        if ended and not complete:
            errors.append(invalid(at, ended, "cannot set completionTime when there is no Complete=True condition"))
        if complete and not ended:
            errors.append(required(at, "completionTime is required for Complete jobs"))
    if ended and started and changed("startTime", "completionTime") and parse_time(ended) < parse_time(started):
        errors.append(invalid(at, ended, "must be equal to or after `startTime`"))
    if failed and not target and changed("Failed", "FailureTarget"):
        errors.append(_conditions("cannot set Failed=True condition without the FailureTarget=true condition"))
    if complete and not _true(status, "SuccessCriteriaMet") and changed("Complete", "SuccessCriteriaMet"):
        errors.append(_conditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition"))
    return errors


def _finished(spec: Obj, status: Obj, changed: Callable[..., bool]) -> list[FieldError]:
    """What a Job that is over has no more."""
    if not _is_finished(status):
        return []
    errors: list[FieldError] = []
    over = changed("Complete", "Failed")
    if status.get("active") and (over or changed("active")):
        errors.append(invalid("status.active", status["active"], "active>0 is invalid for finished job"))
    never_ran = spec.get("suspend") and spec.get("completions") == 0
    if not status.get("startTime") and (over or changed("startTime")) and not never_ran:
        errors.append(required("status.startTime", "startTime is required for finished job"))
    pods = status.get("uncountedTerminatedPods") or {}
    if (pods.get("succeeded") or pods.get("failed")) and (over or changed("uncountedTerminatedPods")):
        shown = {"Succeeded": pods.get("succeeded"), "Failed": pods.get("failed")}
        errors.append(invalid("status.uncountedTerminatedPods", shown, "must be empty for finished job"))
    return errors


def _indexes(spec: Obj, status: Obj, changed: Callable[..., bool]) -> list[FieldError]:
    completions, per_index = spec.get("completions"), spec.get("backoffLimitPerIndex")
    done, failed = status.get("completedIndexes", ""), status.get("failedIndexes")
    at_done, at_failed = "status.completedIndexes", "status.failedIndexes"
    errors: list[FieldError] = []
    if changed("completedIndexes") and completions is not None:
        wrong = indexes_named(done, completions)[1]
        if wrong:
            errors.append(invalid(at_done, done, f"error parsing completedIndexes: {wrong}"))
    if changed("failedIndexes") and completions is not None and failed is not None and per_index is not None:
        wrong = indexes_named(failed, completions)[1]
        if wrong:
            errors.append(invalid(at_failed, failed, f"error parsing failedIndexes: {wrong}"))
    if changed("completedIndexes") and done and spec.get("completionMode") != "Indexed":
        errors.append(invalid(at_done, done, "cannot set non-empty completedIndexes when non-indexed completion mode"))
    if changed("failedIndexes") and per_index is None and failed is not None:
        errors.append(invalid(at_failed, failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null"))
    if changed("failedIndexes", "completedIndexes") and completions is not None and failed is not None:
        wrong = _overlap(done, failed, completions)
        if wrong:
            errors.append(invalid(at_failed, failed, wrong))
    return errors


def _overlap(done: str, failed: str, completions: int) -> str:
    """The first index that has both completed and failed, in words; "" for none, or when a list cannot be read."""
    if indexes_named(done, completions)[1] or indexes_named(failed, completions)[1]:
        return ""
    both = sorted(_each(done) & _each(failed))
    return f"failedIndexes and completedIndexes overlap at index: {both[0]}" if both else ""


def _each(indexes: str) -> set[int]:
    found: set[int] = set()
    for part in indexes.split(",") if indexes else ():
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def _rest(spec: Obj, status: Obj, changed: Callable[..., bool]) -> list[FieldError]:
    errors: list[FieldError] = []
    terminating, ready = status.get("terminating") or 0, status.get("ready")
    if terminating > 0 and _is_finished(status) and changed("Complete", "Failed", "terminating"):
        errors.append(invalid("status.terminating", terminating, "terminating>0 is invalid for finished job"))
    if ready is not None and ready > (status.get("active") or 0) and changed("ready", "active"):
        errors.append(invalid("status.ready", ready, "cannot set more ready pods than active"))
    if _true(status, "SuccessCriteriaMet"):
        errors += [
            _conditions(f"cannot set SuccessCriteriaMet=True and {kind}=true conditions")
            for kind in ("Failed", "FailureTarget") if _true(status, kind)
        ]  # fmt: skip
    elif spec.get("successPolicy") is not None and _true(status, "Complete"):
        errors.append(_conditions("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"))
    return errors


def _after(spec: Obj, status: Obj, was: Obj, changed: Callable[..., bool]) -> list[FieldError]:
    """What has been said once stays said."""
    errors = [
        _conditions(f"cannot disable the terminal {kind}=True condition")
        for kind in _LASTING if _true(was, kind) and not _true(status, kind)
    ]  # fmt: skip
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    for counter in ("failed",) if elastic else ("failed", "succeeded"):
        now = status.get(counter) or 0
        if now < (was.get(counter) or 0):
            errors.append(invalid(f"status.{counter}", now, f"cannot decrease the {counter} counter"))
    ended, started = status.get("completionTime"), was.get("startTime")
    if ended and was.get("completionTime") and changed("completionTime"):
        errors.append(invalid("status.completionTime", ended, "field is immutable"))
    if started and changed("startTime") and not spec.get("suspend"):
        errors.append(required("status.startTime", "startTime cannot be removed for unsuspended job"))
    met, was_met = _true(status, "SuccessCriteriaMet"), _true(was, "SuccessCriteriaMet")
    if was_met and not met:
        errors.append(_conditions("cannot disable the SuccessCriteriaMet=True condition"))
    if _true(was, "Complete") and not was_met and met:
        errors.append(_conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"))
    return errors
