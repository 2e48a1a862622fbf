"""CronJobs (batch/validation, ValidateCronJobSpec)."""

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.job import job_spec
from quorate.contract.plan import Obj
from quorate.objects.cron import schedule_error, zone

RESOURCE = "cronjobs.batch"
POLICIES = ["Allow", "Forbid", "Replace"]


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors: list[FieldError] = []
    schedule = spec.get("schedule", "")
    if not schedule:
        errors.append(required("spec.schedule"))
    else:
        wrong = schedule_error(schedule)
        if wrong:
            errors.append(invalid("spec.schedule", schedule, wrong))
        if "TZ" in schedule:
            why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
            errors.append(invalid("spec.schedule", schedule, why))
    errors += not_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    policy = spec.get("concurrencyPolicy", "")
    if policy not in POLICIES:
        at = "spec.concurrencyPolicy"
        errors.append(not_supported(at, policy, POLICIES) if policy else required(at))
    errors += _time_zone(spec.get("timeZone"))
    errors += job_spec("spec.jobTemplate.spec", (spec.get("jobTemplate") or {}).get("spec") or {})
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        errors += not_negative(f"spec.{field}", spec.get(field))
    return errors


def _time_zone(name: str | None) -> list[FieldError]:
    if name is None:
        return []
    if not name:
        return [invalid("spec.timeZone", name, "timeZone must be nil or non-empty string")]
    if name.lower() == "local":
        why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [invalid("spec.timeZone", name, why)]
    return [] if zone(name) is not None else [invalid("spec.timeZone", name, f"unknown time zone {name}")]


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new["spec"] is old["spec"] else validate(new)
