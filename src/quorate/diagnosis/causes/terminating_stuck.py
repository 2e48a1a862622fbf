"""A pod is past its grace period and still there, on a node that answers: the kubelet cannot finish it."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.symptoms import overdue
from quorate.objects.ages import human_duration

ID = "terminating-stuck"
TITLE = "A pod does not end"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("controller-backlogged", "grace-period-running", "progress-deadline")


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("terminating") if overdue(case, p) and not p.pod["metadata"].get("finalizers")]
    if not pods:
        return None
    pod = pods[0]
    age = human_duration(case.now - pod.since) if pod.since is not None else "some time"
    weighed = Weigh().says(
        0.75,
        f"{names(pods)} {verb(pods, 'was')} asked to stop {age} ago, and the grace period has passed",
        f"{pod.label} metadata.deletionTimestamp",
        pod.since,
    )
    told = case.events_of(pod.pod, "FailedKillPod", "FailedUnMount", "FailedPreStopHook", "KillingFailed")
    if told:
        weighed.says(0.6, told[-1].message, f"event on {pod.label}", told[-1].last)
    if pod.node in case.silent_nodes:
        weighed.denies(0.8, f"its node {pod.node} does not answer: that is why")
    answers = f"its node {pod.node} answers, but has not finished it in {age}"
    if pod.node not in case.heard_nodes:
        weighed.lacks_(f"node {pod.node} was not read: whether it answers is not known")
        answers = f"node {pod.node} has not finished it in {age}"
    sentence = f"{names(pods)} {verb(pods, 'does')} not end: {answers}"
    remedy = Remedy(
        f"See what the kubelet of {pod.node} says: a hanging unmount, a container runtime that does not answer",
        (f"kubectl describe pod {pod.name} -n {case.namespace}", f"kubectl describe node {pod.node}"),
        "a forced deletion only forgets the pod: its processes may go on and write to its volume beside those of "
        "its successor",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
