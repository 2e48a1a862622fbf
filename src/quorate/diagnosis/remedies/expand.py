"""Asks for more room on a claim, where its class can grow. How much, only a person can say."""

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, NeedsValue, Step, ref_of
from quorate.diagnosis.reading import Wanted
from quorate.objects.claims import class_name, requested
from quorate.objects.quantity import compare

ID = "expand"
TITLE = "Expand a claim"
TAKES = {"claim": "its name", "size": "its new size, e.g. 20Gi"}
NEEDS = (Wanted("storageclasses.storage.k8s.io", "cluster"),)


def plan(asked: Asked) -> Fix:
    case = asked.case
    claim = asked.object("PersistentVolumeClaim", "persistentvolumeclaims", "claim")
    name, has = claim["metadata"]["name"], requested(claim)
    if claim["metadata"].get("deletionTimestamp"):
        raise CannotFix(f"claim {name} is being deleted")
    if (claim.get("status") or {}).get("phase") != "Bound":
        raise CannotFix(f"claim {name} is not bound: only what is bound can grow")
    found = case.evidence.get("storageclasses.storage.k8s.io", "", class_name(claim))
    if found is None or not found.get("allowVolumeExpansion"):
        why = "was not found" if found is None else "does not allow it (allowVolumeExpansion)"
        raise CannotFix(f"claim {name} cannot grow: its class {class_name(claim) or '(none)'} {why}")
    size = asked.quantity("size")
    if size is None:
        raise NeedsValue(f"say to which size: --set size=AMOUNT (claim {name} asks for {has} now)")
    if compare(size, has) <= 0:
        raise CannotFix(f"claim {name} asks for {has} already: a claim never shrinks")
    says = f"expand claim {name} from {has} to {size}"
    body = {"spec": {"resources": {"requests": {"storage": size}}}}
    risks = ["a claim never shrinks again, and the larger one costs more"]
    templates = [str(t["metadata"]["name"]) for t in case.spec.get("volumeClaimTemplates") or ()]
    made_from = next((t for t in templates if name.startswith(f"{t}-{case.name}-")), None)
    if made_from is not None:
        field = f"spec.volumeClaimTemplates.{made_from}.spec.resources.requests.storage"
        risks.append(
            f"the template of {case.label} keeps the old size for new replicas: change it afterwards with --remedy recreate "
            f"--set {field}={size}"
        )
    return Fix(ID, says, (Step(says, Change(ref_of(claim, "persistentvolumeclaims"), body), claim),), tuple(risks))
