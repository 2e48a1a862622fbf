"""The claim names no storage class, and there is no default one (or it asks for none), and no volume fits it."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.claims import CLASSES, list_names, names_class, objects, pending, weigh
from quorate.diagnosis.finding import Finding, Remedy
from quorate.objects.claims import default_class, has_class

ID = "storage-class-unset"
TITLE = "No storage class: nobody makes a volume for the claim"
NEEDS = ("persistentvolumeclaims", "storageclasses.storage.k8s.io", "events")
EXPLAINS = ("claim-pending", "provisioner-silent", "progress-deadline", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    found = [p for p in pending(case) if not names_class(p.claim) and not p.volume_name]
    known = case.evidence.knows(CLASSES)
    default = default_class(case.evidence.list(CLASSES))
    if not found or (default is not None and any(not has_class(p.claim) for p in found)):
        return None
    volumes = [v for v in case.evidence.list("persistentvolumes") if not v["spec"].get("storageClassName")]
    if volumes and has_class(found[0].claim):
        return None  # a static volume was to be found: another cause looks at why none fits
    one = found[0]
    told = one.told("FailedBinding")
    weighed = weigh(one, 0.4, f"claim {one.name} is Pending and names no storage class")
    if told is not None:
        weighed.says(0.8, told.message, f"event on {one.label}", told.first)
    if known and default is None:
        weighed.says(0.6, "no storage class is the default one", "StorageClass annotations")
    elif not known:
        weighed.lacks_("the storage classes were not read")
    sentence = (
        f"claim {list_names(found)} cannot be bound: it names no storage class, and "
        f"{'there is no default' if default is None else 'asks for none'}"
    )
    remedy = Remedy(
        "Mark a class as the default one, or name a class in the claim template",
        (
            'kubectl patch storageclass <name> -p \'{"metadata":{"annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}}\'',
        ),
    )
    return weighed.finding(ID, TITLE, sentence, objects=objects(case, found), remedy=remedy)
