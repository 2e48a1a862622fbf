"""VolumeSnapshots of its claims, if the cluster has them."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant

ID = "snapshots"

SNAPSHOTS = "volumesnapshots.snapshot.storage.k8s.io"


def look(case: Case) -> Shown:
    read = (f"volumesnapshots in {case.namespace}",)
    found = case.evidence.list(SNAPSHOTS, case.namespace)
    mine = {c["metadata"]["name"] for c in case.claims}
    lines, signals = [], []
    for one in found:
        source = (one["spec"].get("source") or {}).get("persistentVolumeClaimName")
        wrong = (one.get("status") or {}).get("error") or {}
        if source in mine and wrong:
            lines.append(f"{one['metadata']['name']} of {source}: {wrong.get('message')}")
            at = instant(wrong.get("time"))
            if at is not None:
                signals.append(Signal(at, f"snapshot of {source} failed"))
    if not found:
        return Shown(read, ("none was read",), known=False, why="no VolumeSnapshots were read")
    return Shown(read, tuple(lines) or ("none of its claims' snapshots has failed",), tuple(signals))
