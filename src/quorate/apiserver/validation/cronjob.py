"""CronJobs (batch/validation, ValidateCronJobSpec)."""

import re

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.job import job_spec
from quorate.apiserver.validation.selectors import shown
from quorate.contract.plan import Obj
from quorate.objects.cron import schedule_error, zone

RESOURCE = "cronjobs.batch"
POLICIES = ["Allow", "Forbid", "Replace"]
_ZONE = re.compile(r"(?!-)[A-Za-z._0-9+-]{1,14}")


def validate(obj: Obj) -> list[FieldError]:
    return _spec(obj.get("spec") or {}, None)


def _spec(spec: Obj, was: Obj | None) -> list[FieldError]:
    errors: list[FieldError] = []
    schedule = spec.get("schedule", "")
    if not schedule:
        errors.append(required("spec.schedule"))
    else:
        wrong = schedule_error(schedule)
        if wrong:
            errors.append(invalid("spec.schedule", schedule, wrong))
        if "TZ" in schedule:
            errors += _zone_in(schedule, spec, was)
    errors += not_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if was is None or was.get("timeZone") != spec.get("timeZone"):
        errors += _time_zone(spec.get("timeZone"))
    policy = spec.get("concurrencyPolicy", "")
    if policy not in POLICIES:
        at = "spec.concurrencyPolicy"
        errors.append(not_supported(at, policy, POLICIES) if policy else required(at))
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    errors += job_spec("spec.jobTemplate.spec", job) + _own_selector("spec.jobTemplate.spec", job)
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        errors += not_negative(f"spec.{field}", spec.get(field))
    return errors


def _zone_in(schedule: str, spec: Obj, was: Obj | None) -> list[FieldError]:
    """A zone within the schedule is from before there was a field for it, and stays where it has been."""
    if was is None or "TZ" not in was.get("schedule", ""):
        why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
    elif spec.get("timeZone") is not None:
        why = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
    else:
        return []
    return [invalid("spec.schedule", schedule, why)]


def _own_selector(path: str, job: Obj) -> list[FieldError]:
    """Each Job of a CronJob gets a selector of its own."""
    errors: list[FieldError] = []
    if job.get("selector") is not None:
        errors.append(invalid(f"{path}.selector", shown(job["selector"]), "`selector` will be auto-generated"))
    if job.get("manualSelector"):
        errors.append(not_supported(f"{path}.manualSelector", True, ["nil", "false"]))
    return errors


def _time_zone(name: str | None) -> list[FieldError]:
    if name is None:
        return []
    if not name:
        return [invalid("spec.timeZone", name, "timeZone must be nil or non-empty string")]
    if any(part in ("", ".", "..") or not _ZONE.fullmatch(part) for part in name.split("/")):
        return [invalid("spec.timeZone", name, f"unknown time zone {name}")]
    if name.lower() == "local":
        why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [invalid("spec.timeZone", name, why)]
    return [] if zone(name) is not None else [invalid("spec.timeZone", name, f"unknown time zone {name}")]


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new["spec"] is old["spec"] else _spec(new["spec"], old["spec"])
