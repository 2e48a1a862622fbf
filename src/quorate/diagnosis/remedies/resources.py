"""Sets what a container may use and asks for. How much, only a person can say: nothing is guessed."""

from typing import Any

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.revisions import then_replace
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, NeedsValue, Step, ref_of
from quorate.diagnosis.workload import WORKLOADS
from quorate.objects.quantity import compare

Obj = dict[str, Any]

ID = "resources"
TITLE = "Set a container's resources"
TAKES = {
    "container": "which one, if there are several",
    "memory": "its memory limit",
    "cpu": "its CPU limit",
    "requests.memory": "the memory that it asks for",
    "requests.cpu": "the CPU that it asks for",
}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    case = asked.case
    obj = asked.workload("StatefulSet", "Deployment", "DaemonSet")
    index, container = _container(asked)
    has: Obj = container.get("resources") or {}
    said = {k: v for k in ("memory", "cpu", "requests.memory", "requests.cpu") if (v := asked.quantity(k)) is not None}
    if not said:
        raise NeedsValue(
            f"say how much {container['name']} is to have, e.g. --set {asked.given.get('resource') or 'memory'}=AMOUNT "
            f"(limits now: {_told(has.get('limits'))}; requests: {_told(has.get('requests'))})"
        )
    limits, requests = dict(has.get("limits") or {}), dict(has.get("requests") or {})
    for key, amount in said.items():
        kind, _, name = key.rpartition(".")
        (requests if kind else limits)[name] = amount
    for name, amount in limits.items():
        if name in requests and compare(requests[name], amount) > 0:
            raise CannotFix(
                f"{container['name']} would ask for {requests[name]} of {name}, more than its limit of {amount}"
            )
    new = {**has, **({"limits": limits} if limits else {}), **({"requests": requests} if requests else {})}
    if new == has:
        raise CannotFix(f"{container['name']} has that already")
    path = f"/spec/template/spec/containers/{index}/resources"
    body = [{"op": "replace" if "resources" in container else "add", "path": path, "value": new}]
    says = f"give container {container['name']} of {case.label} " + ", ".join(f"{k}={v}" for k, v in said.items())
    step = Step(says, Change(ref_of(obj, WORKLOADS[case.kind]), body, "json"), obj)
    return Fix(ID, says, (step, *then_replace(case)), ("all its pods are replaced, one after the other",))


def _container(asked: Asked) -> tuple[int, Obj]:
    found: list[Obj] = list((asked.case.template.get("spec") or {}).get("containers") or ())
    name = str(asked.given.get("container") or "")
    for index, container in enumerate(found):
        if container.get("name") == name or (not name and len(found) == 1):
            return index, container
    known = ", ".join(str(c.get("name")) for c in found)
    raise CannotFix(
        f"{asked.case.label} has no container {name} ({known})"
        if name
        else f"say which: --set container=NAME ({known})"
    )


def _told(amounts: Obj | None) -> str:
    return ", ".join(f"{k} {v}" for k, v in sorted((amounts or {}).items())) or "none"
