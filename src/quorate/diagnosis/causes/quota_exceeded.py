"""A ResourceQuota refuses the pods (or claims) that its controller tries to make."""

import re
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding, Remedy, Weigh
from quorate.objects.claims import default_class, has_class
from quorate.objects.pod_resources import totals
from quorate.objects.quantity import compare, parse, subtract
from quorate.objects.quota import in_scopes, scopes_of, unsaid, usage

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
        room = _has_room_now(case, quota) if quota is not None and refusal.what == "pod" else None
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
    for quota in case.evidence.list("resourcequotas", case.namespace):
        status, name = quota.get("status") or {}, quota["metadata"]["name"]
        hard, used = status.get("hard") or quota["spec"].get("hard") or {}, status.get("used") or {}
        for what, obj in (("pods", _pod(case)), *(("persistentvolumeclaims", c) for c in _claims(case))):
            if not in_scopes(what, obj, scopes_of(quota)):
                continue
            over = [n for n, a in usage(what, obj).items() if n in hard and _exceeds(used.get(n, "0"), a, hard[n])]
            told = ", ".join(f"{n} {used.get(n, '0')} of {hard[n]}" for n in over)
            thing = "pod" if what == "pods" else "claim"
            why = f"has no room for another of its {thing}s: used {told}"
            if not over:
                left = (
                    unsaid(obj, hard)
                    if what == "pods" and not case.evidence.list("limitranges", case.namespace)
                    else ""
                )
                if not left:
                    continue
                why = f"wants every pod to say {left}"
            weighed = Weigh().says(0.85, f"quota {name} {why}", f"ResourceQuota/{name} status.used")
            weighed.lacks_("no refusal is told: events live for an hour, and repeated ones are held back")
            sentence = f"{case.short} pod(s) of {case.label} do not exist, and quota {name} {why}"
            return _found(case, weighed, sentence, name, "")
    return None


def _pod(case: Case) -> Obj:
    """What it would create."""
    return {"metadata": {"name": "", "namespace": case.namespace}, "spec": case.template.get("spec") or {}}


def _claims(case: Case) -> list[Obj]:
    """Of a StatefulSet's first missing pod, those that do not exist yet."""
    if not case.missing or not case.evidence.knows("persistentvolumeclaims", case.namespace):
        return []
    named = [(f"{t['metadata']['name']}-{case.missing[0]}", t) for t in case.spec.get("volumeClaimTemplates") or ()]
    gone = [t for n, t in named if case.evidence.get("persistentvolumeclaims", case.namespace, n) is None]
    default = default_class(case.evidence.list("storageclasses.storage.k8s.io"))
    of_class = {"storageClassName": default["metadata"]["name"]} if default is not None else {}
    return [t if has_class(t) else {**t, "spec": {**t["spec"], **of_class}} for t in gone]


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
    asked = usage("pods", _pod(case)).items()
    return not any(n in hard and _exceeds(used.get(n, "0"), a, hard[n]) for n, a in asked)


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
