"""What the pod garbage collector removes, and in which round."""

from typing import Any

import pytest

from quorate.contract.plan import Delete, Patch, Plan
from quorate.controllers.podgc import finished, lost, unbound
from quorate.controllers.podgc.removal import PERIOD, removal
from quorate.kernel.clock import SECOND

T0 = 50_000 * PERIOD


def pod(name: str = "p", phase: str = "Running", **meta: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "d", "uid": f"u-{name}", "generation": 1, **meta},
        "spec": {"nodeName": "n"}, "status": {"phase": phase},
    }  # fmt: skip


def names(plan: Plan) -> list[str]:
    return [a.ref.name for a in plan.actions if isinstance(a, Delete)]


@pytest.mark.parametrize(
    ("phase", "patched"), [("Running", True), ("Pending", True), ("Failed", False), ("Succeeded", False)]
)
def test_a_pod_is_marked_failed_and_deleted_without_grace(phase: str, patched: bool) -> None:
    *first, delete = removal(pod(phase=phase), T0, "why")
    assert isinstance(delete, Delete) and delete.grace_seconds == 0 and delete.uid == "u-p"
    assert bool(first) == patched
    if patched:
        (patch,) = first
        assert isinstance(patch, Patch) and patch.body["status"]["phase"] == "Failed"
        assert patch.body["status"]["conditions"][0]["reason"] == "DeletionByPodGC"


@pytest.mark.parametrize(("found", "acts"), [(0, 40), (1, 60), (20, 60), (25, 80)])
def test_pods_of_a_missing_node_wait_for_its_quarantine(found: int, acts: int) -> None:
    at = T0 + found * SECOND
    plan = lost.decide(lost.Seen(True, [pod()], None), at)
    assert not plan.actions and plan.look_again == T0 + acts * SECOND
    waiting = plan.remember
    assert isinstance(waiting, lost.Waiting)
    plan = lost.decide(lost.Seen(True, [pod()], waiting), T0 + acts * SECOND)
    assert names(plan) == ["p"]
    patch = plan.actions[0]
    assert isinstance(patch, Patch)
    assert patch.body["status"]["conditions"][0]["message"] == "PodGC: node no longer exists"


def test_terminating_pods_of_an_out_of_service_node_go_with_the_next_round() -> None:
    plan = lost.decide(lost.Seen(False, [pod()], None), T0 + 3 * SECOND)
    assert plan.look_again == T0 + PERIOD
    waiting = plan.remember
    assert isinstance(waiting, lost.Waiting)
    plan = lost.decide(lost.Seen(False, [pod()], waiting), T0 + PERIOD)
    assert names(plan) == ["p"]
    patch = plan.actions[0]
    assert isinstance(patch, Patch) and "conditions" not in patch.body["status"]


class Reader:
    def __init__(self, node: Any, pods: list[Any]) -> None:
        self.node, self.pods = node, pods

    def get(self, *_: str) -> Any:
        return self.node

    def indexed(self, *_: str) -> list[Any]:
        return self.pods


def node(ready: str, *taints: str) -> dict[str, Any]:
    return {
        "metadata": {"name": "n"}, "spec": {"taints": [{"key": k, "effect": "NoExecute"} for k in taints]},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "pods", "seen"),
    [
        (None, [pod()], True),
        (None, [], False),
        (node("True"), [pod()], False),
        (node("Unknown"), [pod(deletionTimestamp="t")], False),
        (node("True", lost.OUT_OF_SERVICE), [pod(deletionTimestamp="t")], False),
        (node("Unknown", lost.OUT_OF_SERVICE), [pod()], False),
        (node("Unknown", lost.OUT_OF_SERVICE), [pod(deletionTimestamp="t")], True),
        (node("False", lost.OUT_OF_SERVICE), [pod(deletionTimestamp="t")], True),
    ],
)
def test_which_pods_of_a_node_are_lost(found: Any, pods: list[Any], seen: bool) -> None:
    reader: Any = Reader(found, pods)
    assert (lost.snapshot(reader, ("", "n"), None) is not None) == seen


def test_a_terminating_pod_on_no_node_goes_with_the_next_round() -> None:
    stranded = {**pod(deletionTimestamp="t"), "spec": {}}
    plan = unbound.decide(unbound.Seen(stranded, None), T0)
    assert not plan.actions and plan.look_again == T0 + PERIOD
    assert names(unbound.decide(unbound.Seen(stranded, T0 + PERIOD), T0 + PERIOD)) == ["p"]


def test_beyond_the_threshold_evicted_and_then_old_pods_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "THRESHOLD", 1)
    evicted = pod("evicted", "Failed", creationTimestamp="2026-01-03")
    evicted["status"]["reason"] = "Evicted"
    pods = (
        pod("new", "Succeeded", creationTimestamp="2026-01-02"),
        pod("old", "Failed", creationTimestamp="2026-01-01"),
        evicted,
    )
    plan = finished.decide(finished.Seen(pods, T0), T0)
    assert names(plan) == ["evicted", "old"] and not [a for a in plan.actions if isinstance(a, Patch)]


def test_the_view_counts_finished_pods() -> None:
    view = finished.FinishedPods()
    view.apply("pods", None, pod())
    view.apply("pods", pod(), pod(phase="Failed"))
    assert list(view.pods) == ["u-p"]
    view.apply("pods", pod(phase="Failed"), None)
    assert not view.pods
