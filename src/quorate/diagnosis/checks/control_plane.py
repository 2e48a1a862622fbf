"""Whether a controller manager and a scheduler lead, and when they last renewed their Leases."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.controllers import MANAGER, SCHEDULER, leader, peers
from quorate.diagnosis.shown import Shown, Signal
from quorate.objects.ages import human_duration

ID = "control-plane"


def look(case: Case) -> Shown:
    read = ("leases kube-controller-manager and kube-scheduler in kube-system",)
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
    waiting = peers(case).waiting
    if waiting:
        lines.append(f"{len(waiting)} other(s) of its kind are not observed either: {', '.join(waiting[:3])}")
    return Shown(read, tuple(lines), tuple(signals), seen, "" if seen else "no Leases were read")
