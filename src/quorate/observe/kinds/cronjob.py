"""CronJobs. kube_cronjob_next_schedule_time is left out: it is computed, not state."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, at, created, info, moment, named, number, optional


def _active(obj: Obj) -> Iterable[Sample]:
    return (((), len(at(obj, "status.active") or ())),)


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
        number(P + "metadata_resource_version", "The version of the object.", "metadata.resourceVersion"),
    ),
)
