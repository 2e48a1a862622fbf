"""The containers are ready, but a readiness gate is not: whoever sets that condition has not."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.objects.pod import condition

ID = "readiness-gate"
TITLE = "A readiness gate is not met"
NEEDS = ("pods",)
EXPLAINS = ("not-ready", "progress-deadline", "unhealthy-surge", "bootstrap-deadlock", "readiness-probe-wrong")


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("unready") if _open(p.pod) and p.for_long(case.now, case.patience(p))]
    if not pods:
        return None
    pod = pods[0]
    gates = _open(pod.pod)
    weighed = Weigh().says(
        0.88,
        f"{names(pods)}: the containers are ready, the gate(s) {', '.join(gates)} are not",
        f"{pod.label} spec.readinessGates",
        pod.since,
    )
    sentence = f"{names(pods)} {verb(pods, 'is')} not ready: the containers are, but readiness gate {', '.join(gates)} is not met"
    remedy = Remedy(
        f"See that the controller that sets {gates[0]} (a load balancer's, a mesh's) runs and knows the pod",
        (f"kubectl get pod {pod.name} -n {case.namespace} -o jsonpath='{{.status.conditions}}'",),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)


def _open(pod: dict[str, object]) -> list[str]:
    """Gates that are not True while the containers are ready."""
    if (condition(pod, "ContainersReady") or {}).get("status") != "True":
        return []
    spec = pod["spec"]
    gates = [g["conditionType"] for g in spec.get("readinessGates") or ()] if isinstance(spec, dict) else []
    return [g for g in gates if (condition(pod, g) or {}).get("status") != "True"]
