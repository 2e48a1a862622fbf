"""Cordons a node: no new pod goes there; those that are there stay."""

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of
from quorate.diagnosis.reading import Wanted

ID = "cordon"
TITLE = "Cordon a node"
TAKES = {"node": "its name"}
NEEDS = (Wanted("nodes", "cluster"),)


def plan(asked: Asked) -> Fix:
    node = asked.object("Node", "nodes", "node", namespaced=False)
    name = node["metadata"]["name"]
    if node["spec"].get("unschedulable"):
        raise CannotFix(f"{name} is cordoned already")
    step = Step(f"cordon {name}", Change(ref_of(node, "nodes"), {"spec": {"unschedulable": True}}), node)
    return Fix(ID, step.says, (step,), ("pods whose volumes are there cannot start anywhere else",))
