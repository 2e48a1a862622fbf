"""A PodDisruptionBudget lets no pod go, ever: drains of its nodes hang."""

from quorate.diagnosis.budgets import budgets
from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Act, Finding, Remedy, Severity, Weigh
from quorate.diagnosis.node_states import node_states

ID = "budget-blocks"
TITLE = "A disruption budget blocks every drain"
NEEDS = ("poddisruptionbudgets.policy", "pods", "nodes")
EXPLAINS = ()


def look(case: Case) -> Finding | None:
    if case.kind == "PersistentVolumeClaim":
        return None
    cordoned = node_states(case.evidence).cordoned
    held = [p for p in case.pods if p.node in cordoned and p.stage != "terminating"]
    for budget in budgets(case):
        now_none = budget.allowed == 0
        if not budget.never and not (now_none and held and case.stuck):
            continue
        weighed = Weigh()
        severity: Severity = "problem"
        if budget.never:
            weighed.says(0.75, f"{budget.says}: not one may go, even while all are well", f"{budget.label} spec")
            quorum = case.quorum
            if case.wanted <= 1 and not held:
                severity = "notice"
            if quorum is not None and budget.wants > quorum:
                weighed.says(0.2, f"a majority is {quorum}, and it wants {budget.wants}", f"{budget.label} spec")
        else:
            weighed.says(
                0.5,
                f"{budget.says}, and only {case.ready} are ready: not one may go now",
                f"{budget.label} status.disruptionsAllowed",
            )
            policy = budget.obj["spec"].get("unhealthyPodEvictionPolicy") or "IfHealthyBudget"
            if policy == "IfHealthyBudget":
                weighed.says(
                    0.3,
                    "unhealthyPodEvictionPolicy is IfHealthyBudget: pods that are not ready may not be evicted either",
                    f"{budget.label} spec",
                )
        if now_none and budget.never:
            weighed.says(0.3, "it allows 0 disruptions", f"{budget.label} status.disruptionsAllowed")
        if held:
            weighed.says(
                0.5,
                f"{held[0].node} is cordoned, and {names(held)} cannot leave it",
                f"Node/{held[0].node} spec.unschedulable",
            )
        want = max(1, budget.wants - 1) if case.quorum is None else case.quorum
        sentence = f"budget {budget.name} ({budget.says}) lets no pod of {case.label} go" + (
            f": the drain of {held[0].node} waits for it" if held else ": a drain of any of its nodes will hang"
        )
        advice = (
            "Run one replica more, or let the budget allow one to be away"
            if case.wanted > 1
            else "A single replica cannot be drained without an interruption: allow it (maxUnavailable: 1), or run more"
        )
        remedy = Remedy(
            advice,
            (
                f'kubectl patch pdb {budget.name} -n {case.namespace} --type=merge -p \'{{"spec":{{"minAvailable":null,"maxUnavailable":1}}}}\'',
            ),
            "while one is away for maintenance, one more that fails counts",
            (Act("budget", budget.label, (("wants", want),)),),
        )
        return weighed.finding(
            ID,
            TITLE,
            sentence,
            objects=[budget.label, case.label, *(p.label for p in held)],
            severity=severity,
            remedy=remedy,
        )
    return None
