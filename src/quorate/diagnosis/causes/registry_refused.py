"""The registry refuses the pull: wrong or missing credentials, or no access to the repository."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.images import kind_of, pulls, weigh

ID = "registry-refused"
TITLE = "The registry refuses the pull"
NEEDS = ("pods", "events", "serviceaccounts", "secrets")
EXPLAINS = ("image-not-found", "progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for pull in pulls(case):
        if kind_of(pull) != "unauthorized":
            continue
        weighed = weigh(pull, 0.9)
        secrets = [s.get("name") for s in pull.first.pod["spec"].get("imagePullSecrets") or ()]
        if secrets:
            weighed.says(
                0.1,
                f"it pulls with the secret(s) {', '.join(map(str, secrets))}",
                f"{pull.first.label} spec.imagePullSecrets",
            )
            advice = f"Check that {', '.join(map(str, secrets))} holds credentials that may pull {pull.image}"
        else:
            weighed.says(
                0.3, "it pulls without credentials: no imagePullSecrets", f"{pull.first.label} spec.imagePullSecrets"
            )
            advice = f"Give the pod an imagePullSecret that may pull {pull.image}"
        account = pull.first.pod["spec"].get("serviceAccountName") or "default"
        commands = (
            f"kubectl create secret docker-registry <name> -n {case.namespace} --docker-server=<registry> "
            "--docker-username=<user> --docker-password=<password>",
            f'kubectl patch serviceaccount {account} -n {case.namespace} -p \'{{"imagePullSecrets":[{{"name":"<name>"}}]}}\'',
        )
        sentence = f"{names(pull.pods)} cannot start: the registry refuses to give {pull.image}"
        objects = [p.label for p in pull.pods]
        return weighed.finding(ID, TITLE, sentence, objects=objects, remedy=Remedy(advice, commands))
    return None
