"""The pods name a PriorityClass that does not exist."""

import re

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods, refused, weigh
from quorate.diagnosis.finding import Finding, Remedy, Weigh

ID = "priority-class-missing"
TITLE = "The priority class does not exist"
NEEDS = ("events", "priorityclasses.scheduling.k8s.io")
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

CLASSES = "priorityclasses.scheduling.k8s.io"
_SAID = re.compile(r"no PriorityClass with name (\S+) was found")


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID)
    name = (
        found.match[1] if found is not None else str((case.template.get("spec") or {}).get("priorityClassName") or "")
    )
    gone = bool(name) and case.evidence.knows(CLASSES) and case.evidence.get(CLASSES, "", name) is None
    if found is None and (not gone or not case.short or case.creation_waits):
        return None
    weighed = weigh(found) if found is not None else Weigh()
    if gone:
        weighed.says(0.85, f"there is no priority class {name}", f"{case.label} spec.template.spec.priorityClassName")
    sentence = f"{found.subject if found else 'its pods'} cannot be created: priority class {name} does not exist"
    remedy = Remedy(f"Create the priority class {name}, or name one that exists", ("kubectl get priorityclass",))
    return weighed.finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)
