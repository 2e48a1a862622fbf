"""A node runs short of memory or disk, and throws pods off."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy, Severity, Weigh
from quorate.kernel.clock import HOUR
from quorate.objects.pod import condition

ID = "evicted"
TITLE = "A node throws pods off as it runs short"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = (
    "crash-application",
    "crash-out-of-memory",
    "not-ready",
    "taints-untolerated",
    "progress-deadline",
    "controller-backlogged",
)

PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")


def look(case: Case) -> Finding | None:
    gone = [p for p in case.at("failed") if p.reason == "Evicted"]
    told = [t for p in case.pods for t in case.events_of(p.pod, "Evicted") if case.now - t.last < HOUR]
    if not gone and not told:
        return None
    pressed, weighed = _pressed(case), Weigh()
    if gone:
        weighed.says(
            0.85, f"{names(gone)}: {gone[0].message or 'Evicted'}", f"{gone[0].label} status.reason", gone[0].since
        )
    if told:
        weighed.says(0.6, told[-1].message, f"event on {told[-1].about}", told[-1].first)
    if pressed:
        weighed.says(0.5, f"node {pressed[0][0]} has {pressed[0][1]}", f"Node/{pressed[0][0]} status.conditions")
    severity: Severity = "problem" if case.ready < case.wanted or (pressed and gone) else "notice"
    nodes = sorted({p.node for p in gone if p.node}) or [n for n, _ in pressed]
    sentence = (
        f"{names(gone) or told[-1].name} was thrown off {', '.join(nodes) or 'its node'}: "
        f"{gone[0].message if gone and gone[0].message else 'the node ran short'}"
    )
    remedy = Remedy(
        "Set requests (memory, ephemeral-storage) to what the pod really uses: those above their requests are "
        "thrown off first. Or find what fills the node",
        (f"kubectl describe node {nodes[0]}",) if nodes else (),
    )
    return weighed.finding(
        ID, TITLE, sentence, objects=[p.label for p in gone] or [case.label], severity=severity, remedy=remedy
    )


def _pressed(case: Case) -> list[tuple[str, str]]:
    mine = {p.node for p in case.pods}
    out = []
    for node in case.evidence.list("nodes"):
        if node["metadata"]["name"] in mine:
            out += [
                (node["metadata"]["name"], kind)
                for kind in PRESSURES
                if (condition(node, kind) or {}).get("status") == "True"
            ]
    return out
