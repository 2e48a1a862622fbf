"""The volume (or the node's disk) is full."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import FULL, crash_like, log_command, weigh
from quorate.diagnosis.finding import Act, Finding, Remedy
from quorate.objects.claims import class_name, requested
from quorate.objects.pod import claim_names

ID = "volume-full"
TITLE = "The volume is full"
NEEDS = ("pods", "persistentvolumeclaims", "storageclasses.storage.k8s.io")
EXPLAINS = (
    "data-corrupt",
    "crash-application",
    "crash-signal",
    "not-ready",
    "progress-deadline",
    "unhealthy-surge",
    "volume-permission",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    found = crash_like(case, lambda c: any(FULL.search(w) for w in c.words))
    if found is None:
        return None
    pod = found.first
    word = next(w for w in found.words if FULL.search(w))
    weighed = weigh(case, found, 0.5).says(0.85, f"its log says: {word}", f"log of {pod.label} ({pod.container})")
    claims = claim_names(pod.pod)
    claim = case.evidence.get("persistentvolumeclaims", case.namespace, claims[0]) if claims else None
    size = f" ({claims[0]}, {requested(claim)})" if claim is not None else ""
    found_class = (
        case.evidence.get("storageclasses.storage.k8s.io", "", class_name(claim)) if claim is not None else None
    )
    grows = (
        ""
        if found_class is None
        else ", which its class allows"
        if found_class.get("allowVolumeExpansion")
        else ", which its class does not allow"
    )
    sentence = f"{names(found.pods)} {verb(found.pods, 'crashes')}: its volume{size} is full: {word}"
    remedy = Remedy(
        f"Expand the claim{grows}, or free space on it",
        (
            f'kubectl patch pvc {claims[0] if claims else "<claim>"} -n {case.namespace} -p \'{{"spec":{{"resources":{{"requests":{{"storage":"<more>"}}}}}}}}\'',
            log_command(case, pod),
        ),
        "a claim never shrinks again; the template of the set keeps the old size",
        (Act("expand", f"PersistentVolumeClaim/{claims[0]}"),) if claims else (),
    )
    return weighed.finding(
        ID,
        TITLE,
        sentence,
        objects=[*(p.label for p in found.pods), *(f"PersistentVolumeClaim/{c}" for c in claims[:1])],
        remedy=remedy,
    )
