"""Jobs and CronJobs."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    TEMPLATE,
    Cells,
    Column,
    Printer,
    age,
    containers,
    count,
    is_leaving,
    name,
    selector_text,
    since,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.ages import human_duration
from quorate.objects.times import parse_time


def _job(obj: Obj, now: Instant) -> Cells:
    return [
        name(obj), _status(obj), _completions(obj), _duration(obj, now), age(obj, now),
        *containers(spec(obj).get("template")), selector_text(spec(obj).get("selector")),
    ]  # fmt: skip


def _status(obj: Obj) -> str:
    true = {c["type"] for c in reversed(status(obj).get("conditions") or ()) if c.get("status") == "True"}
    for condition in ("Complete", "Failed"):
        if condition in true:
            return condition
    if is_leaving(obj):
        return "Terminating"
    for condition in ("Suspended", "FailureTarget"):
        if condition in true:
            return condition
    return "Running"


def _completions(obj: Obj) -> str:
    done, wanted = count(obj, "succeeded"), spec(obj).get("completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    at_once = spec(obj).get("parallelism") or 0
    return f"{done}/1 of {at_once}" if at_once > 1 else f"{done}/1"


def _duration(obj: Obj, now: Instant) -> str:
    started, ended = status(obj).get("startTime"), status(obj).get("completionTime")
    if not started:
        return ""
    return human_duration((parse_time(ended) if ended else now) - parse_time(started))


def _cron_job(obj: Obj, now: Instant) -> Cells:
    suspend, last = spec(obj).get("suspend"), status(obj).get("lastScheduleTime")
    job = spec(spec(obj).get("jobTemplate") or {})
    return [
        name(obj), spec(obj).get("schedule", ""), spec(obj).get("timeZone") or "<none>",
        "<unset>" if suspend is None else str(suspend), len(status(obj).get("active") or ()),
        since(last, now) if last else "<none>", age(obj, now), *containers(job.get("template")),
        selector_text(job.get("selector")),
    ]  # fmt: skip


_SELECTOR = Column("Selector", about="@JobSpec.selector", wide=True)

PRINTERS = {
    "jobs.batch": Printer(
        (
            NAME,
            Column("Status", about="Status of the job."),
            Column("Completions", about="@JobStatus.succeeded"),
            Column("Duration", about="Time required to complete the job."),
            AGE,
            *TEMPLATE,
            _SELECTOR,
        ),
        _job,
    ),
    "cronjobs.batch": Printer(
        (
            NAME,
            Column("Schedule", about="@CronJobSpec.schedule"),
            Column("Timezone", about="@CronJobSpec.timeZone"),
            Column("Suspend", "boolean", "@CronJobSpec.suspend"),
            Column("Active", "integer", "@CronJobStatus.active"),
            Column("Last Schedule", about="@CronJobStatus.lastScheduleTime"),
            AGE,
            *TEMPLATE,
            _SELECTOR,
        ),
        _cron_job,
    ),
}
