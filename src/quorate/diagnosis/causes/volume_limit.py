"""The nodes have as many volumes attached as they can have."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.scheduling import blocked, weigh

ID = "volume-limit"
TITLE = "The nodes cannot attach more volumes"
NEEDS = ("pods", "nodes", "csinodes.storage.k8s.io", "events")
EXPLAINS = ("progress-deadline", "bootstrap-deadlock")

WORD = "exceed max volume count"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None:
        return None
    weighed = weigh(case, found, WORD)
    for node in case.evidence.list("csinodes.storage.k8s.io"):
        for driver in node["spec"].get("drivers") or ():
            count = (driver.get("allocatable") or {}).get("count")
            if count is not None:
                weighed.says(
                    0.3,
                    f"{driver['name']} attaches at most {count} volumes to {node['metadata']['name']}",
                    f"CSINode/{node['metadata']['name']} spec.drivers",
                )
                break
        if len(weighed.proofs) > 2:
            break
    sentence = f"{names(found.pods)} cannot be scheduled: the nodes have as many volumes as they can attach"
    remedy = Remedy(
        "Add nodes, or use node types that attach more volumes; claims that nothing uses any more do not count, "
        "attached ones do",
        ("kubectl get volumeattachments", "kubectl get csinodes -o yaml"),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
