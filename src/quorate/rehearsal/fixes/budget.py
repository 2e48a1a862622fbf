"""A PodDisruptionBudget that holds evictions back while a quorum would break, and can still be drained."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Change, Fix
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import budgets_over, workload_of

RANK = 1


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if workload.replicas < 2:
        return None
    budgets = budgets_over([g.obj for g in given], stateful_set)
    meta, name = stateful_set["metadata"], stateful_set["metadata"]["name"]
    if not budgets:
        made: Obj = {
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {k: meta[k] for k in ("name", "namespace") if k in meta},
            "spec": {"maxUnavailable": 1, "selector": stateful_set["spec"]["selector"]},
        }  # fmt: skip
        why = "nothing keeps two nodes with members from being drained at once"
        changes = (Change(None, made, made),)
        return Fix("budget", RANK, workload.title, f"Add a PodDisruptionBudget over {name}", why, changes)
    if len(budgets) > 1:
        return None  # two budgets over one pod refuse every eviction; which to drop is for people to say
    budget = budgets[0]
    allowed = allows(budget["spec"], workload.replicas)
    if 1 <= allowed <= workload.replicas - workload.quorum:
        return None
    spec = {k: v for k, v in budget["spec"].items() if k not in ("minAvailable", "maxUnavailable")}
    mended = {**budget, "spec": {"maxUnavailable": 1, **spec}}
    if allowed < 1:
        title = f"Let PodDisruptionBudget {budget['metadata']['name']} give up one member at a time"
        why = f"it wants all {workload.replicas} members, so no node with one of them can ever be drained"
    else:
        title = f"Tighten PodDisruptionBudget {budget['metadata']['name']} to one member at a time"
        why = f"it lets {allowed} of {workload.replicas} members go at once, and {workload.quorum} must serve"
    position = next(i for i, g in enumerate(given) if g.obj is budget)
    return Fix("budget", RANK, workload.title, title, why, (Change(position, mended, mended),))


def allows(spec: Obj, replicas: int) -> int:
    """How many of the replicas may be evicted when all are healthy; percentages round as the budget controller rounds them."""
    if spec.get("maxUnavailable") is not None:
        return min(replicas, _amount(spec["maxUnavailable"], replicas))
    return replicas - _amount(spec.get("minAvailable") or 0, replicas)


def _amount(value: object, replicas: int) -> int:
    if isinstance(value, str) and value.endswith("%"):
        return -(-replicas * int(value[:-1]) // 100)
    return int(str(value))
