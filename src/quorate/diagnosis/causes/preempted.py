"""Pods of higher priority push this workload's pods off their nodes."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.kernel.clock import HOUR
from quorate.objects.pod import condition

ID = "preempted"
TITLE = "Pods of higher priority push it out"
NEEDS = ("pods", "events", "priorityclasses.scheduling.k8s.io")
EXPLAINS = (
    "insufficient-cpu",
    "insufficient-memory",
    "insufficient-other",
    "progress-deadline",
    "grace-period-running",
    "host-port-taken",
)


def look(case: Case) -> Finding | None:
    victims = [
        p for p in case.pods if (condition(p.pod, "DisruptionTarget") or {}).get("reason") == "PreemptionByScheduler"
    ]
    waiting = case.at("unscheduled")
    told = [
        t
        for t in case.evidence.events_in(case.namespace, "Preempted")
        if _ours(case, t.name) and case.now - t.last < HOUR
    ]
    if not victims and not (told and (waiting or case.short)):
        return None
    weighed = Weigh()
    if victims:
        weighed.says(
            0.85,
            f"{names(victims)} {verb(victims, 'was')} preempted",
            f"{victims[0].label} condition DisruptionTarget",
            victims[0].since,
        )
    if told:
        weighed.says(0.85, f"{told[-1].name}: {told[-1].message}", f"event on {told[-1].about}", told[-1].last)
    if waiting:
        weighed.says(
            0.3,
            f"{names(waiting)} {verb(waiting, 'finds')} no place since",
            f"{waiting[0].label} condition PodScheduled",
        )
    priority = (
        (waiting or victims or case.pods)[0].pod["spec"].get("priority", 0) if (waiting or victims or case.pods) else 0
    )
    sentence = f"pods of higher priority pushed out {names(victims) or told[-1].name}; its own priority is {priority}"
    remedy = Remedy(
        "Give it a PriorityClass that says what it is worth, or add nodes: priority decides who runs when there "
        "is not room for all",
        (
            "kubectl get priorityclass",
            "kubectl get pods -A -o "
            "custom-columns=NS:.metadata.namespace,NAME:.metadata.name,PRIORITY:.spec.priority "
            "--sort-by=.spec.priority",
        ),
    )
    objects = [p.label for p in (*victims, *waiting)]
    return weighed.finding(ID, TITLE, sentence, objects=objects or [case.label], remedy=remedy)


def _ours(case: Case, name: str) -> bool:
    if any(p.name == name for p in case.pods) or name in case.missing:
        return True
    return case.kind in ("Deployment", "ReplicaSet", "DaemonSet") and name.startswith(f"{case.name}-")
