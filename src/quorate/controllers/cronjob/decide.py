"""One look at one CronJob (Kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go, sync and syncCronJob).

write down the Job made last -> clean up finished Jobs -> what has become of the active ones -> is it time for another?
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quorate.contract.plan import Action, Obj, Plan, Tell, Update
from quorate.controllers.cronjob import jobs, schedule
from quorate.controllers.cronjob.names import CRON_JOBS, job_name, rfc1123, time_zone
from quorate.controllers.cronjob.schedule import NeverDue
from quorate.controllers.cronjob.snapshot import Made, Memory, Seen
from quorate.controllers.job.names import finished
from quorate.kernel.clock import SECOND, Instant
from quorate.objects import cron
from quorate.objects.cron import Every, Schedule, ScheduleError
from quorate.objects.owners import is_controlled_by
from quorate.objects.pod import is_terminating
from quorate.objects.times import parse_time, time_text


@dataclass(slots=True)
class _Round:
    """What a look comes to. `active` and the times are the status as it will be."""

    found: Obj
    active: list[Obj]
    last_scheduled: str | None
    last_successful: str | None
    actions: list[Action] = field(default_factory=list)
    next: Instant | None = None
    made: Made | None = None

    def tell(self, type: str, reason: str, message: str) -> None:
        self.actions.append(Tell(self.found, "Normal" if type == "Normal" else "Warning", reason, message))

    def drop(self, uid: str) -> None:
        self.active = [ref for ref in self.active if ref.get("uid") != uid]

    def has(self, uid: str) -> bool:
        return any(ref.get("uid") == uid for ref in self.active)


def decide(seen: Seen, now: Instant) -> Plan:
    found, memory = seen.found, seen.memory
    line, zone = found["spec"].get("schedule", ""), time_zone(found)
    if memory is not None and (memory.schedule, memory.zone) != (line, zone):
        return _rescheduled(found, memory, line, zone, now)
    held = found.get("status") or {}
    look = _Round(found, list(held.get("active") or ()), held.get("lastScheduleTime"), held.get("lastSuccessfulTime"))
    if memory is not None and memory.made is not None and _write_down(look, seen, memory.made):
        # The look goes on once that is written.
        return Plan((), _status(look), remember=memory)
    _clean_up(look, seen.jobs)
    _take_stock(look, seen)
    if not is_terminating(found):
        _start(look, seen, now)
    kept = Memory(line, zone, look.next, look.made)
    return Plan(tuple(look.actions), _status(look), look.next, kept)


def _rescheduled(found: Obj, memory: Memory, line: str, zone: str, now: Instant) -> Plan:
    """A new schedule is not acted upon at once: it is waited for, unless the old one comes first."""
    memory = memory._replace(schedule=line, zone=zone)
    try:
        due = schedule.next_look(found, _parsed(found), now)
    except ScheduleError:
        message = f"unparseable schedule for cronjob: {line}"
        return Plan(
            (Tell(found, "Warning", "UnParseableCronJobSchedule", message),), look_again=memory.next, remember=memory
        )  # fmt: skip
    at = due if memory.next is None else min(due, memory.next)
    return Plan(look_again=at, remember=memory._replace(next=at))


def _parsed(found: Obj) -> Schedule | Every:
    return cron.parse(found["spec"].get("schedule", ""), time_zone(found))


def _status(look: _Round) -> Update | None:
    held = look.found.get("status") or {}
    values = {
        "active": look.active, "lastScheduleTime": look.last_scheduled, "lastSuccessfulTime": look.last_successful
    }  # fmt: skip
    if all((held.get(f) or None) == (value or None) for f, value in values.items()):
        return None
    status = {k: v for k, v in held.items() if k not in values} | {k: v for k, v in values.items() if v}
    return Update(CRON_JOBS, {**look.found, "status": status}, "status")


def _write_down(look: _Round, seen: Seen, made: Made) -> bool:
    """Whether the Job that was made last has yet to be written down; then it is, with the time that it was made for."""
    job = seen.find(made.name)
    if job is None or not is_controlled_by(job, look.found) or look.has(job["metadata"]["uid"]):
        return False
    if look.last_scheduled is not None and parse_time(look.last_scheduled) >= made.scheduled:
        return False
    look.active.append(jobs.reference(job))
    look.last_scheduled = time_text(made.scheduled)
    return True


def _clean_up(look: _Round, mine: Sequence[Obj]) -> None:
    spec = look.found["spec"]
    for kind, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
        over = [job for job in mine if (finished(job) or {}).get("type") == kind]
        for job in jobs.too_old(over, spec.get(limit)):
            look.actions.append(jobs.delete(look.found, job["metadata"]["name"]))
            look.drop(job["metadata"]["uid"])


def _take_stock(look: _Round, seen: Seen) -> None:
    for job in seen.jobs:
        meta, end = job["metadata"], finished(job)
        if end is None:
            if not look.has(meta["uid"]):
                text = f"Saw a job that the controller did not create or forgot: {meta['name']}"
                look.tell("Warning", "UnexpectedJob", text)
            continue
        if look.has(meta["uid"]):
            look.drop(meta["uid"])
            look.tell("Normal", "SawCompletedJob", f"Saw completed job: {meta['name']}, condition: {end['type']}")
        if end["type"] == "Complete":
            done = job["status"].get("completionTime")
            last = look.last_successful
            if done and (last is None or parse_time(done) > parse_time(last)):
                look.last_successful = done
    known = {job["metadata"]["uid"] for job in seen.jobs}
    for ref in list(look.active):
        if ref.get("uid") not in known and seen.find(ref.get("name", "")) is None:
            look.tell("Normal", "MissingJob", f"Active job went missing: {ref.get('name', '')}")
            look.drop(ref["uid"])


def _start(look: _Round, seen: Seen, now: Instant) -> None:
    found, spec = look.found, look.found["spec"]
    line, zone = spec.get("schedule", ""), time_zone(found)
    if spec.get("timeZone") is not None and cron.zone(zone) is None:
        look.tell("Warning", "UnknownTimeZone", f'invalid timeZone: "{zone}": unknown time zone {zone}')
        return
    if spec.get("suspend"):
        return
    if "TZ" in line:
        page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
        text = f'CRON_TZ or TZ used in schedule "{line}" is not officially supported, see {page} for more details'
        look.tell("Warning", "UnsupportedSchedule", text)
    try:
        parsed = _parsed(found)
    except ScheduleError as wrong:
        look.tell("Warning", "UnparseableSchedule", f'unparseable schedule: "{line}" : {wrong}')
        return
    as_it_will_be = _with_time(look)
    try:
        due = schedule.due(as_it_will_be, parsed, now)
    except NeverDue as wrong:
        look.tell("Warning", "InvalidSchedule", f"invalid schedule: {line} : {wrong}")
        return
    if due.latest is not None and due.times > schedule.MANY:
        text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        look.tell("Warning", "TooManyMissedTimes", text)
    look.next = schedule.next_look(as_it_will_be, parsed, now)
    if due.latest is not None:
        _make(look, seen, due.latest, now)


def _with_time(look: _Round) -> Obj:
    return {**look.found, "status": {"lastScheduleTime": look.last_scheduled}}


def _make(look: _Round, seen: Seen, scheduled: Instant, now: Instant) -> None:
    """The Job for this scheduled time, unless it is too late for it, or has been made, or may not be."""
    found, spec = look.found, look.found["spec"]
    deadline = spec.get("startingDeadlineSeconds")
    if deadline is not None and scheduled + int(deadline) * SECOND < now:
        look.tell("Warning", "MissSchedule", f"Missed scheduled time to start a job: {rfc1123(scheduled)}")
        return
    name = job_name(found, scheduled)
    if any(ref.get("name") == name for ref in look.active) or look.last_scheduled == time_text(scheduled):
        return
    if spec.get("concurrencyPolicy") == "Forbid" and look.active:
        text = "Not starting job because prior execution is running and concurrency policy is Forbid"
        look.tell("Normal", "JobAlreadyActive", text)
        return
    if spec.get("concurrencyPolicy") == "Replace":
        for ref in list(look.active):
            look.actions.append(jobs.delete(found, ref["name"]))
            look.drop(ref["uid"])
    there = seen.find(name)
    if there is None:
        look.actions.append(jobs.create(found, scheduled))
        look.made = Made(name, scheduled)
    elif not is_controlled_by(there, found):
        # Somebody else's: whoever made it is taken to look after the rest, too.
        look.next = None
    elif not look.has(there["metadata"]["uid"]):
        look.active.append(jobs.reference(there))
        look.last_scheduled = time_text(scheduled)
