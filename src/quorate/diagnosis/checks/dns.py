"""The governing Service, its selector, and the cluster's DNS."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown
from quorate.objects.selectors import of_labels

ID = "dns"


def look(case: Case) -> Shown:
    name = str(case.spec.get("serviceName") or case.name)
    read = (f"service {name}: clusterIP, selector, publishNotReadyAddresses", "pods k8s-app=kube-dns in kube-system")
    if not case.evidence.knows("services", case.namespace):
        return Shown(read, ("the Services were not read",), known=False, why="the Services were not read")
    service = case.evidence.get("services", case.namespace, name)
    if service is None:
        lines = [f"there is no Service {name}"]
    else:
        matches = of_labels(service["spec"].get("selector")).matches(case.pod_labels)
        lines = [
            "clusterIP "
            f"{service['spec'].get('clusterIP')}{'' if service['spec'].get('clusterIP') == 'None' else ' (not headless)'}",
            f"its selector {'picks' if matches else 'does not pick'} the pods of {case.label}",
        ]
        if service["spec"].get("publishNotReadyAddresses"):
            lines.append("pods that are not ready are published too")
    servers = [
        p
        for p in case.evidence.list("pods", "kube-system")
        if (p["metadata"].get("labels") or {}).get("k8s-app") == "kube-dns"
    ]
    lines.append(f"{len(servers)} DNS pod(s)" if servers else "no DNS pods were read")
    return Shown(read, tuple(lines))
