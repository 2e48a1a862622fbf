"""Whether a Job is over, and why (Kubernetes: syncJob)."""

from quorate.contract.plan import Obj
from quorate.controllers.job import failure, success
from quorate.controllers.job.conditions import FAILED, MET, TARGET, made, true
from quorate.controllers.job.names import is_indexed, is_suspended
from quorate.controllers.job.tally import Tally
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.times import parse_time

REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")


def deadline(job: Obj, started: str | None) -> Instant | None:
    """When activeDeadlineSeconds run out; a suspended Job has all the time in the world."""
    seconds = job["spec"].get("activeDeadlineSeconds")
    if seconds is None or started is None or is_suspended(job):
        return None
    return parse_time(started) + int(seconds) * SECOND


def over(tally: Tally, started: str | None, now: Instant) -> Obj | None:
    """The condition that says so: what was said before stands, then the first reason that holds."""
    job = tally.job
    said = (job.get("status") or {}).get("conditions") or []
    met = true(said, MET)
    if met is not None:
        return met
    target = true(said, TARGET)
    if target is not None:
        return made(FAILED, "True", target.get("reason", ""), target.get("message", ""), now)
    why = _failure(tally, started, now)
    if why is not None:
        return made(TARGET, "True", *why, now)
    if is_indexed(job):
        message = success.matched(job, tally.succeeded_indexes)
        if message is not None:
            return made(MET, "True", "SuccessPolicy", message, now)
    return None


def _failure(tally: Tally, started: str | None, now: Instant) -> tuple[str, str] | None:
    job, spec = tally.job, tally.job["spec"]
    message = failure.fails_job(job, tally.pods)
    if message is not None:
        return "PodFailurePolicy", message
    if tally.failed > spec.get("backoffLimit", 6) or failure.restarted_too_often(job, tally.pods):
        return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    due = deadline(job, started)
    if due is not None and now >= due:
        return "DeadlineExceeded", "Job was active longer than specified deadline"
    if tally.failed_indexes is None:
        return None
    failed, most = len(tally.failed_indexes), spec.get("maxFailedIndexes")
    if most is not None and failed > most:
        return "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
    if failed and failed + len(tally.succeeded_indexes) >= spec["completions"]:
        return "FailedIndexes", "Job has failed indexes"
    return None


def is_complete(tally: Tally, active: int) -> bool:
    """All completions are there; a work queue is done with its first success, once nobody works any more."""
    completions = tally.job["spec"].get("completions")
    enough = tally.succeeded > 0 if completions is None else tally.succeeded >= completions
    return enough and active == 0
