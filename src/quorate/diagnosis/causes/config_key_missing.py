"""A key that the pod needs is not in its ConfigMap or Secret."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.configuration import key_absent
from quorate.diagnosis.finding import Finding

ID = "config-key-missing"
TITLE = "A key is missing in a ConfigMap or Secret"
NEEDS = ("pods", "events", "configmaps", "secrets")
EXPLAINS = (
    "start-silent",
    "progress-deadline",
    "unhealthy-surge",
    "not-ready",
    "mount-failed",
    "init-stuck",
    "bootstrap-deadlock",
    "config-error",
)


def look(case: Case) -> Finding | None:
    return key_absent(case, ID, TITLE)
