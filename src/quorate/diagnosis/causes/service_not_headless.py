"""The Service that a StatefulSet names has a cluster IP: it gives the pods no names of their own."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh

ID = "service-not-headless"
TITLE = "The governing Service is not headless"
NEEDS = ("services",)
EXPLAINS = ("dns-not-ready",)


def look(case: Case) -> Finding | None:
    name = case.spec.get("serviceName") if case.kind == "StatefulSet" else None
    service = case.evidence.get("services", case.namespace, str(name)) if name else None
    if (
        service is None
        or service["spec"].get("clusterIP") in ("None", None, "")
        or service["spec"].get("type") == "ExternalName"
    ):
        return None
    ip = service["spec"]["clusterIP"]
    weighed = Weigh().says(0.8, f"Service {name} has the cluster IP {ip}", f"Service/{name} spec.clusterIP")
    sentence = (
        f"Service {name} is not headless (clusterIP {ip}): {case.name}-0.{name}.{case.namespace}.svc has no "
        "address of its own"
    )
    remedy = Remedy(
        f"Make it headless: clusterIP is immutable, so delete Service {name} and create it with clusterIP: None; "
        "clients that load-balance need a second Service",
        (
            f"kubectl get service {name} -n {case.namespace} -o yaml",
            "kubectl replace --force -f <the same with clusterIP: None>",
        ),
        "for a moment the Service is gone: clients of its address lose it",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[f"Service/{name}", case.label], remedy=remedy)
