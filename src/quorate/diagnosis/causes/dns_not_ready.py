"""The cluster's DNS does not run: names of peers cannot be resolved, whatever the Services say."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.crashes import DNS, last_words
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.podstate import state_of

ID = "dns-not-ready"
TITLE = "The cluster's DNS is not ready"
NEEDS = ("pods", "deployments.apps", "services")
EXPLAINS = ("not-ready", "crash-application", "bootstrap-deadlock", "progress-deadline", "unhealthy-surge")

LABEL = ("k8s-app", "kube-dns")


def look(case: Case) -> Finding | None:
    if case.namespace == "kube-system":
        return None
    servers = [
        p
        for p in case.evidence.list("pods", "kube-system")
        if (p["metadata"].get("labels") or {}).get(LABEL[0]) == LABEL[1]
    ]
    states = [state_of(p, case.now, case.silent_nodes) for p in servers]
    down = bool(states) and not any(s.stage == "ready" for s in states)
    troubled = list(case.at("unready", "crashing", "init"))
    words = [w for p in troubled for w in last_words(case, p) if DNS.search(w)]
    if not down and not (words and troubled):
        return None
    weighed = Weigh()
    if down:
        weighed.says(
            0.75 if troubled else 0.5,
            f"none of {len(states)} DNS pod(s) is ready: {states[0].name} is {states[0].stage}",
            f"Pod/{states[0].name} (kube-system)",
            states[0].since,
        )
    elif states:
        weighed.denies(0.5, f"{sum(s.stage == 'ready' for s in states)} DNS pod(s) are ready")
    else:
        weighed.lacks_("the pods of kube-system were not read")
    if words:
        weighed.says(0.6, f"its log says: {words[-1]}", f"log of {troubled[0].label}")
    if not troubled:
        weighed.denies(0.3, "its own pods are ready meanwhile")
    sentence = f"names cannot be resolved: {'the DNS of the cluster is not ready' if down else words[-1]}" + (
        f"; {names(troubled)} suffers" if troubled else ""
    )
    remedy = Remedy(
        "Bring CoreDNS back; answers are cached for up to 30 s after that",
        (
            "kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide",
            "kubectl logs -n kube-system -l k8s-app=kube-dns --tail=50",
        ),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in troubled] or [case.label], remedy=remedy)
