"""The pod has scheduling gates: somebody has to lift them before it is scheduled."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.objects.ages import human_duration

ID = "scheduling-gated"
TITLE = "Scheduling gates hold the pod back"
NEEDS = ("pods",)
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    pods = case.at("gated")
    if not pods:
        return None
    pod = pods[0]
    gates = sorted({g["name"] for p in pods for g in p.pod["spec"].get("schedulingGates") or ()})
    age = f" for {human_duration(case.now - pod.since)}" if pod.since is not None else ""
    weighed = Weigh().says(
        0.9,
        f"{names(pods)} {verb(pods, 'has')} the gate(s) {', '.join(gates)}{age}",
        f"{pod.label} spec.schedulingGates",
        pod.since,
    )
    if pod.reason == "SchedulingGated":
        weighed.says(0.6, "PodScheduled is False: SchedulingGated", f"{pod.label} condition PodScheduled")
    sentence = f"{names(pods)} {verb(pods, 'is')} not even looked at by the scheduler: gate(s) {', '.join(gates)} are still on it{age}"
    remedy = Remedy(
        f"The controller that sets {', '.join(gates)} has to lift it: see that it runs. If it is gone, take the "
        "gate out of the template",
        (f"kubectl get {case.resource} -n {case.namespace} -o jsonpath='{{.spec.template.spec.schedulingGates}}'",),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
