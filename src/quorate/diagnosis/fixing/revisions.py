"""Which revision to go back to: one that is known to have been well."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.fixing.steps import Await, CannotFix, Change, Remove, Step, ref_of
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.workload import KINDS, Revision

Obj = dict[str, Any]

TEMPLATE = frozenset({
    "image-not-found", "image-name-invalid", "image-never-pulled", "registry-refused", "crash-application", "crash-command",
    "crash-out-of-memory", "crash-signal", "config-error", "config-map-missing", "config-key-missing", "secret-missing",
    "pull-secret-missing", "readiness-probe-wrong", "liveness-probe-wrong", "init-stuck", "insufficient-cpu", "insufficient-memory",
    "insufficient-other", "node-selector-unmatched", "node-affinity-unmatched", "pod-affinity-unmatched", "not-ready",
    "progress-deadline", "unhealthy-surge", "priority-class-missing", "service-account-missing", "limit-range-refused",
    "pod-security-refused", "volume-permission", "mount-failed", "host-port-taken", "scheduling-gated", "readiness-gate", "start-silent",
})  # fmt: skip
"""Causes that a change of the template may have brought."""
REVISED = ("StatefulSet", "Deployment", "DaemonSet")


def template_of(kind: str, revision: Revision) -> Obj:
    """The pod template that a revision keeps, as it belongs into the workload."""
    if kind == "Deployment":
        template = revision.obj["spec"].get("template") or {}
        meta = template.get("metadata") or {}
        labels = {k: v for k, v in (meta.get("labels") or {}).items() if k != "pod-template-hash"}
        return {**template, "metadata": {**meta, "labels": labels}}
    found = ((revision.obj.get("data") or {}).get("spec") or {}).get("template") or {}
    return {k: v for k, v in found.items() if k != "$patch"}


def newest(case: Case) -> Revision | None:
    return next((r for r in case.revisions if r.hash == case.update_hash), None)


def last_good(case: Case) -> Revision | None:
    """The newest revision before the present one of which a pod is ready now, or that a set says it last completed."""
    now = newest(case)
    if now is None:
        return None
    ready = {case.hash_of(p) for p in case.at("ready")}
    current = str(case.status.get("currentRevision") or "") if case.kind == "StatefulSet" else ""
    present = template_of(case.kind, now)
    for revision in reversed(case.revisions):
        if revision.hash == now.hash or template_of(case.kind, revision) == present:
            continue
        if revision.hash in ready or revision.hash == current:
            return revision
    return None


def chosen(case: Case, to: str) -> Revision:
    """The revision that was asked for by number or name; for "" the last good one, if the newest is at fault. Raises CannotFix."""
    if case.unobserved:
        raise CannotFix(
            f"the newest spec of {case.label} has not been processed: which revision is at fault is not known"
        )
    known = ", ".join(str(r.number) for r in case.revisions) or "none"
    if not to:
        well = [p for p in ill(case) if not case.updated(p)]
        if well:
            raise CannotFix(
                f"{well[0].name}, which is ill too, is not of the newest revision: going back would not mend it"
            )
        good = last_good(case)
        if good is None:
            raise CannotFix(
                f"no earlier revision of {case.label} is known to have been well: say which with --set to=NUMBER (known: {known})"
            )
        return good
    found = next((r for r in case.revisions if to in (str(r.number), r.name)), None)
    if found is None:
        raise CannotFix(f"{case.label} has no revision {to} (known: {known})")
    if template_of(case.kind, found) == (case.spec.get("template") or {}):
        raise CannotFix(f"{case.label} is at revision {to} already")
    return found


def ill(case: Case) -> list[PodState]:
    """Pods that are not well, and not merely on their way out."""
    return [p for p in case.stuck if p.stage not in ("terminating", "lost")]


def may_be_undone(case: Case, finding: Finding) -> bool:
    """Whether the newest revision brought this: its own pods are the ones that are ill, and an earlier one is well."""
    if case.kind not in REVISED or finding.cause not in TEMPLATE or case.unobserved:
        return False
    if case.kind == "Deployment" and case.spec.get("paused"):
        return False
    found = ill(case)
    if any(not case.updated(p) for p in found) or not (found or case.short):
        return False
    return last_good(case) is not None


def revert(case: Case, to: Revision) -> Step:
    ref = ref_of(case.obj, KINDS[case.kind])
    body = [{"op": "replace", "path": "/spec/template", "value": template_of(case.kind, to)}]
    return Step(
        f"put the template of {case.label} back to revision {to.number} ({to.name})",
        Change(ref, body, "json"),
        case.obj,
    )


def then_replace(case: Case, keep: str = "") -> tuple[Step, ...]:
    """After the template was put right: the pods that never got ready go, since nothing else replaces them.

    Under OrderedReady the controller waits for such a pod before it replaces any (kubernetes/kubernetes#67250); under
    OnDelete it replaces none. `keep` is the hash of the revision whose pods are right already.
    """
    if case.kind not in ("StatefulSet", "DaemonSet") or not (case.ordered or case.strategy == "OnDelete"):
        return ()
    blocking = [p for p in case.stuck if _blocks(case, p) and case.hash_of(p) != keep]
    if not blocking:
        return ()
    wait = Await(ref_of(case.obj, KINDS[case.kind]), "observed")
    return (
        Step(f"wait until the controller has seen the template of {case.label}", wait),
        *(
            Step(
                f"delete {p.name}: it never got ready, and blocks those that would be",
                Remove(ref_of(p.pod, "pods")),
                p.pod,
                unready=True,
                spare=True,
            )
            for p in blocking
        ),
    )


def _blocks(case: Case, pod: PodState) -> bool:
    if pod.stage in ("terminating", "lost", "failed"):
        return False
    return case.kind != "StatefulSet" or (pod.ordinal >= case.start and not case.held_back(pod))
