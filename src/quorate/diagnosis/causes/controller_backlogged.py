"""The controller manager leads, but the controller of this kind does not get to its objects: hung, throttled, backlogged."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.controllers import (
    MANAGER,
    PROMPT,
    gone_since,
    heard,
    leader,
    manager_writes_after,
    peers,
    unseen_for,
)
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.ages import human_duration

ID = "controller-backlogged"
TITLE = "The controller does not get to it"
NEEDS = ("leases.coordination.k8s.io", "statefulsets.apps", "deployments.apps", "pods", "events")
EXPLAINS = ("spec-rewritten", "on-delete-drift")


def look(case: Case) -> Finding | None:
    weighed = Weigh()
    found = leader(case, MANAGER)
    if found is not None and not found.well:
        return None
    if case.unobserved:
        waited = unseen_for(case)
        if waited is not None and waited < PROMPT:
            return None
        weight = 0.75 if waited is not None and waited >= MINUTE else 0.6
        weighed.says(
            weight,
            f"generation {case.generation}, observed {case.observed}"
            + (f", for {human_duration(waited)}" if waited is not None else ""),
            f"{case.label} status.observedGeneration",
            case.spec_changed,
        )
        if waited is None:
            weighed.lacks_("no managedFields: since when is not known")
    elif case.short and case.pods_read and not case.refusals and not case.creation_waits and case.kind != "Job":
        gone = gone_since(case)
        if gone is not None and case.now - gone < 30 * SECOND:
            return None
        told = (
            f", the last heard of {case.missing[0]} was {human_duration(case.now - gone)} ago"
            if gone is not None
            else ""
        )
        weighed.says(
            0.55,
            f"{case.short} pod(s) do not exist, nobody refuses them and nothing waits for another{told}",
            f"{case.label} spec.replicas",
            gone,
        )
        if not case.evidence.list("events", case.namespace):
            weighed.denies(0.3, "no events are left: a refusal would be told there")
    else:
        return None
    if found is not None:
        weighed.says(0.3, f"{found.holder} leads and renews its Lease", f"{found.label} spec.renewTime", found.renewed)
    else:
        weighed.lacks_("no Lease of kube-controller-manager was read: that it runs is not certain")
    others = peers(case)
    if others.waiting:
        weighed.says(0.5, f"{len(others.waiting)} other(s) of its kind wait too: {', '.join(others.waiting[:3])}")
    if others.served_after and case.unobserved:
        weighed.denies(
            0.6, f"{others.served_after[0]}, of its kind, was processed since", "managedFields of its status"
        )
    word = heard(case, own=True) if case.unobserved else None
    if word is not None:
        weighed.denies(0.5, f"{word.source} has told of {word.about} since", f"event on {word.about}", word.last)
    since = case.spec_changed
    if case.unobserved and since is not None and not others.served_after:
        alive = manager_writes_after(case, since)
        if alive:
            weighed.says(0.2, f"other controllers of the manager work: {alive[0]} was written since", "managedFields")
        elif found is None and case.now - since > MINUTE:
            weighed.denies(
                0.3, "the manager has written nothing else in this namespace since then either", "managedFields"
            )
    what = f"the newest spec of {case.label}" if case.unobserved else f"the missing pods of {case.label}"
    sentence = f"the {case.kind} controller does not get to {what}: it hangs, is throttled, or has a backlog"
    remedy = Remedy(
        "Look for throttling and errors in the controller manager, then restart it: a new leader looks at "
        "everything anew",
        (
            "kubectl logs -n kube-system -l component=kube-controller-manager --tail=200 | grep -iE "
            "'throttl|error|statefulset|deployment'",
            "kubectl get --raw /metrics | grep -E 'workqueue_depth|apiserver_flowcontrol_rejected'",
        ),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label], remedy=remedy)
