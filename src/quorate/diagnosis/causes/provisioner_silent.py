"""The claim waits for a provisioner that does not say a word: it does not run, or does not feel responsible."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.claims import (
    CLASSES,
    Pending,
    begun_often,
    list_names,
    names_class,
    objects,
    pending,
    waits_for_node,
    weigh,
)
from quorate.diagnosis.finding import Finding, Remedy
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.ages import human_duration
from quorate.objects.claims import default_class

ID = "provisioner-silent"
TITLE = "The storage provisioner does nothing"
NEEDS = ("persistentvolumeclaims", "storageclasses.storage.k8s.io", "events", "csidrivers.storage.k8s.io")
EXPLAINS = ("claim-pending", "start-silent", "progress-deadline", "bootstrap-deadlock")

STATIC = "kubernetes.io/no-provisioner"


def look(case: Case) -> Finding | None:
    found = [p for p in pending(case) if _silent(case, p)]
    if not found:
        return None
    one = found[0]
    age = None if one.since is None else case.now - one.since
    weighed = weigh(
        one, 0.5, f"claim {one.name} is Pending" + (f" for {human_duration(age)}" if age is not None else "")
    )
    waiting = one.told("ExternalProvisioning")
    provisioner = _provisioner(one)
    begun = one.told("Provisioning")
    if waiting is not None:
        weighed.says(0.5, f"it waits for {provisioner} ({waiting.count} times)", f"event on {one.label}", waiting.first)
    elif provisioner:
        weighed.says(0.3, f"its class leaves it to {provisioner}", f"StorageClass/{one.class_name} provisioner")
    if begun is not None:
        weighed.denies(0.15, f"{provisioner} has begun: {begun.message}", f"event on {one.label}", begun.last)
    elif one.events:
        weighed.says(0.4, f"{provisioner or 'the provisioner'} has told nothing about it", f"events on {one.label}")
    elif case.evidence.knows("events", case.namespace):
        # A provisioner that fails tries again and says so: the claim controller repeats its wait for ever.
        weighed.lacks_("no events are left about it: a failure would be told there")
    else:
        weighed.denies(0.5, "the events were not read: a provisioner that tries and fails would tell it there")
    drivers = case.evidence.list("csidrivers.storage.k8s.io")
    named = {d["metadata"]["name"] for d in drivers}
    if (
        provisioner
        and "/" not in provisioner
        and case.evidence.knows("csidrivers.storage.k8s.io")
        and provisioner not in named
    ):
        weighed.says(0.5, f"no CSI driver {provisioner} is registered", f"CSIDriver/{provisioner}")
    sentence = (
        f"claim {list_names(found)} cannot be bound: {provisioner or 'the provisioner'} "
        f"{'has begun and not ended' if begun else 'does nothing' if one.events else 'has not made its volume'}"
    )
    remedy = Remedy(
        f"See that {provisioner or 'the provisioner'} runs, and what its log says",
        (
            f"kubectl get storageclass {one.class_name} -o jsonpath='{{.provisioner}}'",
            "kubectl get csidrivers",
            "kubectl get pods -A | grep -iE 'csi|provisioner'",
        ),
    )
    return weighed.finding(ID, TITLE, sentence, objects=objects(case, found), remedy=remedy)


def _provisioner(one: Pending) -> str:
    said = (one.claim["metadata"].get("annotations") or {}).get("volume.kubernetes.io/storage-provisioner")
    return str((one.storage_class or {}).get("provisioner") or said or "")


def _silent(case: Case, one: Pending) -> bool:
    if one.volume_name or waits_for_node(case, one) or one.claim["metadata"].get("deletionTimestamp"):
        return False
    failed = one.told("ProvisioningFailed")
    if failed is not None or begun_often(one) is not None:
        return False
    classless = one.storage_class is None and (
        names_class(one.claim) or default_class(case.evidence.list(CLASSES)) is None
    )
    if classless and one.told("ExternalProvisioning") is None:
        return False
    if _provisioner(one) == STATIC:
        return False
    begun = one.told("Provisioning") is not None
    return one.since is None or case.now - one.since >= (3 * MINUTE if begun else 45 * SECOND)
