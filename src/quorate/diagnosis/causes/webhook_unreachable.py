"""An admission webhook cannot be called, and without its answer nothing is created."""

import re

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods, refused, weigh
from quorate.diagnosis.finding import Finding, Remedy

ID = "webhook-unreachable"
TITLE = "An admission webhook does not answer"
NEEDS = ("events", "validatingwebhookconfigurations.admissionregistration.k8s.io", "services")
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

_SAID = re.compile(r'failed calling webhook "([^"]+)": (.*)', re.S)
_SERVICE = re.compile(r"https://([a-z0-9-]+)\.([a-z0-9-]+)\.svc")


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID)
    if found is None:
        return None
    weighed = weigh(found)
    service = _SERVICE.search(found.match[2])
    where = f"service {service[2]}/{service[1]}" if service else "its server"
    commands = [
        "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -B20 "
        f"{found.match[1]}"
    ]
    if service:
        commands.insert(0, f"kubectl get endpoints,pods -n {service[2]} | grep {service[1]}")
    sentence = (
        f"webhook {found.match[1]} does not answer, so {found.subject} cannot be created: {found.match[2].strip()}"
    )
    remedy = Remedy(
        f"Bring {where} back. If it cannot be: set failurePolicy: Ignore, or exclude this namespace, until it is",
        tuple(commands),
        "what the webhook guards goes unchecked meanwhile",
    )
    return weighed.finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)
