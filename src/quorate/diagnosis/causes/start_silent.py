"""A pod was given a node, and the node has not started it and does not say why."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.objects.ages import human_duration

ID = "start-silent"
TITLE = "The node does not start the pod"
NEEDS = ("pods", "events", "nodes")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

TELLING = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "Failed")


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("creating") if p.for_long(case.now, 2 * case.patience(p))]
    if not pods:
        return None
    pod = pods[0]
    age = f" for {human_duration(case.now - pod.since)}" if pod.since is not None else ""
    weighed = Weigh().says(
        0.65, f"{names(pods)} {verb(pods, 'has')} a node and has not started{age}", f"{pod.label} status", pod.since
    )
    told = case.evidence.events_of(pod.pod)
    if any(t.reason in TELLING for t in told):
        weighed.denies(0.5, "the node does say why", f"event on {pod.label}")
    pulling = [t for t in told if t.reason == "Pulling"]
    if pulling and not any(t.reason == "Pulled" and t.last >= pulling[-1].last for t in told):
        weighed.denies(0.3, f"it is pulling an image: {pulling[-1].message}", f"event on {pod.label}", pulling[-1].last)
    if not told:
        weighed.lacks_("no event is left about it: events live for an hour")
    others = [p for p in case.evidence.objects.indexed("pods", "node", pod.node) if p["metadata"]["name"] != pod.name]
    if others and not any((p.get("status") or {}).get("containerStatuses") for p in others):
        weighed.says(0.3, f"no other pod on {pod.node} runs either", f"Node/{pod.node}")
    sentence = f"{names(pods)} {verb(pods, 'was')} given to {pod.node} and has not been started{age}; the node does not say why"
    remedy = Remedy(
        f"Look at the kubelet and the container runtime of {pod.node}",
        (
            f"kubectl describe pod {pod.name} -n {case.namespace}",
            f"kubectl describe node {pod.node}",
            f"kubectl get --raw /api/v1/nodes/{pod.node}/proxy/healthz",
        ),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
