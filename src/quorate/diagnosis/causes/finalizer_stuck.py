"""A pod has ended, but a finalizer keeps its object: whoever set it has not taken it off."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.symptoms import overdue
from quorate.objects.ages import human_duration

ID = "finalizer-stuck"
TITLE = "A finalizer keeps a pod that has ended"
NEEDS = ("pods",)
EXPLAINS = ("terminating-stuck", "controller-backlogged", "grace-period-running", "progress-deadline")


def look(case: Case) -> Finding | None:
    pods = [
        p for p in case.at("terminating") if p.pod["metadata"].get("finalizers") and (overdue(case, p) or _ended(p.pod))
    ]
    if not pods:
        return None
    pod = pods[0]
    finalizers = pod.pod["metadata"]["finalizers"]
    age = f" for {human_duration(case.now - pod.since)}" if pod.since is not None else ""
    weighed = Weigh().says(
        0.85,
        f"{names(pods)} {verb(pods, 'is')} Terminating{age}, with the finalizer(s) {', '.join(finalizers)}",
        f"{pod.label} metadata.finalizers",
        pod.since,
    )
    if _ended(pod.pod):
        weighed.says(
            0.6,
            "its containers have ended: nothing but the finalizer keeps it",
            f"{pod.label} status.containerStatuses",
        )
    waits = f"; {case.label} makes no new {pod.name} meanwhile" if case.kind == "StatefulSet" else ""
    sentence = (
        f"{names(pods)} {verb(pods, 'has')} ended but {verb(pods, 'is')} kept by {', '.join(finalizers)}{age}{waits}"
    )
    remedy = Remedy(
        f"Find who owns {finalizers[0]} and why it does not take it off (its controller down, or its clean-up failing)",
        (f"kubectl get pod {pod.name} -n {case.namespace} -o jsonpath='{{.metadata.finalizers}}'",),
        "taking it off by hand skips the clean-up that it stands for: what it guards (an external volume, a "
        "registration) is left behind",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)


def _ended(pod: dict[str, object]) -> bool:
    status = pod.get("status")
    if not isinstance(status, dict):
        return False
    if status.get("phase") in ("Succeeded", "Failed"):
        return True
    states = [s.get("state") or {} for s in status.get("containerStatuses") or ()]
    return bool(states) and all("terminated" in s for s in states)
