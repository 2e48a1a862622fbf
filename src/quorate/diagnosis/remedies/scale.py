"""Changes the number of replicas, where that costs neither the majority nor data."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, NeedsValue, Step, ref_of
from quorate.diagnosis.managed import writes
from quorate.diagnosis.reading import Wanted
from quorate.diagnosis.workload import KINDS

ID = "scale"
TITLE = "Change the number of replicas"
TAKES = {"to": "how many replicas"}
NEEDS = (Wanted("horizontalpodautoscalers.autoscaling"),)


def plan(asked: Asked) -> Fix:
    case = asked.case
    obj = asked.workload("StatefulSet", "Deployment", "ReplicaSet")
    to = asked.number("to")
    if to is None:
        raise NeedsValue(f"say how many: --set to=N (it wants {case.wanted} now)")
    if to == case.wanted:
        raise CannotFix(f"{case.label} wants {to} replicas already")
    why = _autoscaled(case) or (_loses(case, to) if to < case.wanted else None)
    if why:
        raise CannotFix(why)
    risks = []
    if case.kind == "StatefulSet" and to < case.wanted:
        risks.append("let the members that go leave the cluster first, or the rest counts them as failed")
        if case.spec.get("volumeClaimTemplates"):
            risks.append("the claims of the pods that go stay, and with them what they cost")
    if to > case.wanted:
        risks.append("the new pods need room on the nodes and in the quotas")
    says = f"scale {case.label} from {case.wanted} to {to}"
    step = Step(says, Change(ref_of(obj, KINDS[case.kind]), {"spec": {"replicas": to}}), obj)
    return Fix(ID, says, (step,), tuple(risks))


def _autoscaled(case: Case) -> str | None:
    """By the autoscaler itself, or by what it leaves behind: it writes through the scale subresource."""
    for scaler in case.evidence.list("horizontalpodautoscalers.autoscaling", case.namespace):
        target = scaler["spec"].get("scaleTargetRef") or {}
        if (target.get("kind"), target.get("name")) == (case.kind, case.name):
            return (
                f"autoscaler {scaler['metadata']['name']} keeps the replicas of {case.label}: change its bounds instead"
            )
    for write in writes(case.obj):
        if write.subresource == "scale" and write.manager in ("kube-controller-manager", "keda", "keda-operator"):
            return f"an autoscaler keeps the replicas of {case.label}: change its bounds instead"
    return None


def _loses(case: Case, to: int) -> str | None:
    retention = case.spec.get("persistentVolumeClaimRetentionPolicy") or {}
    if retention.get("whenScaled") == "Delete" and case.spec.get("volumeClaimTemplates"):
        return (
            f"{case.label} deletes the claims of pods that are scaled away (persistentVolumeClaimRetentionPolicy.whenScaled "
            "is Delete): their data would be gone"
        )
    least = case.quorum
    if least is None:
        return None
    left = sum(1 for p in case.at("ready") if p.ordinal < case.start + to)
    if left < min(least, case.ready):
        return (
            f"{left} of {case.wanted} members would be left ready, and their majority is {least}: take the others out of the "
            "cluster first, and go down in smaller steps"
        )
    return None
