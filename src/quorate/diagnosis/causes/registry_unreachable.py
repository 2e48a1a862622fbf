"""The registry does not answer: name resolution, network, certificate, or a rate limit."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.images import kind_of, others_pull, pulls, weigh

ID = "registry-unreachable"
TITLE = "The registry cannot be reached"
NEEDS = ("pods", "events")
EXPLAINS = ("image-not-found", "progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for pull in pulls(case):
        if kind_of(pull) != "unreachable":
            continue
        weighed = weigh(pull, 0.9)
        if others_pull(case, pull):
            weighed.says(0.2, "other pods run this very image, so its name is right")
        nodes = sorted({p.node for p in pull.pods})
        registry = (
            pull.image.split("/")[0]
            if "/" in pull.image and "." in pull.image.split("/")[0]
            else "the default registry"
        )
        limited = "toomanyrequests" in pull.said or "rate limit" in pull.said.lower()
        why = "limits how much is pulled" if limited else "cannot be reached"
        sentence = f"{names(pull.pods)} cannot start: {registry} {why} from {', '.join(nodes)}"
        remedy = Remedy(
            "Pull with credentials or through a mirror"
            if limited
            else f"Check the way from {', '.join(nodes)} to {registry}: DNS, proxy, firewall, certificate",
            (f"kubectl debug node/{nodes[0]} -it --image=busybox -- nslookup {registry}",) if not limited else (),
        )
        return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pull.pods], remedy=remedy)
    return None
