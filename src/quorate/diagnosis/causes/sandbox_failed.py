"""The node cannot make the pod's sandbox: mostly its network plugin."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy, Weigh

ID = "sandbox-failed"
TITLE = "The node cannot make the pod's network or sandbox"
NEEDS = ("pods", "events", "nodes")
EXPLAINS = ("start-silent", "progress-deadline", "unhealthy-surge", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    pods = case.at("creating", "init")
    for pod in pods:
        told = case.events_of(pod.pod, "FailedCreatePodSandBox", "FailedPodSandBoxStatus", "NetworkNotReady")
        if not told:
            continue
        weighed = Weigh().says(0.88, told[-1].message, f"event on {pod.label}", told[-1].first)
        if told[-1].count > 1:
            weighed.says(0.2, f"told {told[-1].count} times", f"event on {pod.label}", told[-1].last)
        hit = [p for p in pods if p.node == pod.node]
        sentence = f"{names(hit)} cannot start on {pod.node}: {told[-1].message}"
        remedy = Remedy(
            f"Look at the network plugin of {pod.node} (its pods in kube-system, free addresses), or cordon the "
            "node and delete the pod",
            (
                f"kubectl get pods -n kube-system -o wide --field-selector spec.nodeName={pod.node}",
                f"kubectl describe node {pod.node}",
            ),
        )
        return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in hit], remedy=remedy)
    return None
