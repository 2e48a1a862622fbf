"""The update strategy is OnDelete: pods keep their old revision until somebody deletes them."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Act, Finding, Remedy, Weigh
from quorate.kernel.clock import MINUTE
from quorate.objects.ages import human_duration

ID = "on-delete-drift"
TITLE = "OnDelete: the pods wait to be deleted"
NEEDS = ("pods", "controllerrevisions.apps")
EXPLAINS = ()


def look(case: Case) -> Finding | None:
    if case.kind not in ("StatefulSet", "DaemonSet") or case.strategy != "OnDelete" or not case.outdated:
        return None
    weighed = Weigh().says(
        0.8,
        f"updateStrategy is OnDelete, and {names(case.outdated)} {'is' if len(case.outdated) == 1 else 'are'} not "
        "of the newest revision",
        f"{case.label} spec.updateStrategy.type",
    )
    since = case.spec_changed
    age = None if since is None else case.now - since
    if age is not None and age >= 30 * MINUTE:
        weighed.says(
            0.4,
            f"the newest template has waited for {human_duration(age)}",
            f"{case.label} metadata.managedFields",
            since,
        )
    elif age is not None:
        weighed.denies(
            0.1, f"the template was written {human_duration(age)} ago: somebody may be about to delete them", at=since
        )
    sentence = (
        f"{names(case.outdated)} {'runs' if len(case.outdated) == 1 else 'run'} an older revision: with "
        "OnDelete nothing is updated until it is deleted"
    )
    first = case.outdated[-1]
    remedy = Remedy(
        "Delete the pods one at a time, each once the one before is ready, or set the strategy to RollingUpdate",
        (
            f"kubectl delete pod {first.name} -n {case.namespace}",
            f"kubectl rollout status {case.resource} -n {case.namespace}",
        ),
        "a deletion respects no budget: see that the others are ready and in sync first",
        (Act("delete-pod", first.label, (("uid", first.pod["metadata"].get("uid")),)),),
    )
    return weighed.finding(
        ID, TITLE, sentence, objects=[case.label, *(p.label for p in case.outdated)], since=since, remedy=remedy
    )
