"""Nothing is wrong: a pod is ending, within the grace period that it was given."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.symptoms import overdue
from quorate.kernel.clock import SECOND
from quorate.objects.ages import human_duration
from quorate.objects.pod import grace_period

ID = "grace-period-running"
TITLE = "A pod is ending, within its grace period"
NEEDS = ("pods",)
EXPLAINS = ()


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("terminating") if not overdue(case, p) and p.node not in case.silent_nodes]
    if not pods or any(p.stage not in ("terminating", "ready", "succeeded") for p in case.pods):
        return None
    pod = pods[0]
    grace = grace_period(pod.pod)
    gone = case.now - (pod.since or case.now)
    weighed = Weigh().says(
        0.85,
        f"{names(pods)} {verb(pods, 'was')} asked to stop {human_duration(gone)} ago and {verb(pods, 'has')} {grace // SECOND} s",
        f"{pod.label} metadata.deletionTimestamp",
        pod.since,
    )
    sentence = (
        f"{names(pods)} {verb(pods, 'is')} ending: {human_duration(gone)} of the {grace // SECOND} s given have passed"
    )
    remedy = Remedy("Wait: a preStop hook runs within the grace period, and a database needs it to shut down cleanly")
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], severity="progress", remedy=remedy)
