"""Uncordons a node: pods may go there again."""

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of
from quorate.diagnosis.reading import Wanted
from quorate.objects.pod import condition

ID = "uncordon"
TITLE = "Uncordon a node"
TAKES = {"node": "its name"}
NEEDS = (Wanted("nodes", "cluster"),)


def plan(asked: Asked) -> Fix:
    node = asked.object("Node", "nodes", "node", namespaced=False)
    name = node["metadata"]["name"]
    if not node["spec"].get("unschedulable"):
        raise CannotFix(f"{name} is not cordoned")
    if (condition(node, "Ready") or {}).get("status") not in (None, "True"):
        raise CannotFix(f"{name} is not ready: pods would go to a node that cannot run them")
    step = Step(f"uncordon {name}", Change(ref_of(node, "nodes"), {"spec": {"unschedulable": None}}), node)
    return Fix(ID, step.says, (step,), ("somebody may have cordoned it because it is broken, or is at work on it",))
