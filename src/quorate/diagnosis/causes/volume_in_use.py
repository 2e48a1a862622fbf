"""The claim may be used by one pod only (ReadWriteOncePod), and another pod uses it."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.scheduling import blocked, weigh
from quorate.objects.pod import claim_names

ID = "volume-in-use"
TITLE = "Another pod uses the claim"
NEEDS = ("pods", "persistentvolumeclaims", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge")

WORD = "ReadWriteOncePod access mode already in-use by another pod"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None:
        return None
    pod = found.pods[0]
    weighed = weigh(case, found, WORD)
    users = [
        p["metadata"]["name"]
        for n in claim_names(pod.pod)
        for p in case.evidence.objects.indexed("pods", "claim", f"{case.namespace}/{n}")
        if p["metadata"]["name"] != pod.name
    ]
    if users:
        weighed.says(0.5, f"{users[0]} uses it", f"Pod/{users[0]} spec.volumes")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: its claim may be used by one pod only, and "
        f"{users[0] if users else 'another pod'} uses it"
    )
    remedy = Remedy("Let the other pod end first: for a Deployment that means strategy Recreate", ())
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
