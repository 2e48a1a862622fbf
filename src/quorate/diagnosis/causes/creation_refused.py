"""The API server refuses what the controller tries to create, in words that no other cause knows."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods
from quorate.diagnosis.finding import Finding, Remedy, Weigh

ID = "creation-refused"
TITLE = "The API server refuses the pods"
NEEDS = ("events",)
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge")

KNOWN_WORDS = (
    "quota",
    " per Container",
    " per Pod",
    "per PersistentVolumeClaim",
    "webhook",
    "PodSecurity",
    "service account",
    "PriorityClass",
    "ValidatingAdmissionPolicy",
    "max limit to request",
)


def look(case: Case) -> Finding | None:
    for refusal in case.refusals:
        if refusal.what in ("replicaset", "revision") or any(w in refusal.message for w in KNOWN_WORDS):
            continue
        weighed = Weigh().says(0.85, refusal.message.strip(), refusal.where, refusal.first)
        what = f"{refusal.what} {refusal.name}".strip() if refusal.name else "its pods"
        remedy = Remedy(
            "Correct what the message complains of in the template",
            (f"kubectl describe {case.resource} -n {case.namespace}",),
        )
        sentence = f"{what} cannot be created: {refusal.message.strip()}"
        return weighed.finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)
    return None
