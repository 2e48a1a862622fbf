"""What is being deleted and stays: pods, claims, and the finalizers on them."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.symptoms import overdue
from quorate.diagnosis.told import instant
from quorate.objects.pod import grace_period

ID = "finalizers"


def look(case: Case) -> Shown:
    read = (f"pods and claims of {case.resource}: deletionTimestamp, finalizers",)
    lines, signals = [], []
    for pod in case.at("terminating"):
        held = pod.pod["metadata"].get("finalizers") or []
        late = "past its grace period" if overdue(case, pod) else f"within its {grace_period(pod.pod) // 1_000_000} s"
        lines.append(f"{pod.name} is Terminating, {late}; finalizers: {', '.join(held) or 'none'}")
        if pod.since is not None:
            signals.append(Signal(pod.since, f"{pod.name} was asked to stop", case.now))
    for claim in case.claims:
        at = instant(claim["metadata"].get("deletionTimestamp"))
        if at is not None:
            name = claim["metadata"]["name"]
            lines.append(
                f"claim {name} is Terminating; finalizers: "
                f"{', '.join(claim['metadata'].get('finalizers') or ()) or 'none'}"
            )
            signals.append(Signal(at, f"claim {name} was deleted", case.now))
    return Shown(read, tuple(lines) or ("nothing is being deleted",), tuple(signals))
