"""Whether a pod can be spared: budgets and the majority of its set."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.diagnosis.fixing.guards import why_not

Obj = dict[str, Any]


def pod(number: int, ready: bool = True, going: bool = False) -> Obj:
    meta: Obj = {
        "name": f"db-{number}", "namespace": "prod", "uid": f"pod-{number}", "labels": {"app": "db"},
        "ownerReferences": [{"kind": "StatefulSet", "name": "db", "uid": "set", "controller": True}],
    }  # fmt: skip
    if going:
        meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    return {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": {}, "status": status}


def owner(replicas: int | None, kind: str = "StatefulSet") -> Obj:
    spec = {} if replicas is None else {"replicas": replicas}
    return {"kind": kind, "metadata": {"name": "db", "uid": "set"}, "spec": spec}


def budget(allowed: int, name: str = "db", healthy: int = 3, desired: int = 2, observed: int = 1, **spec: Any) -> Obj:
    status = {
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "observedGeneration": observed,
    }
    selector = {"matchLabels": {"app": "db"}}
    return {
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "generation": 1},
        "spec": {"selector": selector, **spec},
        "status": status,
    }


ILL = pod(2, ready=False)
ALL = [pod(0), pod(1), pod(2)]
TABLE = [
    ("all three are ready", pod(0), ALL, [], owner(3), False, None),
    ("the majority would go", pod(0), [pod(0), pod(1), ILL], [], owner(3), False, "majority is 2"),
    ("another is on its way out", pod(0), [pod(0), pod(1), pod(2, going=True)], [], owner(3), False, "majority is 2"),
    ("two of two are a majority", pod(0), [pod(0), pod(1)], [], owner(2), False, "majority is 2"),
    ("a single one has no majority", pod(0), [pod(0)], [], owner(1), False, None),
    ("replicas left out is one", pod(0), [pod(0)], [], owner(None), False, None),
    ("an unready one takes nothing", ILL, [pod(0), pod(1, ready=False), ILL], [], owner(3), False, None),
    ("a Deployment has no majority", pod(0), [pod(0)], [], owner(3, "Deployment"), False, None),
    ("its budget allows one", pod(0), ALL, [budget(1)], owner(3), False, None),
    ("its budget allows none", pod(0), ALL, [budget(0)], owner(3), False, "allows no disruption"),
    ("its budget is not counted yet", pod(0), ALL, [budget(1, observed=0)], owner(3), False, "not counted yet"),
    ("two budgets and an eviction", pod(0), ALL, [budget(1), budget(1, "other")], owner(3), True, "both cover"),
    ("two budgets and a deletion", pod(0), ALL, [budget(1), budget(0, "other")], owner(3), False, "budget other"),
    ("deleting an unready one asks no budget", ILL, [pod(0), pod(1)], [budget(0)], owner(3), False, None),
    ("evicting an unready one while enough are well", ILL, [pod(0), pod(1)], [budget(0, healthy=2)], owner(3), True, None),
    ("evicting an unready one while too few are", ILL, [pod(0)], [budget(0, healthy=1)], owner(3), True, "1 healthy of 2"),
    ("evicting an unready one that may always go", ILL, [pod(0)],
     [budget(0, healthy=1, unhealthyPodEvictionPolicy="AlwaysAllow")], owner(3), True, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "pods", "budgets", "of", "evict", "why"), [t[1:] for t in TABLE], ids=[t[0] for t in TABLE]
)
def test_spared(one: Obj, pods: list[Obj], budgets: list[Obj], of: Obj, evict: bool, why: str | None) -> None:
    found = why_not(one, pods, budgets, of, evict)
    assert (found is None) == (why is None), found
    assert why is None or why in (found or "")


@given(st.lists(st.booleans(), min_size=2, max_size=9), st.data())
def test_a_majority_that_holds_is_never_given_up(ready: list[bool], data: st.DataObject) -> None:
    pods = [pod(i, r) for i, r in enumerate(ready)]
    number = data.draw(st.integers(0, len(ready) - 1))
    least = len(ready) // 2 + 1
    if why_not(pods[number], pods, [], owner(len(ready)), False) is None:
        after = sum(r for i, r in enumerate(ready) if i != number)
        assert after >= least or sum(ready) == after, "the majority went with this pod"
