"""Jobs."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    at,
    condition,
    created,
    info,
    moment,
    named,
    number,
    optional,
    owners,
)

REASONS = ("BackoffLimitExceeded", "DeadlineExceeded", "Evicted")


def _failed(obj: Obj) -> Iterable[Sample]:
    """0 without a reason while none has failed; else which of the known reasons it was, or how many without one of those."""
    failed = int(at(obj, "status.failed") or 0)
    if not failed:
        return (((), 0),)
    out: list[Sample] = []
    known = False
    for found in at(obj, "status.conditions") or ():
        if found["type"] == "Failed":
            out += [((("reason", reason),), int(found.get("reason") == reason)) for reason in REASONS]
            known = known or found.get("reason") in REASONS
    return out if known else [*out, ((("reason", ""),), failed)]


def _suspended(obj: Obj) -> Iterable[Sample]:
    return [((), int(c["status"] == "True")) for c in at(obj, "status.conditions") or () if c["type"] == "Suspended"]


P = "kube_job_"
KIND = Kind(
    "jobs.batch",
    named("job_name"),
    (
        info(P + "info", "Information about job."),
        created("job"),
        optional(
            P + "spec_parallelism",
            "The maximum desired number of pods the job should run at any given time.",
            "spec.parallelism",
        ),
        optional(P + "spec_completions", "The desired number of successfully finished pods.", "spec.completions"),
        optional(
            P + "spec_active_deadline_seconds",
            "How long the job may be active before it is ended.",
            "spec.activeDeadlineSeconds",
        ),
        number(P + "status_succeeded", "The number of pods which reached Phase Succeeded.", "status.succeeded"),
        Family(
            P + "status_failed", "The number of pods which reached Phase Failed and the reason for failure.", _failed
        ),
        number(P + "status_active", "The number of actively running pods.", "status.active"),
        number(P + "status_ready", "The number of ready pods that belong to this Job.", "status.ready"),
        condition(P + "complete", "The job has completed its execution.", "Complete"),
        condition(P + "failed", "The job has failed its execution.", "Failed"),
        moment(P + "status_start_time", "When the job was acknowledged by its controller.", "status.startTime"),
        moment(P + "status_completion_time", "When the job was completed.", "status.completionTime"),
        Family(P + "status_suspended", "Whether the job is suspended.", _suspended),
        owners(P + "owner", "Information about the Job's owner."),
    ),
)
