"""An admission webhook refuses what the controller tries to create."""

import re

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods, refused, weigh
from quorate.diagnosis.finding import Finding, Remedy

ID = "webhook-refused"
TITLE = "An admission webhook refuses the pods"
NEEDS = ("events", "validatingwebhookconfigurations.admissionregistration.k8s.io")
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

_SAID = re.compile(r'admission webhook "([^"]+)" denied the request(?: without explanation)?:? ?(.*)', re.S)


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID)
    if found is None:
        return None
    webhook, why = found.match[1], found.match[2].strip()
    sentence = f"webhook {webhook} refuses {found.subject}: {why or 'without saying why'}"
    remedy = Remedy(
        f"Do what {webhook} asks for, or have its owner allow it",
        (f"kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -B20 {webhook}",),
    )
    return weigh(found).finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)
