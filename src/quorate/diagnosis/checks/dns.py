"""The governing Service, its selector, and the cluster's DNS."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant
from quorate.objects.pod import condition
from quorate.objects.selectors import of_labels

Obj = dict[str, Any]

ID = "dns"


def look(case: Case) -> Shown:
    name = str(case.spec.get("serviceName") or case.name)
    read = (f"service {name}: clusterIP, selector, publishNotReadyAddresses", "pods k8s-app=kube-dns in kube-system")
    if not case.evidence.knows("services", case.namespace):
        return Shown(read, ("the Services were not read",), known=False, why="the Services were not read")
    service = case.evidence.get("services", case.namespace, name)
    lines, signals = [], []
    if service is None:
        lines.append(f"there is no Service {name}")
        signals += _lasting(case, case.obj, lines[-1])
    else:
        spec = service["spec"]
        headless = spec.get("clusterIP") == "None"
        lines.append(f"clusterIP {spec.get('clusterIP')}{'' if headless else ' (not headless)'}")
        if case.kind == "StatefulSet" and not headless:
            signals += _lasting(case, service, f"Service {name} is not headless")
        matches = of_labels(spec.get("selector")).matches(case.pod_labels)
        lines.append(f"its selector {'picks' if matches else 'does not pick'} the pods of {case.label}")
        if not matches:
            signals += _lasting(case, service, f"the selector of Service {name} does not pick the pods")
        if spec.get("publishNotReadyAddresses"):
            lines.append("pods that are not ready are published too")
    servers = [
        p
        for p in case.evidence.list("pods", "kube-system")
        if (p["metadata"].get("labels") or {}).get("k8s-app") == "kube-dns"
    ]
    lines.append(f"{len(servers)} DNS pod(s)" if servers else "no DNS pods were read")
    for server in servers:
        ready = condition(server, "Ready")
        at = instant((ready or {}).get("lastTransitionTime"))
        if ready is not None and ready.get("status") != "True" and at is not None:
            lines.append(f"{server['metadata']['name']} is not ready")
            signals.append(Signal(at, lines[-1], case.now))
    return Shown(read, tuple(lines), tuple(signals))


def _lasting(case: Case, since: Obj, says: str) -> list[Signal]:
    """Of a state that nothing tells the beginning of: at most as old as the object that shows it."""
    made = instant(since["metadata"].get("creationTimestamp"))
    return [Signal(made, says, case.now)] if made is not None else []
