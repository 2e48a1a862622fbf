"""The controller's own writes are refused: a ControllerRevision or a ReplicaSet cannot be created, so nothing can start."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.controllers import MANAGER, PROMPT, heard, leader, peers, unseen_for
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.objects.quantity import compare

ID = "writes-rejected"
TITLE = "The controller's own writes are refused"
NEEDS = ("resourcequotas", "controllerrevisions.apps", "replicasets.apps", "events", "leases.coordination.k8s.io")
EXPLAINS = ("controller-backlogged", "controller-down", "progress-deadline")

COUNTED = {"StatefulSet": "count/controllerrevisions.apps", "Deployment": "count/replicasets.apps"}


def look(case: Case) -> Finding | None:
    for refusal in case.refusals:
        if refusal.what in ("replicaset", "revision"):
            weighed = Weigh().says(0.95, refusal.message.strip(), refusal.where, refusal.first)
            if case.unobserved:
                weighed.says(
                    0.3,
                    f"generation {case.generation}, observed {case.observed}: it stops before it counts the spec "
                    "as seen",
                    f"{case.label} status.observedGeneration",
                )
            return _found(case, weighed, f"its ReplicaSet {refusal.name} is refused: {refusal.message.strip()}")
    if not case.unobserved or case.kind not in COUNTED:
        return None
    waited = unseen_for(case)
    if waited is not None and waited < PROMPT:
        return None
    weighed, told = Weigh(), ""
    for quota in case.evidence.list("resourcequotas", case.namespace):
        status = quota.get("status") or {}
        name = COUNTED[case.kind]
        hard, used = (status.get("hard") or {}).get(name), (status.get("used") or {}).get(name, "0")
        if hard is not None and compare(used, hard) >= 0:
            told = f"quota {quota['metadata']['name']} allows {hard} {name.removeprefix('count/')}, and {used} exist"
            weighed.says(0.9, told, f"ResourceQuota/{quota['metadata']['name']} status.used")
    lead = leader(case, MANAGER)
    if lead is not None and not lead.well:
        return None
    served, word = peers(case).served_after, heard(case, own=True)
    if (served or word is not None) and not told:
        if served:
            says = f"the controller works: it processed {served[0]} since, but not this one"
            weighed.says(0.7, says, "managedFields of its status")
        elif word is not None:
            says = f"the controller works: it has told of {word.about} since, but nothing of this one"
            weighed.says(0.6, says, f"event on {word.about}", word.last)
        weighed.lacks_(
            "its error is only in the controller manager's log: it tells no event of a revision that it cannot write"
        )
    if not weighed.proofs:
        return None
    weighed.says(
        0.3,
        f"generation {case.generation}, observed {case.observed}",
        f"{case.label} status.observedGeneration",
        case.spec_changed,
    )
    what = "ControllerRevision" if case.kind == "StatefulSet" else "ReplicaSet"
    return _found(
        case,
        weighed,
        told or f"the controller works, but cannot get past {case.label}: most likely its {what} is refused",
    )


def _found(case: Case, weighed: Weigh, why: str) -> Finding | None:
    what = "controllerrevisions" if case.kind == "StatefulSet" else "replicasets"
    remedy = Remedy(
        f"Let the controller create {what} again: raise the quota, or correct the webhook or policy that refuses them",
        (
            f"kubectl describe resourcequota -n {case.namespace}",
            "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations,validatingadmissionpolicies",
            f"kubectl logs -n kube-system -l component=kube-controller-manager --tail=200 | grep {case.name}",
        ),
    )
    return weighed.finding(
        ID, TITLE, f"the newest spec of {case.label} cannot be processed: {why}", objects=[case.label], remedy=remedy
    )
