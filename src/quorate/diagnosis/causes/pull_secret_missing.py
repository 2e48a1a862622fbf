"""A pod names an imagePullSecret that does not exist."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.images import kind_of, pulls, weigh

ID = "pull-secret-missing"
TITLE = "An image pull secret is missing"
NEEDS = ("pods", "events", "secrets")
EXPLAINS = (
    "registry-refused",
    "image-not-found",
    "progress-deadline",
    "unhealthy-surge",
    "not-ready",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    for pull in pulls(case):
        if kind_of(pull) in ("name", "never"):
            continue
        named = [str(s.get("name")) for s in pull.first.pod["spec"].get("imagePullSecrets") or ()]
        told = case.events_of(pull.first.pod, "FailedToRetrieveImagePullSecret")
        missing = [n for n in named if case.evidence.get("secrets", case.namespace, n) is None]
        sure = case.evidence.knows("secrets", case.namespace)
        if not missing or not (sure or told):
            continue
        weighed = weigh(pull, 0.5)
        if sure:
            weighed.says(
                0.9,
                f"there is no secret {', '.join(missing)} in {case.namespace}",
                f"{pull.first.label} spec.imagePullSecrets",
            )
        else:
            weighed.lacks_("secrets were not read: whether it exists is known from the event only")
        if told:
            weighed.says(0.7, told[-1].message, f"event on {pull.first.label}", told[-1].first)
        sentence = f"{names(pull.pods)} cannot pull {pull.image}: its pull secret {', '.join(missing)} does not exist"
        command = (
            f"kubectl create secret docker-registry {missing[0]} -n {case.namespace} "
            "--docker-server=<registry> --docker-username=<user> --docker-password=<password>"
        )
        return weighed.finding(
            ID, TITLE, sentence, objects=[*(p.label for p in pull.pods), *(f"Secret/{n}" for n in missing)],
            remedy=Remedy(f"Create the secret {missing[0]}, or name one that exists", (command,)),
        )  # fmt: skip
    return None
