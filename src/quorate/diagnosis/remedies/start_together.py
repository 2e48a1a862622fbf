"""Lets the pods of an ordered set start together, and find each other before they are ready.

Members that form a cluster wait for each other. Under OrderedReady the second is not made before the first is ready; and
without publishNotReadyAddresses none of them has a name before it is ready. One without the other leaves them waiting.
"""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of
from quorate.diagnosis.remedies import recreate

ID = "start-together"
TITLE = "Let the pods of a set start together and find each other"
TAKES: dict[str, str] = {}
NEEDS = ()


def offers(case: Case, finding: Finding) -> Act | None:
    return Act(ID, case.label) if finding.cause == "bootstrap-deadlock" else None


def plan(asked: Asked) -> Fix:
    case = asked.case
    asked.workload("StatefulSet")
    name = str(case.spec.get("serviceName") or "")
    service = case.evidence.get("services", case.namespace, name)
    if service is None:
        why = "does not exist" if case.evidence.knows("services", case.namespace) else "was not read"
        raise CannotFix(f"Service/{name} {why}: without it the pods of {case.label} have no names to be found by")
    steps: list[Step] = []
    says: list[str] = []
    risks: tuple[str, ...] = ()
    if not service["spec"].get("publishNotReadyAddresses"):
        says.append(f"publish the addresses of pods that are not ready in Service/{name}")
        change = Change(ref_of(service, "services"), {"spec": {"publishNotReadyAddresses": True}})
        steps.append(Step(says[0], change, service))
        risks = (f"who asks for {name} by name also gets pods that are not ready",)
    if case.ordered:
        again = recreate.plan(Asked(case, asked.about, {"spec.podManagementPolicy": "Parallel"}))
        says.append(again.says)
        steps += again.steps
        risks += (*again.risks, "a Parallel set replaces and scales without waiting for one pod after the other")
    if not steps:
        raise CannotFix(f"{case.label} starts its pods together already, and Service/{name} publishes them")
    return Fix(ID, "; ".join(says), tuple(steps), risks)
