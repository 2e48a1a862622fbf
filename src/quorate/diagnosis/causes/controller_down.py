"""The controller manager does not run or does not lead: nobody processes specs, replaces pods, binds claims."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.controllers import MANAGER, PROMPT, heard, leader, manager_writes_after, peers, unseen_for
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.kernel.clock import MINUTE
from quorate.objects.ages import human_duration

ID = "controller-down"
TITLE = "The controller manager is down or does not lead"
NEEDS = ("leases.coordination.k8s.io", "statefulsets.apps", "deployments.apps", "pods")
EXPLAINS = ("claim-pending", "provisioner-silent", "on-delete-drift", "spec-rewritten")


def look(case: Case) -> Finding | None:
    if not case.unobserved and not (case.short and not case.refusals and not case.creation_waits):
        return None
    waited = unseen_for(case)
    if case.unobserved and waited is not None and waited < PROMPT:
        return None
    found, weighed = leader(case, MANAGER), Weigh()
    if found is not None and found.well:
        return None
    if case.unobserved:
        weighed.says(
            0.45 if found is not None or case.spec_changed is not None else 0.6,
            f"generation {case.generation}, observed {case.observed}"
            + (f", for {human_duration(waited)}" if waited is not None else ""),
            f"{case.label} status.observedGeneration",
            case.spec_changed,
        )
    if found is None:
        if not case.unobserved:
            return None
        weighed.lacks_("no Lease of kube-controller-manager was read: some clusters hide it")
    elif not found.holder:
        weighed.says(
            0.93, "nobody holds the Lease kube-controller-manager", f"{found.label} spec.holderIdentity", found.renewed
        )
    else:
        weighed.says(
            0.93,
            f"{found.holder} has not renewed the Lease for {human_duration(found.stale)} past its duration",
            f"{found.label} spec.renewTime",
            found.renewed,
        )
    others = peers(case)
    if others.waiting:
        weighed.says(0.3, f"{len(others.waiting)} other(s) of its kind wait too: {', '.join(others.waiting[:3])}")
    if others.served_after:
        weighed.denies(0.7, f"{others.served_after[0]} was processed since", "managedFields of its status")
    since = case.spec_changed
    word = heard(case, own=False) if found is None else None
    if word is not None:
        ago = human_duration(case.now - word.last)
        weighed.denies(
            0.6, f"{word.source} has told of {word.about} {ago} ago: the manager works", f"event on {word.about}"
        )
    if since is not None and found is None:
        alive = manager_writes_after(case, since)
        if alive:
            weighed.denies(0.6, f"the controller manager has written {alive[0]} since", "managedFields")
        elif case.now - since > MINUTE:
            weighed.says(0.5, "it has written nothing at all in this namespace since then", "managedFields")
    sentence = (
        f"nobody processes {case.label}: the controller manager does not lead"
        if found is not None
        else f"nobody has processed the newest spec of {case.label}, and nothing shows a controller manager at work"
    )
    remedy = Remedy(
        "Bring the controller manager back: pods that run keep running meanwhile, but nothing is replaced",
        (
            "kubectl get lease -n kube-system kube-controller-manager -o yaml",
            "kubectl get pods -n kube-system -l component=kube-controller-manager -o wide",
            "kubectl logs -n kube-system -l component=kube-controller-manager --tail=100",
        ),
        "when it comes back it does at once all that has waited",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label, f"Lease/{MANAGER}"], remedy=remedy)
