"""One look at one Job (Kubernetes: pkg/controller/job/job_controller.go, syncJob).

    claim pods -> is it over? -> stop what runs, or make and remove pods -> count what has ended -> finish

What becomes of its pods is looked at a second after the first change, all of it at once; a new or changed Job is looked at
there and then.
"""

from collections.abc import Sequence
from typing import NamedTuple

from quorate.contract.plan import Action, Obj, Outcome, Plan, Tell, Update
from quorate.controllers import slowstart
from quorate.controllers.job import conditions, ending, pods
from quorate.controllers.job.conditions import COMPLETE, MET, SUSPENDED, made
from quorate.controllers.job.manage import Managed, manage
from quorate.controllers.job.names import JOBS, is_suspended
from quorate.controllers.job.snapshot import Memory, Seen
from quorate.controllers.job.tally import Tally
from quorate.controllers.job.tracking import Step, track
from quorate.kernel.clock import SECOND, Instant
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_ready, is_terminating
from quorate.objects.times import time_text

BATCH = SECOND
_MODES = ("NonIndexed", "Indexed")


def decide(seen: Seen, now: Instant) -> Plan:
    job, memory = seen.job, seen.memory
    generation = job["metadata"].get("generation", 0)
    if generation == memory.generation:
        due = now + BATCH if memory.due is None else memory.due
        at = due if memory.timer is None else min(due, memory.timer)
        if now < at:
            return Plan(look_again=at, remember=memory._replace(due=due))
    if job["spec"].get("completionMode", "NonIndexed") not in _MODES:
        message = "Skipped Job sync because completion mode is unknown"
        return Plan((Tell(job, "Warning", "UnknownCompletionMode", message),), remember=_looked(memory, generation))
    claims, mine = _claims(job, seen.pods())
    if claims:
        return Plan(tuple(claims), remember=memory._replace(generation=-1), notes=("whose pods these are comes first",))
    return _sync(job, mine, _looked(memory, generation), now)


def _looked(memory: Memory, generation: int) -> Memory:
    return memory._replace(generation=generation, due=None, timer=None)


def _claims(job: Obj, found: Sequence[Obj]) -> tuple[list[Action], list[Obj]]:
    """The patches that take matching orphans and let go of what no longer matches; and the pods that are its own."""
    selector = selectors.selector(job["spec"].get("selector"))
    actions: list[Action] = []
    mine = []
    for pod in found:
        if controller_of(pod) is None:
            actions.append(pods.adopt(job, pod))
        elif selector.matches(pod["metadata"].get("labels")):
            mine.append(pod)
        elif not is_terminating(job):
            actions.append(pods.release(job, pod))
    return actions, mine


def _sync(job: Obj, mine: Sequence[Obj], memory: Memory, now: Instant) -> Plan:
    held = job.get("status") or {}
    tally = Tally(job, mine, memory.record)
    status = {**held}
    if not held.get("startTime") and not is_suspended(job):
        status["startTime"] = time_text(now)
    over = ending.over(tally, status.get("startTime"), now)
    managed, told = Managed(), list[Action]()
    if over is not None:
        managed = _stopped(tally)
    else:
        if not is_terminating(job):
            managed = manage(tally, now)
        active = len(tally.active) + managed.created - managed.deleted
        if ending.is_complete(tally, active):
            over = made(MET, "True", *ending.REACHED, now)
        elif not is_terminating(job):
            status, told = _suspension(job, status, now)
    step = before = track(tally, *_with_counts(job, status, tally, managed), over, now)
    if managed.created:
        before = track(tally, *_with_counts(job, status, tally, Managed()), over, now)
    timers = [managed.again, ending.deadline(job, status.get("startTime")) if over is None else None]
    memory = memory._replace(timer=min((at for at in timers if at is not None), default=None))
    if step.status is not None:
        memory = memory._replace(record=tally.record)
    return _plan(_Round(job, step, before, managed, told, len(mine)), memory, now)


def _stopped(tally: Tally) -> Managed:
    """A Job that is over stops its pods; what they come to is counted all the same."""
    deletions: list[Action] = [pods.delete(tally.job, pod) for pod in tally.active]
    return Managed(deletions, 0, len(deletions), sum(is_ready(pod) for pod in tally.active))


def _suspension(job: Obj, status: Obj, now: Instant) -> tuple[Obj, list[Action]]:
    """A suspended Job has not started; one that is resumed starts anew."""
    said = status.get("conditions") or []
    if is_suspended(job):
        after = conditions.put(said, made(SUSPENDED, "True", "JobSuspended", "Job suspended", now))
        status = {k: v for k, v in status.items() if k != "startTime"}
        event = Tell(job, "Normal", "Suspended", "Job suspended")
    else:
        after = conditions.put(said, made(SUSPENDED, "False", "JobResumed", "Job resumed", now))
        event = Tell(job, "Normal", "Resumed", "Job resumed")
        if after is not said:
            status = {**status, "startTime": time_text(now)}
    if after is said:
        return status, []
    return {**status, "conditions": after}, [event]


def _with_counts(job: Obj, status: Obj, tally: Tally, managed: Managed) -> tuple[Obj, bool]:
    """The status with the pods that are active, and whether it has to be written for it."""
    held = job.get("status") or {}
    out = {k: v for k, v in status.items() if k != "active"}
    active = len(tally.active) + managed.created - managed.deleted
    if active:
        out["active"] = active
    out |= {"ready": tally.ready - managed.deleted_ready, "terminating": tally.terminating + managed.deleted}
    fields = ("active", "ready", "terminating", "conditions")
    return out, any(out.get(field) != held.get(field) for field in fields)


class _Round(NamedTuple):
    """What one look has come to. `before` is `step` as it is if no pod can be made; `owned`: pods that there are."""

    job: Obj
    step: Step
    before: Step
    managed: Managed
    told: Sequence[Action]
    owned: int


def _plan(found: _Round, memory: Memory, now: Instant) -> Plan:
    """Pods first, then the status, then the finalizers, then the status with what they were.

    Pods that cannot be made do not hold up the counting: the next time they come last.
    """
    job, managed = found.job, found.managed
    failing = managed.created > 0 and found.owned <= memory.pods
    memory = memory._replace(pods=found.owned if managed.created else -1)
    step = found.before if failing else found.step
    counting = [*found.told, *_counting(job, step)]
    changes, tries = managed.actions, slowstart.singles(managed.created)
    if not counting and not changes:
        return Plan(look_again=memory.timer, remember=memory)
    memory = memory._replace(due=now + BATCH)
    if failing:
        first = (len(counting),)
        return Plan(
            (*counting, *changes), None, memory.timer, memory, batches=(first, *tries), if_refused="none"
        )  # fmt: skip
    last = counting[-1] if counting else None
    if isinstance(last, Update):
        counting.pop()
    else:
        last = None
    refused = found.before.status if managed.created else None
    return Plan(
        (*changes, *counting), last, memory.timer, memory, batches=tries,
        if_refused=Update(JOBS, {**job, "status": refused}, "status") if refused is not None else "none",
    )  # fmt: skip


def _counting(job: Obj, step: Step) -> list[Action]:
    """Status, finalizers, status: the second write must not be refused for the first."""
    out: list[Action] = []
    if step.status is not None:
        out.append(Update(JOBS, {**job, "status": step.status}, "status"))
    out += [pods.untracked(pod) for pod in step.let_go]
    if step.after is None:
        return out
    meta = {k: v for k, v in job["metadata"].items() if k != "resourceVersion"}
    outcome = Outcome()
    if step.finished is not None:
        completions = job["spec"].get("completions")
        if (
            step.finished["type"] == COMPLETE
            and completions is not None
            and step.after.get("succeeded", 0) > completions
        ):
            message = "Too many succeeded pods running after completion count reached"
            out.append(Tell(job, "Warning", "TooManySucceededPods", message))
        outcome = Outcome(_told(job, step.finished))
    return [*out, Update(JOBS, {**job, "metadata": meta, "status": step.after}, "status", outcome)]


def _told(job: Obj, finished: Obj) -> Tell:
    if finished["type"] == COMPLETE:
        return Tell(job, "Normal", "Completed", "Job completed")
    return Tell(job, "Warning", finished.get("reason", ""), finished.get("message", ""))
