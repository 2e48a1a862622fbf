from collections import Counter
from typing import Any

import pytest

from quorate.controllers.replicaset import ranking
from quorate.kernel.clock import EPOCH, HOUR, SECOND

COST = "controller.kubernetes.io/pod-deletion-cost"


def first(a: Any, b: Any, crowd: Any = ()) -> str:
    """The one that goes first, whichever way round they are asked."""
    counted = Counter(crowd)
    one, other = ranking.compare(counted, EPOCH, a, b), ranking.compare(counted, EPOCH, b, a)
    assert (one < 0) == (other > 0)
    return "a" if one < 0 else "b" if other < 0 else "equal"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            {"node": "", "phase": "Pending", "ready": False, "annotations": {COST: "300"}},
            {"phase": "Pending", "ready": False},
        ),
        ({"phase": "Pending", "ready": False}, {"phase": "Unknown", "ready": False}),
        ({"phase": "Unknown", "ready": False}, {"ready": False}),
        ({"ready": False, "annotations": {COST: "100"}}, {}),
        ({"annotations": {COST: "-5"}}, {}),
        ({}, {"annotations": {COST: "10"}}),
        ({"node": "crowded"}, {"node": "calm"}),
        ({"age": HOUR, "since": SECOND}, {"age": HOUR}),
        ({"age": SECOND, "ready": False}, {"age": HOUR, "ready": False}),
        ({"age": SECOND}, {"age": HOUR}),
    ],
)
def test_who_goes_first(pod: Any, a: Any, b: Any) -> None:
    assert first(pod("a", **a), pod("b", **b), {"crowded": 2, "calm": 1}) == "a"


@pytest.mark.parametrize("text", ["+7", "07", "-0", "7x", "", "99999999999", "1.5"])
def test_a_malformed_cost_is_none(pod: Any, text: str) -> None:
    assert first(pod("a", annotations={COST: text}), pod("b")) == "equal"


def test_times_compare_in_powers_of_two_and_then_by_uid(pod: Any) -> None:
    # 70 s and 100 s lie between 2^36 and 2^37 ns, 40 s does not.
    assert first(pod("b", age=70 * SECOND), pod("a", age=100 * SECOND)) == "b"
    assert first(pod("a", age=40 * SECOND), pod("b", age=100 * SECOND)) == "a"


def test_what_restarts_more_goes_first(pod: Any) -> None:
    quiet, loud = pod("a"), pod("b")
    quiet["status"]["containerStatuses"] = [{"name": "c", "restartCount": 1}, {"name": "d", "restartCount": 1}]
    loud["status"]["containerStatuses"] = [{"name": "c", "restartCount": 2}]
    assert first(quiet, loud) == "b"
    helped = pod("a")
    helped["spec"]["initContainers"] = [{"name": "side", "restartPolicy": "Always"}, {"name": "once"}]
    helped["status"]["initContainerStatuses"] = [
        {"name": "side", "restartCount": 1},
        {"name": "once", "restartCount": 9},
    ]
    assert first(helped, pod("b")) == "a"


def test_crowding_counts_active_pods_of_siblings(pod: Any) -> None:
    active = [pod("a", node="node-0"), pod("b", node="node-1")]
    siblings = [*active, pod("c", node="node-1"), pod("d", node="node-0", phase="Failed")]
    assert [p["metadata"]["name"] for p in ranking.victims(active, siblings, 1, EPOCH)] == ["b"]
    assert ranking.victims(active, siblings, 2, EPOCH) == active
