"""Raises a quota by just what the missing pods need: the sum is worked out from what was read, and shown."""

from fractions import Fraction
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of
from quorate.objects.quantity import add, compare, parse
from quorate.objects.quota import usage

Obj = dict[str, Any]

ID = "quota"
TITLE = "Raise a quota"
TAKES = {"*": "a limit and its new amount, e.g. pods=12; worked out when absent"}
NEEDS = ()

KNOWN = ("namespace", "missing", "quota")


COUNTED = {
    "StatefulSet": "count/controllerrevisions.apps",
    "DaemonSet": "count/controllerrevisions.apps",
    "Deployment": "count/replicasets.apps",
}


def offers(case: Case, finding: Finding) -> Act | None:
    """A quota that counts revisions, and has no room for the one that the newest spec needs."""
    limit = COUNTED.get(case.kind, "")
    if finding.cause != "writes-rejected":
        return None
    for quota in case.evidence.list("resourcequotas", case.namespace):
        hard = (quota["spec"].get("hard") or {}).get(limit)
        used = ((quota.get("status") or {}).get("used") or {}).get(limit, "0")
        if hard is not None and compare(used, hard) >= 0:
            return Act(ID, f"ResourceQuota/{quota['metadata']['name']}", ((limit, add(used, "1")),))
    return None


def plan(asked: Asked) -> Fix:
    case = asked.case
    quota = asked.object("ResourceQuota", "resourcequotas", "quota")
    name = quota["metadata"]["name"]
    hard: dict[str, str] = quota["spec"].get("hard") or {}
    said = {k: str(v) for k, v in asked.given.items() if k not in KNOWN}
    if said:
        wanted = {k: asked.quantity(k) or "" for k in said}
        for limit in wanted:
            if limit not in hard:
                raise CannotFix(f"quota {name} does not limit {limit} (it limits {', '.join(sorted(hard))})")
    else:
        wanted = _needed(case, quota, str(asked.given.get("missing") or ""))
    raised = {k: v for k, v in wanted.items() if compare(v, hard[k]) > 0}
    if not raised:
        raise CannotFix(f"quota {name} has room for the missing pods of {case.label}: raising it would mend nothing")
    used = (quota.get("status") or {}).get("used") or {}
    says = f"raise quota {name}: " + ", ".join(f"{k} from {hard[k]} to {v}" for k, v in sorted(raised.items()))
    step = Step(says, Change(ref_of(quota, "resourcequotas"), {"spec": {"hard": raised}}), quota)
    shows = tuple(
        f"{k}: {used.get(k, '?')} of {hard[k]} used, {case.short} pods of {case.label} missing" for k in sorted(raised)
    )
    return Fix(ID, says, (step,), ("a quota may be there to protect other tenants: ask its owner",), shows)


def _needed(case: Case, quota: Obj, missing: str) -> dict[str, str]:
    """The limits that would let all missing pods in; at the least what the refusal itself said was missing."""
    hard: dict[str, str] = quota["spec"].get("hard") or {}
    used: dict[str, str] = (quota.get("status") or {}).get("used") or {}
    pod: Obj = {"metadata": {"name": "", "namespace": case.namespace}, "spec": case.template.get("spec") or {}}
    out: dict[str, str] = {}
    for name, amount in usage("pods", pod).items():
        if name in hard and parse(amount) > 0:
            need = used.get(name, "0")
            for _ in range(case.short):
                need = add(need, amount)
            out[name] = need
    for part in missing.split(","):
        name, _, amount = (t.strip() for t in part.partition("="))
        if name in hard and amount:
            least = add(hard[name], amount)
            if parse(out.get(name, "0")) < Fraction(parse(least)):
                out[name] = least
    return out
