"""A Secret that the pod needs does not exist."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.configuration import absent
from quorate.diagnosis.finding import Finding

ID = "secret-missing"
TITLE = "A Secret is missing"
NEEDS = ("pods", "events", "secrets")
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
    return absent(case, ID, TITLE, "Secret")
