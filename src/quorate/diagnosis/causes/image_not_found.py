"""The image, or its tag, is not in its registry."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.images import kind_of, others_pull, pulls, weigh
from quorate.diagnosis.rollback import undo_or

ID = "image-not-found"
TITLE = "The image cannot be found"
NEEDS = ("pods", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for pull in pulls(case):
        kind = kind_of(pull)
        if kind not in ("not-found", ""):
            continue
        weighed = weigh(pull, 0.93 if kind else 0.7)
        if not kind:
            weighed.lacks_("the kubelet does not say why the pull fails; a wrong name or tag is the usual reason")
        running = others_pull(case, pull)
        if running:
            weighed.denies(0.15, f"{running[0]} runs this image: it exists, or did")
        remedy = undo_or(
            case,
            f"Set an image that exists in place of {pull.image}",
            f"kubectl set image {case.resource} -n {case.namespace} {pull.first.container}=<image:tag>",
        )
        sentence = (
            f"{names(pull.pods)} cannot start: image {pull.image} "
            f"{'does not exist in its registry' if kind else 'cannot be pulled'}"
        )
        return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pull.pods], remedy=remedy)
    return None
