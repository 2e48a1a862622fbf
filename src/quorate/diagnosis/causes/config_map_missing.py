"""A ConfigMap that the pod needs does not exist."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.configuration import absent
from quorate.diagnosis.finding import Finding

ID = "config-map-missing"
TITLE = "A ConfigMap is missing"
NEEDS = ("pods", "events", "configmaps")
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
    return absent(case, ID, TITLE, "ConfigMap")
