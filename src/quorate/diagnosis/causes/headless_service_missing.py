"""The Service that a StatefulSet names does not exist: its pods have no names of their own in DNS.

Nothing in the API checks it (kubernetes/kubernetes#69608), and nothing but the peers notices.
"""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.near import nearest

ID = "headless-service-missing"
TITLE = "The governing Service does not exist"
NEEDS = ("services",)
EXPLAINS = (
    "not-ready",
    "crash-application",
    "dns-not-ready",
    "readiness-probe-wrong",
    "slow-start",
    "service-selector-mismatch",
)


def look(case: Case) -> Finding | None:
    name = case.spec.get("serviceName") if case.kind == "StatefulSet" else None
    if not name or not case.evidence.knows("services", case.namespace):
        return None
    if case.evidence.get("services", case.namespace, name) is not None:
        return None
    weighed = Weigh().says(0.9, f"there is no Service {name} in {case.namespace}", f"{case.label} spec.serviceName")
    others = [s["metadata"]["name"] for s in case.services]
    if others:
        weighed.says(0.1, f"its pods are picked by {', '.join(others)}, but that gives them no names under {name}")
    meant = nearest(str(name), others, 1) or [n for n in others if n]
    ports = [p for c in (case.template.get("spec") or {}).get("containers") or () for p in c.get("ports") or ()]
    port = ports[0].get("containerPort") if ports else 80
    sentence = (
        f"{case.label} names the Service {name}, which does not exist: "
        f"{case.name}-0.{name}.{case.namespace}.svc cannot be resolved"
    )
    selector = ",".join(
        f"{k}={v}" for k, v in sorted(((case.spec.get("selector") or {}).get("matchLabels") or case.pod_labels).items())
    )
    remedy = Remedy(
        f"Create the headless Service {name} with the selector {selector}"
        + (
            f". If {meant[0]} was meant: serviceName is immutable, so the set has to be re-created without its pods"
            if meant
            else ""
        ),
        (
            f"kubectl create service clusterip {name} -n {case.namespace} --clusterip=None --tcp={port}:{port}   # "
            "then set its selector",
        ),
        "none for the pods that run",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label, f"Service/{name}"], remedy=remedy)
