"""A ResourceQuota refuses the pods (or claims) that its controller tries to make."""

import re
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding, Remedy, Weigh
from quorate.objects.pod_resources import totals
from quorate.objects.quantity import compare, parse, subtract
from quorate.objects.quota import in_scopes, scopes_of, usage

Obj = dict[str, Any]

ID = "quota-exceeded"
TITLE = "A resource quota is used up"
NEEDS = ("resourcequotas", "events", "pods")
EXPLAINS = ("progress-deadline", "unhealthy-surge")

_EXCEEDED = re.compile(r"exceeded quota: (\S+), requested: (.+?), used: (.+?), limited: (.+)", re.S)
_MUST = re.compile(r"failed quota: (\S+): must specify (.+)", re.S)


def look(case: Case) -> Finding | None:
    return _refused(case) or _full(case)


def _refused(case: Case) -> Finding | None:
    for refusal in case.refusals:
        if refusal.what in ("replicaset", "revision"):
            continue
        exceeded, must = _EXCEEDED.search(refusal.message), _MUST.search(refusal.message)
        if exceeded is None and must is None:
            continue
        weighed = Weigh().says(0.93, refusal.message.strip(), refusal.where, refusal.first)
        if must is not None:
            sentence = f"quota {must[1]} wants every pod to say {must[2].strip()}, and the pods of {case.label} do not"
            return _found(case, weighed, sentence, must[1], "")
        assert exceeded is not None
        quota = case.evidence.get("resourcequotas", case.namespace, exceeded[1])
        if quota is None:
            if case.evidence.knows("resourcequotas", case.namespace):
                weighed.denies(0.4, f"there is no quota {exceeded[1]} any more", f"ResourceQuota/{exceeded[1]}")
            else:
                weighed.lacks_("the quotas were not read: what they hold now is not known")
        missing = _missing(exceeded[2], exceeded[3], exceeded[4])
        room = _has_room_now(case, quota) if quota is not None else None
        if room is False:
            weighed.says(0.5, f"quota {exceeded[1]} has no room for it now", f"ResourceQuota/{exceeded[1]} status.used")
        elif room is True:
            weighed.denies(
                0.25,
                f"quota {exceeded[1]} has room by now: the next try should succeed",
                f"ResourceQuota/{exceeded[1]}",
            )
        subject = f"{refusal.what} {refusal.name}".strip() if refusal.name else f"{case.short} pod(s) of {case.label}"
        sentence = (
            f"quota {exceeded[1]} refuses {subject}: used {exceeded[3]} of "
            f"{exceeded[4].strip()}{f'; {missing} more would do' if missing else ''}"
        )
        return _found(case, weighed, sentence, exceeded[1], missing)
    return None


def _full(case: Case) -> Finding | None:
    """No event is left to tell it, but pods are missing and a quota has no room for one more."""
    if not case.short or case.creation_waits:
        return None
    pod: Obj = {"metadata": {"name": "", "namespace": case.namespace}, "spec": (case.template.get("spec") or {})}
    for quota in case.evidence.list("resourcequotas", case.namespace):
        if not in_scopes("pods", pod, scopes_of(quota)):
            continue
        status = quota.get("status") or {}
        hard, used = status.get("hard") or quota["spec"].get("hard") or {}, status.get("used") or {}
        over = [n for n, a in usage("pods", pod).items() if n in hard and _exceeds(used.get(n, "0"), a, hard[n])]
        if not over:
            continue
        name = quota["metadata"]["name"]
        told = ", ".join(f"{n} {used.get(n, '0')} of {hard[n]}" for n in over)
        weighed = Weigh().says(
            0.85, f"quota {name} has no room for another of its pods: {told}", f"ResourceQuota/{name} status.used"
        )
        weighed.lacks_("no refusal is told: events live for an hour, and repeated ones are held back")
        sentence = (
            f"{case.short} pod(s) of {case.label} do not exist, and quota {name} has no room for another: used {told}"
        )
        return _found(case, weighed, sentence, name, "")
    return None


def _found(case: Case, weighed: Weigh, sentence: str, quota: str, missing: str) -> Finding | None:
    objects = [f"ResourceQuota/{quota}", *(f"Pod/{n}" for n in case.missing)]
    need = totals({"spec": case.template.get("spec") or {}}, "requests")
    each = ", ".join(f"{k}={v}" for k, v in sorted(need.items())) or "nothing but its number"
    remedy = Remedy(
        f"Raise quota {quota}{f' by {missing}' if missing else ''}, or free what others hold in it. One pod asks "
        f"for {each}",
        (
            f"kubectl describe resourcequota {quota} -n {case.namespace}",
            f"kubectl get pods -n {case.namespace} -o "
            "custom-columns=NAME:.metadata.name,CPU:.spec.containers[*].resources.requests.cpu",
            f"kubectl edit resourcequota {quota} -n {case.namespace}",
        ),
        "the quota may be there to protect other tenants: ask its owner",
        (Act("quota", f"ResourceQuota/{quota}", (("namespace", case.namespace), ("missing", missing))),),
    )
    return weighed.finding(ID, TITLE, sentence, objects=objects, remedy=remedy)


def _exceeds(used: str, more: str, hard: str) -> bool:
    return parse(used) + parse(more) > parse(hard)


def _has_room_now(case: Case, quota: Obj) -> bool:
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    pod: Obj = {"metadata": {"name": "", "namespace": case.namespace}, "spec": (case.template.get("spec") or {})}
    return not any(n in hard and _exceeds(used.get(n, "0"), a, hard[n]) for n, a in usage("pods", pod).items())


def _missing(requested: str, used: str, limited: str) -> str:
    """ "pods=1, requests.cpu=200m": what has to be added to the limits."""
    wants, has, most = _amounts(requested), _amounts(used), _amounts(limited)
    out = []
    for name, amount in wants.items():
        if name in has and name in most:
            try:
                free = subtract(most[name], has[name])
                if compare(amount, free) > 0:
                    out.append(f"{name}={subtract(amount, free)}")
            except ValueError:
                continue
    return ", ".join(out)


def _amounts(text: str) -> dict[str, str]:
    return {k.strip(): v.strip() for k, _, v in (part.partition("=") for part in text.split(",")) if v}
