"""A ValidatingAdmissionPolicy refuses what the controller tries to create."""

import re

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods, refused, weigh
from quorate.diagnosis.finding import Finding, Remedy

ID = "policy-refused"
TITLE = "An admission policy refuses the pods"
NEEDS = ("events",)
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

_SAID = re.compile(r"ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: (.*)", re.S)


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID)
    if found is None:
        return None
    sentence = f"policy {found.match[1]} refuses {found.subject}: {found.match[3].strip()}"
    remedy = Remedy(
        "Change the template as the policy wants it, or the policy's binding",
        (f"kubectl get validatingadmissionpolicy {found.match[1]} -o yaml",),
    )
    return weigh(found).finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)
