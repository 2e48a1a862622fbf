"""How far the trouble reaches: replicas, quorum, claims at risk, services without anyone behind them."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Blast, Finding
from quorate.objects.selectors import of_labels


def blast_of(case: Case, findings: list[Finding]) -> Blast:
    affected = [p.name for p in case.stuck]
    quorum = case.quorum
    return Blast(
        ready=case.ready,
        wanted=case.wanted,
        quorum=quorum,
        has_quorum=None if quorum is None else case.ready >= quorum,
        pods=(*affected, *case.missing),
        claims_at_risk=tuple(_claims_at_risk(case)),
        services_without_endpoints=tuple(_empty_services(case)),
    )


def _claims_at_risk(case: Case) -> list[str]:
    """Claims that are lost, or whose deletion waits only for their pod: with a Delete policy their data goes too."""
    out = []
    for claim in case.claims:
        name = claim["metadata"]["name"]
        if (claim.get("status") or {}).get("phase") == "Lost":
            out.append(f"{name} (its volume is gone)")
        elif claim["metadata"].get("deletionTimestamp"):
            volume = case.evidence.get("persistentvolumes", "", claim["spec"].get("volumeName") or "")
            policy = (volume or {"spec": {}})["spec"].get("persistentVolumeReclaimPolicy")
            kept = policy == "Retain"
            out.append(
                f"{name} (being "
                f"deleted{', its volume is kept' if kept else ', and its volume with it' if policy else ''})"
            )
    return out


def _empty_services(case: Case) -> list[str]:
    if case.ready:
        return []
    picked = [s for s in case.services if of_labels(s["spec"].get("selector")).matches(case.pod_labels)]
    return (
        [s["metadata"]["name"] for s in picked if not s["spec"].get("publishNotReadyAddresses")] if case.wanted else []
    )
