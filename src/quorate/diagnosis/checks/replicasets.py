"""How the Deployment's pods are spread over its ReplicaSets."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant

ID = "replicasets"


def look(case: Case) -> Shown:
    read = (f"replicasets of {case.resource}",)
    lines, signals = [], []
    for revision in case.revisions:
        wants = int(revision.obj["spec"].get("replicas") or 0)
        has = revision.obj.get("status") or {}
        newest = revision.hash == case.update_hash
        if wants or newest or has.get("replicas"):
            mark = " (newest)" if newest else ""
            lines.append(
                f"{revision.name}{mark}: wants {wants}, has {has.get('replicas', 0)}, ready "
                f"{has.get('readyReplicas', 0)}"
            )
        for one in has.get("conditions") or ():
            if one.get("type") == "ReplicaFailure" and one.get("status") == "True":
                lines.append(f"{revision.name}: ReplicaFailure: {one.get('message')}")
                at = instant(one.get("lastTransitionTime"))
                if at is not None:
                    signals.append(Signal(at, f"ReplicaFailure of {revision.name}"))
    return Shown(
        read,
        tuple(lines) or ("there is none",),
        tuple(signals),
        case.evidence.knows("replicasets.apps", case.namespace),
    )
