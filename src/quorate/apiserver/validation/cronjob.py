"""CronJobs (batch/validation, ValidateCronJobSpec)."""

import re

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.job import job_spec
from quorate.contract.plan import Obj

RESOURCE = "cronjobs.batch"
POLICIES = ["Allow", "Forbid", "Replace"]
_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: i + 1 for i, name in enumerate(_MONTHS)},
    {name: i for i, name in enumerate(_DAYS)},
)
_DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_ZONE = re.compile(r"[A-Za-z0-9+_-]{1,14}(/[A-Za-z0-9+_-]{1,14})*")


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
    zone = spec.get("timeZone")
    if zone is not None and not _ZONE.fullmatch(zone):
        errors.append(invalid("spec.timeZone", zone, f"unknown time zone {zone}"))
    errors += job_spec("spec.jobTemplate.spec", (spec.get("jobTemplate") or {}).get("spec") or {})
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        errors += not_negative(f"spec.{field}", spec.get(field))
    return errors


def schedule_error(schedule: str) -> str:
    """What is wrong with a cron line, "" when nothing is (the words of robfig/cron's standard parser)."""
    if schedule.startswith("@"):
        if schedule in _DESCRIPTORS or re.fullmatch(r"@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+", schedule):
            return ""
        return f"unrecognized descriptor: {schedule}"
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        schedule = schedule.partition(" ")[2]
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
    for field, (low, high), names in zip(fields, _FIELDS, _NAMES, strict=True):
        for part in field.split(","):
            wrong = _range_error(part, low, high, names)
            if wrong:
                return wrong
    return ""


def _range_error(part: str, low: int, high: int, names: dict[str, int]) -> str:
    bounds, slash, step = part.partition("/")
    if "/" in step:
        return f"too many slashes: {part}"
    ends = bounds.split("-")
    if len(ends) > 2:
        return f"too many hyphens: {part}"
    if bounds in ("*", "?"):
        numbers = [low, high]
    else:
        numbers = []
        for text in ends:
            if text.lower() in names:
                numbers.append(names[text.lower()])
            elif text.isascii() and text.isdigit():
                numbers.append(int(text))
            else:
                return f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax'
        if len(numbers) == 1:
            numbers.append(high if slash else numbers[0])
    start, end = numbers
    if slash and not (step.isascii() and step.isdigit()):
        return f'failed to parse int from {step}: strconv.Atoi: parsing "{step}": invalid syntax'
    if start < low:
        return f"beginning of range ({start}) below minimum ({low}): {part}"
    if end > high:
        return f"end of range ({end}) above maximum ({high}): {part}"
    if start > end:
        return f"beginning of range ({start}) beyond end of range ({end}): {part}"
    return f"step of range should be a positive number: {part}" if slash and int(step) == 0 else ""


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new["spec"] is old["spec"] else validate(new)
