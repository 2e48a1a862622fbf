"""A CronJob's Jobs: how one is made, referred to, cleaned away."""

from collections.abc import Sequence

from quorate.contract.plan import Create, Delete, Obj, Outcome, Ref, Tell
from quorate.controllers.cronjob.names import JOBS, SCHEDULED, job_name, local_text, time_zone
from quorate.controllers.slowstart import TERMINATING
from quorate.kernel.clock import Instant
from quorate.objects.owners import controller_reference


def create(found: Obj, scheduled: Instant) -> Create:
    meta, template = found["metadata"], found["spec"]["jobTemplate"]
    made = template.get("metadata") or {}
    name = job_name(found, scheduled)
    annotations = {**(made.get("annotations") or {}), SCHEDULED: local_text(scheduled, time_zone(found))}
    metadata: Obj = {"name": name, "namespace": meta["namespace"], "annotations": annotations}
    if made.get("labels"):
        metadata["labels"] = made["labels"]
    metadata["ownerReferences"] = [controller_reference(found)]
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template.get("spec") or {}}
    outcome = Outcome(
        Tell(found, "Normal", "SuccessfulCreate", f"Created job {name}"),
        Tell(found, "Warning", "FailedCreate", "Error creating job: {error}"),
        TERMINATING,
    )
    return Create(JOBS, job, outcome)


def reference(job: Obj) -> Obj:
    """As status.active holds it."""
    meta = job["metadata"]
    return {
        "kind": "Job", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"],
        "apiVersion": "batch/v1", "resourceVersion": meta["resourceVersion"],
    }  # fmt: skip


def delete(found: Obj, name: str) -> Delete:
    outcome = Outcome(
        Tell(found, "Normal", "SuccessfulDelete", f"Deleted job {name}"),
        Tell(found, "Warning", "FailedDelete", "Deleted job: {error}"),
    )
    return Delete(Ref(JOBS, found["metadata"]["namespace"], name), propagation="Background", outcome=outcome)


def too_old(jobs: Sequence[Obj], limit: int | None) -> list[Obj]:
    """The oldest of these finished Jobs beyond the limit (None: there is none)."""
    if limit is None:
        return []
    return sorted(jobs, key=_started)[: max(0, len(jobs) - limit)]


def _started(job: Obj) -> tuple[bool, str, str]:
    at = (job.get("status") or {}).get("startTime")
    return at is None, at or "", job["metadata"]["name"]
