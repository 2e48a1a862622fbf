"""Whether a controller manager and a scheduler lead, when they last renewed their Leases, and how the manager's pods are."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.controllers import MANAGER, SCHEDULER, leader, peers
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant
from quorate.objects.ages import human_duration
from quorate.objects.pod import is_ready, phase

Obj = dict[str, Any]

ID = "control-plane"


def look(case: Case) -> Shown:
    read = (
        "leases kube-controller-manager and kube-scheduler in kube-system",
        "pods kube-controller-manager-... in kube-system",
    )
    lines, signals, seen = [], [], False
    for component in (MANAGER, SCHEDULER):
        found = leader(case, component)
        if found is None:
            lines.append(f"{component}: no Lease (some clusters hide their control plane)")
            continue
        seen = True
        if found.well:
            lines.append(f"{component}: {found.holder} leads")
        else:
            age = human_duration(case.now - found.renewed) if found.renewed is not None else "a time that is not known"
            lines.append(f"{component}: {found.holder or 'nobody'} leads, not renewed for {age}")
            if found.renewed is not None:
                signals.append(Signal(found.renewed, f"the last renewal of {component}", case.now))
    for pod in _managers(case):
        name, ready = pod["metadata"]["name"], is_ready(pod)
        restarts = [c for c in (pod.get("status") or {}).get("containerStatuses") or () if c.get("restartCount")]
        again = f", restarted {restarts[0]['restartCount']} times" if restarts else ""
        lines.append(f"{name}: {'ready' if ready else phase(pod) + ', not ready'}{again}")
        if not ready or restarts:
            lines.append(f"what it says: kubectl logs -n kube-system {name} --tail=100")
        for ended in restarts:
            stop = (ended.get("lastState") or {}).get("terminated") or {}
            at = instant(stop.get("finishedAt"))
            if at is not None:
                signals.append(Signal(at, f"{name} ended with code {stop.get('exitCode')}"))
    waiting = peers(case).waiting
    if waiting:
        lines.append(f"{len(waiting)} other(s) of its kind are not observed either: {', '.join(waiting[:3])}")
    return Shown(read, tuple(lines), tuple(signals), seen, "" if seen else "no Leases were read")


def _managers(case: Case) -> list[Obj]:
    """Managed clusters do not show them."""
    pods = case.evidence.list("pods", "kube-system")
    return [p for p in pods if p["metadata"]["name"].startswith(f"{MANAGER}-")]
