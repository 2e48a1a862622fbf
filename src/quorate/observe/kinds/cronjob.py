"""CronJobs."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND
from quorate.objects.cron import ScheduleError, parse
from quorate.objects.times import parse_time
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    at,
    created,
    info,
    moment,
    named,
    number,
    optional,
    text,
    version,
)


def _active(obj: Obj) -> Iterable[Sample]:
    return (((), len(at(obj, "status.active") or ())),)


def _next(obj: Obj) -> Iterable[Sample]:
    """The first scheduled time after the last one (after its creation, when there was none): in the past when it is late."""
    last = text(obj, "status.lastScheduleTime") or text(obj, "metadata.creationTimestamp")
    if at(obj, "spec.suspend") or not last:
        return ()
    try:
        found = parse(text(obj, "spec.schedule"), text(obj, "spec.timeZone")).next(parse_time(last))
    except ScheduleError:
        return ()
    return (((), found // SECOND),) if found is not None else ()


P = "kube_cronjob_"
KIND = Kind(
    "cronjobs.batch",
    named("cronjob"),
    (
        info(
            P + "info",
            "Info about cronjob.",
            schedule="spec.schedule",
            concurrency_policy="spec.concurrencyPolicy",
            timezone="spec.timeZone",
        ),
        created("cronjob"),
        Family(P + "status_active", "The number of its jobs that are running.", _active),
        moment(P + "status_last_schedule_time", "When a job was last scheduled.", "status.lastScheduleTime"),
        moment(
            P + "status_last_successful_time", "When a job last completed successfully.", "status.lastSuccessfulTime"
        ),
        number(P + "spec_suspend", "Whether further executions are suspended.", "spec.suspend"),
        optional(
            P + "spec_starting_deadline_seconds", "How late a job may be started.", "spec.startingDeadlineSeconds"
        ),
        optional(
            P + "spec_successful_job_history_limit",
            "How many completed jobs are kept.",
            "spec.successfulJobsHistoryLimit",
        ),
        optional(P + "spec_failed_job_history_limit", "How many failed jobs are kept.", "spec.failedJobsHistoryLimit"),
        Family(P + "next_schedule_time", "When it is due next.", _next),
        version("cronjob"),
    ),
)
