"""The pull policy is Never, and the node does not have the image."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.images import kind_of, pulls, weigh

ID = "image-never-pulled"
TITLE = "The image is not on the node, and may not be pulled"
NEEDS = ("pods",)
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for pull in pulls(case):
        if kind_of(pull) != "never":
            continue
        sentence = (
            f"{names(pull.pods)} cannot start: {pull.image} is not on {pull.first.node}, and imagePullPolicy is Never"
        )
        remedy = Remedy("Let it be pulled (imagePullPolicy: IfNotPresent), or load the image onto every node")
        return weigh(pull, 0.96).finding(ID, TITLE, sentence, objects=[p.label for p in pull.pods], remedy=remedy)
    return None
