"""A claim has lost its volume: the PersistentVolume was deleted."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh

ID = "claim-lost"
TITLE = "A claim has lost its volume"
NEEDS = ("persistentvolumeclaims", "persistentvolumes", "events")
EXPLAINS = (
    "claim-pending",
    "start-silent",
    "mount-failed",
    "volume-attach-failed",
    "volume-zone",
    "crash-application",
    "not-ready",
    "provisioner-silent",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    known = case.evidence.knows("persistentvolumes") and case.evidence.list("persistentvolumes")
    lost = []
    for claim in case.claims:
        volume = claim["spec"].get("volumeName")
        gone = bool(known) and bool(volume) and case.evidence.get("persistentvolumes", "", volume) is None
        phase = (claim.get("status") or {}).get("phase")
        if phase == "Lost" or (gone and phase == "Bound"):
            lost.append((claim, phase == "Lost", gone))
    if not lost:
        return None
    claim, said, gone = lost[0]
    name, weighed = claim["metadata"]["name"], Weigh()
    if said:
        weighed.says(0.9, f"claim {name} is Lost", f"PersistentVolumeClaim/{name} status.phase")
    if gone:
        weighed.says(
            0.8,
            f"its volume {claim['spec']['volumeName']} does not exist",
            f"PersistentVolumeClaim/{name} spec.volumeName",
        )
    told = [t for t in case.events_of(claim) if t.reason == "ClaimLost"]
    if told:
        weighed.says(0.5, told[-1].message, f"event on PersistentVolumeClaim/{name}", told[-1].first)
    users = [p.label for c, _, _ in lost for p in case.users_of(c)]
    sentence = (
        f"claim {', '.join(c['metadata']['name'] for c, _, _ in lost)} has lost its volume: what was on it "
        "is not to be had through the cluster any more"
    )
    remedy = Remedy(
        "Find the disk at the storage provider. If it still exists, make a PersistentVolume for it with a "
        "claimRef to this claim; if not, "
        "restore from a backup or let the peers copy the data to a new claim",
        (
            f"kubectl get pvc {name} -n {case.namespace} -o yaml",
            f"kubectl get events -n {case.namespace} --field-selector involvedObject.name={name}",
        ),
        "deleting the claim gives the pod an empty volume: for a member of a quorum only once the others are well",
    )
    return weighed.finding(
        ID,
        TITLE,
        sentence,
        objects=[*(f"PersistentVolumeClaim/{c['metadata']['name']}" for c, _, _ in lost), *users],
        remedy=remedy,
    )
