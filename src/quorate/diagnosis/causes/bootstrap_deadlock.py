"""The first pod waits for its peers, and the set does not make them before the first pod is ready."""

import re
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.crashes import DNS, last_words
from quorate.diagnosis.finding import Finding, Remedy, Weigh

Obj = dict[str, Any]

ID = "bootstrap-deadlock"
TITLE = "The first pod waits for peers that are not made before it is ready"
NEEDS = ("pods", "services", "controllerrevisions.apps")
EXPLAINS = ("not-ready",)


def look(case: Case) -> Finding | None:
    if not case.ordered or case.wanted < 2 or not case.pods:
        return None
    first = case.pods[0]
    later = [p for p in case.pods if p.ordinal > first.ordinal]
    if (
        first.ordinal != case.start
        or first.stage not in ("unready", "crashing")
        or later
        or len(case.missing) != case.wanted - 1
    ):
        return None
    if first.stage == "unready" and not first.for_long(case.now, case.patience(first)):
        return None
    peers = _peers_named(case)
    words = [w for w in last_words(case, first) if DNS.search(w) and any(n in w for n in case.missing)]
    if not peers and not words:
        return None
    weighed = Weigh()
    weighed.says(
        0.5,
        f"{first.name} is not ready, and no later pod was ever made: OrderedReady waits for it",
        f"{case.label} spec.podManagementPolicy",
        first.since,
    )
    if peers:
        weighed.says(0.75, f"its configuration names its peers {', '.join(peers[:3])}", f"{case.label} spec.template")
    if words:
        weighed.says(0.8, f"its log says: {words[-1]}", f"log of {first.label}")
    service = case.evidence.get("services", case.namespace, str(case.spec.get("serviceName") or ""))
    if service is not None and not service["spec"].get("publishNotReadyAddresses"):
        weighed.says(
            0.3,
            f"Service {service['metadata']['name']} gives no names to pods that are not ready",
            f"Service/{service['metadata']['name']} spec.publishNotReadyAddresses",
        )
    sentence = (
        f"{first.name} waits for {', '.join(case.missing[:2])}, which {case.label} makes only once "
        f"{first.name} is ready"
    )
    remedy = Remedy(
        "Let the pods start together (podManagementPolicy: Parallel, which takes re-creating the set without its pods) and find "
        "each other before they are ready (publishNotReadyAddresses: true on the Service); or let the first pod become ready alone",
        (
            f'kubectl patch service {case.spec.get("serviceName")} -n {case.namespace} -p \'{{"spec":{{"publishNotReadyAddresses":true}}}}\'',
            f"kubectl delete {case.resource} -n {case.namespace} --cascade=orphan   # then apply it with "
            "podManagementPolicy: Parallel",
        ),
        "podManagementPolicy is immutable",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[first.label, case.label], remedy=remedy)


def _peers_named(case: Case) -> list[str]:
    """Later pods that commands, arguments or variables of the template speak of."""
    texts: list[str] = []
    for container in (case.template.get("spec") or {}).get("containers") or ():
        texts += [str(t) for t in (*(container.get("command") or ()), *(container.get("args") or ()))]
        texts += [str(v.get("value")) for v in container.get("env") or () if v.get("value")]
    whole = "\n".join(texts)
    return [n for n in case.missing if re.search(rf"\b{re.escape(n)}\b", whole)]
