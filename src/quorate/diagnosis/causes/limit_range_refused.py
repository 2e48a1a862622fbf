"""A LimitRange refuses the pods: they ask for more or less than it allows."""

import re

from quorate.diagnosis.bounds import broken_bounds, broken_claim_bounds
from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import Refused, missing_pods, refused, weigh
from quorate.diagnosis.finding import Act, Finding, Remedy, Weigh

ID = "limit-range-refused"
TITLE = "A LimitRange refuses the pods"
NEEDS = ("limitranges", "events", "pods")
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

_SAID = re.compile(
    r"(minimum|maximum) \S+ (?:usage|limit to request ratio|storage usage) per (?:Container|Pod|PersistentVolumeClaim)|max limit to request ratio"
)


_LIMIT = re.compile(r"spec\.containers\[(\d+)\]\.resources\.requests: .*must be less than or equal to (\S+) limit of")


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID) or _lowered(case)
    if found is None and (not case.short or case.creation_waits or case.refusals):
        return None
    weighed = weigh(found) if found is not None else Weigh()
    broken = []
    names = []
    for one in case.evidence.list("limitranges", case.namespace):
        bounds = broken_bounds(one, {"spec": case.template.get("spec") or {}})
        for template in case.spec.get("volumeClaimTemplates") or () if case.missing else ():
            bounds += broken_claim_bounds(one, template)
        if bounds:
            names.append(one["metadata"]["name"])
            broken += bounds
            weighed.says(0.5 if found else 0.8, bounds[0], f"LimitRange/{one['metadata']['name']} spec.limits")
    if found is None:
        if not broken:
            return None
        weighed.lacks_("no refusal is told: events live for an hour, and repeated ones are held back")
    elif not broken and case.evidence.list("limitranges", case.namespace):
        weighed.lacks_("which of its bounds is broken does not show in the template")
    why = found.message if found is not None else broken[0]
    sentence = (
        f"LimitRange {', '.join(names) or 'of the namespace'} refuses {found.subject if found else 'its pods'}: {why}"
    )
    remedy = Remedy(
        "Ask for what the LimitRange allows, or change the LimitRange",
        (
            f"kubectl describe limitrange -n {case.namespace}",
            f"kubectl set resources {case.resource} -n {case.namespace} --requests=<within the bounds> "
            "--limits=<within the bounds>",
        ),
        "a change of the template rolls all pods",
        (Act("resources", case.label),),
    )
    return weighed.finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)


def _lowered(case: Case) -> Refused | None:
    """The pod asks for more than a limit that its template does not have: a LimitRange gave it that limit."""
    found = refused(case, _LIMIT)
    containers = (case.template.get("spec") or {}).get("containers") or ()
    if found is None or int(found.match[1]) >= len(containers):
        return None
    limits = (containers[int(found.match[1])].get("resources") or {}).get("limits") or {}
    return None if found.match[2] in limits else found
