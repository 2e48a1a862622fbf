"""Quotas of the namespace: what is used up."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.objects.quantity import compare

ID = "quota"


def look(case: Case) -> Shown:
    read = (f"resourcequotas in {case.namespace}",)
    if not case.evidence.knows("resourcequotas", case.namespace):
        return Shown(read, ("the quotas were not read",), known=False, why="the quotas were not read")
    lines = []
    for quota in case.evidence.list("resourcequotas", case.namespace):
        status = quota.get("status") or {}
        used = status.get("used") or {}
        for name, hard in (status.get("hard") or {}).items():
            up = compare(used.get(name, "0"), hard) >= 0
            lines.append(
                f"{quota['metadata']['name']}: {name} {used.get(name, '0')} of {hard}{': used up' if up else ''}"
            )
    refused = [r for r in case.refusals if "quota" in r.message]
    signals = [
        Signal(r.first, f"refused by quota: {r.message.strip()[:120]}", r.last) for r in refused if r.first is not None
    ]
    return Shown(read, tuple(lines[:8]) or ("there is none",), tuple(signals))
