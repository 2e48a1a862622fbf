"""The image's name is not a valid reference."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.images import kind_of, pulls, weigh
from quorate.diagnosis.rollback import undo_or

ID = "image-name-invalid"
TITLE = "The image's name is not valid"
NEEDS = ("pods",)
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for pull in pulls(case):
        if kind_of(pull) != "name":
            continue
        sentence = f"{names(pull.pods)} cannot start: {pull.image!r} is not a valid image name"
        command = f"kubectl set image {case.resource} -n {case.namespace} {pull.first.container}=<image:tag>"
        remedy = undo_or(case, "Write the image as registry/repository:tag, in lower case", command)
        return weigh(pull, 0.96).finding(ID, TITLE, sentence, objects=[p.label for p in pull.pods], remedy=remedy)
    return None
