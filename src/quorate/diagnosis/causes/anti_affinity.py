"""Required anti-affinity wants more places than there are: more replicas than nodes or zones to keep them apart in."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Act, Finding, Remedy
from quorate.diagnosis.placement import anti_terms, domains, own_term
from quorate.diagnosis.scheduling import blocked, weigh

ID = "anti-affinity"
TITLE = "Anti-affinity leaves no place"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

WORDS = ("didn't match pod anti-affinity rules", "didn't satisfy existing pods anti-affinity rules")


def look(case: Case) -> Finding | None:
    found = blocked(case, *WORDS)
    if found is None:
        return None
    pod = found.pods[0]
    weighed = weigh(case, found, *WORDS)
    term = own_term(case, anti_terms(pod.pod))
    key = str((term or {}).get("topologyKey") or "")
    places = domains(case, key) if key else set()
    told = ""
    if key and case.evidence.list("nodes"):
        surge = 1 if case.kind == "Deployment" and case.strategy == "RollingUpdate" else 0
        told = (
            f"{case.wanted + surge if surge and case.outdated else case.wanted} pods must be in different "
            f"{key}, of which there are {len(places)}"
        )
        if case.wanted > len(places):
            weighed.says(0.8, told, f"{pod.label} spec.affinity.podAntiAffinity")
        elif surge and case.outdated and case.wanted + surge > len(places):
            told = f"a rollout makes {surge} pod more than the {len(places)} different {key} can hold"
            weighed.says(0.8, told, f"{case.label} spec.strategy.rollingUpdate.maxSurge")
        else:
            weighed.denies(0.5, f"{told}: that would do, if the nodes were all to be had")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: anti-affinity: "
        f"{told or 'every node has a pod that must not be near it'}"
    )
    remedy = Remedy(
        "Add nodes (zones), run fewer replicas, or make the anti-affinity a preference (preferredDuringScheduling...)",
        (
            f"kubectl get nodes -L {key or 'kubernetes.io/hostname'}",
            f"kubectl scale {case.resource} -n {case.namespace} --replicas={len(places) or '<fewer>'}",
        ),
        "scaling down a quorum system: let its members leave first",
        (Act("scale", case.label, (("to", len(places)),)),) if places else (),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
