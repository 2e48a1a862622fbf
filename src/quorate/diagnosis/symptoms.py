"""What is seen to be wrong, before anyone asks why."""

from dataclasses import dataclass

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import instant
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition, grace_period


@dataclass(frozen=True, slots=True)
class Symptom:
    """`id` is one of unobserved, missing, unready, not-rolled-out, terminating, claim-pending, deadline, failed."""

    id: str
    says: str
    where: str
    since: Instant | None = None


STAGE_WORDS = {
    "failed": "failed", "gated": "held back by scheduling gates", "unscheduled": "not scheduled",
    "lost": "on a node that does not answer", "creating": "still being created", "image": "waiting for an image",
    "config": "waiting for its configuration", "init": "not past its init containers", "crashing": "crashing",
    "unready": "running but not ready", "terminating": "terminating",
}  # fmt: skip


def symptoms_of(case: Case) -> list[Symptom]:
    out: list[Symptom] = []
    if case.unobserved:
        says = (
            f"generation is {case.generation}, observed is {case.observed}: its controller has not seen the newest spec"
        )
        out.append(Symptom("unobserved", says, f"{case.label} status.observedGeneration", case.spec_changed))
    if case.short:
        who = f"{', '.join(case.missing[:3])}{' ...' if len(case.missing) > 3 else ''}" if case.missing else ""
        says = f"{case.short} of {case.wanted} pods do not exist" + (f": {who}" if who else "")
        out.append(Symptom("missing", says, f"{case.label} spec.replicas"))
    if not case.pods_read and case.ready < case.wanted:
        says = f"{case.ready} of {case.wanted} are ready, and its pods were not read"
        out.append(Symptom("unready", says, f"{case.label} status.readyReplicas"))
    for stage, words in STAGE_WORDS.items():
        pods = [p for p in case.pods if p.stage == stage]
        if stage == "terminating":
            pods = [p for p in pods if overdue(case, p) or case.ready < case.wanted]
        if stage == "failed":
            pods = [p for p in pods if not case.history(p)]
        if pods:
            verb = "is" if len(pods) == 1 else "are"
            verb = "" if stage == "failed" else f"{verb} "
            since = min((p.since for p in pods if p.since is not None), default=None)
            out.append(
                Symptom(
                    "terminating" if stage == "terminating" else "unready",
                    f"{names(pods)} {verb}{words}",
                    pods[0].label,
                    since,
                )
            )
    out += [*_job(case), *_rollout(case)]
    for claim in case.pending_claims:
        if case.users_of(claim) or (case.kind == "PersistentVolumeClaim" and not case.idle_claim):
            out.append(
                Symptom(
                    "claim-pending",
                    f"claim {claim['metadata']['name']} is not bound",
                    f"PersistentVolumeClaim/{claim['metadata']['name']}",
                )
            )
    return out


def _job(case: Case) -> list[Symptom]:
    failed = case.condition_failed
    if failed is None:
        return []
    says = f"it has failed: {failed.get('reason')}: {failed.get('message') or ''}".rstrip(": ")
    return [Symptom("failed", says, f"{case.label} condition Failed", instant(failed.get("lastTransitionTime")))]


def _rollout(case: Case) -> list[Symptom]:
    out = []
    progressing = condition(case.obj, "Progressing")
    if case.kind == "Deployment" and progressing is not None and progressing.get("status") == "False":
        says = f"Progressing is False: {progressing.get('reason')}: {progressing.get('message') or ''}".rstrip(": ")
        out.append(Symptom("deadline", says, f"{case.label} condition Progressing"))
    if case.outdated:
        says = (
            f"{names(case.outdated)} {'runs' if len(case.outdated) == 1 else 'run'} an older revision than the newest"
        )
        out.append(Symptom("not-rolled-out", says, f"{case.label} status.updatedReplicas", case.spec_changed))
    return out


def overdue(case: Case, pod: PodState) -> bool:
    """Whether a terminating pod is past its grace period, by more than a kubelet needs to report it."""
    return pod.since is None or case.now - pod.since > grace_period(pod.pod) + 30_000_000
