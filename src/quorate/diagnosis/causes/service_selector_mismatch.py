"""A Service of the workload picks none of its pods: labels and selector do not agree."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.objects.selectors import of_labels

Obj = dict[str, Any]

ID = "service-selector-mismatch"
TITLE = "A Service does not pick the pods"
NEEDS = ("services", "pods", "endpointslices.discovery.k8s.io")
EXPLAINS = ("dns-not-ready", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    if case.kind not in ("StatefulSet", "Deployment", "DaemonSet") or not case.pod_labels:
        return None
    service, governing = _service(case)
    if service is None:
        return None
    chosen: dict[str, str] = service["spec"].get("selector") or {}
    name = service["metadata"]["name"]
    if not chosen or of_labels(chosen).matches(case.pod_labels):
        return None
    wrong = {k: v for k, v in chosen.items() if case.pod_labels.get(k) != v}
    shown = ", ".join(f"{k}={v}" for k, v in sorted(chosen.items()))
    has = ", ".join(f"{k}={v}" for k, v in sorted(case.pod_labels.items()))
    weighed = Weigh().says(
        0.85 if governing else 0.6,
        f"Service {name} picks {shown}; the pods have {has}",
        f"Service/{name} spec.selector",
    )
    picked = [
        p for p in case.evidence.list("pods", case.namespace) if of_labels(chosen).matches(p["metadata"].get("labels"))
    ]
    if not picked:
        weighed.says(0.4, f"no pod of {case.namespace} matches: it has no endpoints", f"Service/{name}")
    else:
        weighed.denies(0.2 if governing else 0.7, f"it picks other pods, e.g. {picked[0]['metadata']['name']}")
    first = next(iter(wrong))
    sentence = (
        f"Service {name} picks none of the pods of {case.label}: it asks for {first}={wrong[first]}, they "
        f"have {first}={case.pod_labels.get(first, '(nothing)')}"
    )
    body = (
        "{"
        + ",".join(
            f'"{k}":"{v}"'
            for k, v in sorted(((case.spec.get("selector") or {}).get("matchLabels") or case.pod_labels).items())
        )
        + "}"
    )
    remedy = Remedy(
        "Let the Service pick the labels of the pods",
        (
            f'kubectl patch service {name} -n {case.namespace} --type=json -p \'[{{"op":"replace","path":"/spec/selector","value":{body}}}]\'',
        ),
        "clients that reach the Service reach these pods from then on",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[f"Service/{name}", case.label], remedy=remedy)


def _service(case: Case) -> tuple[Obj | None, bool]:
    """The Service that a StatefulSet names; for the others one of their own name that nothing else explains."""
    if case.kind == "StatefulSet":
        return case.evidence.get("services", case.namespace, str(case.spec.get("serviceName") or "")), True
    return (None if case.services else case.evidence.get("services", case.namespace, case.name)), False
