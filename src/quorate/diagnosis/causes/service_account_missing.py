"""The pods run as a ServiceAccount that does not exist."""

import re

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods, refused, weigh
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.near import nearest

ID = "service-account-missing"
TITLE = "The service account does not exist"
NEEDS = ("events", "serviceaccounts")
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

_SAID = re.compile(r'error looking up service account \S+?/(\S+): serviceaccount "?([^" ]+)"? not found')


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID)
    spec = case.template.get("spec") or {}
    name = found.match[2] if found is not None else str(spec.get("serviceAccountName") or "default")
    known = case.evidence.knows("serviceaccounts", case.namespace)
    gone = known and case.evidence.get("serviceaccounts", case.namespace, name) is None
    if found is None and (not gone or not case.short or case.creation_waits):
        return None
    weighed = weigh(found) if found is not None else Weigh()
    if gone:
        weighed.says(
            0.85,
            f"there is no service account {name} in {case.namespace}",
            f"{case.label} spec.template.spec.serviceAccountName",
        )
    elif known:
        weighed.denies(
            0.4, f"service account {name} exists by now: the next try should succeed", f"ServiceAccount/{name}"
        )
    meant = nearest(name, (s["metadata"]["name"] for s in case.evidence.list("serviceaccounts", case.namespace)), 1)
    sentence = f"{found.subject if found else 'its pods'} cannot be created: service account {name} does not exist"
    remedy = Remedy(
        f"Create the service account {name}" + (f", or name {meant[0]}" if meant else ", or name one that exists"),
        (f"kubectl create serviceaccount {name} -n {case.namespace}",),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[*missing_pods(case), f"ServiceAccount/{name}"], remedy=remedy)
