from typing import Any

import pytest

from quorate.controllers.statefulset import rolling
from quorate.controllers.statefulset.pods import Member

OLD, NEW = "r1", "r2"


def replicas(text: str) -> list[Member]:
    """One letter a pod: o old, n new; upper case unavailable; "x" old and terminating, "-" missing."""
    out = []
    for ordinal, letter in enumerate(text):
        revision = NEW if letter in "nN" else OLD
        fine = letter in "on"
        phase = "" if letter == "-" else "Running"
        out.append(Member({}, f"web-{ordinal}", ordinal, revision, phase, letter == "x", fine, fine))
    return out


@pytest.mark.parametrize(
    ("pods", "partition", "deleted"),
    [
        ("ooo", 0, [2]),
        ("oon", 0, [1]),
        ("ooN", 0, []),  # the update waits for its last pod
        ("oox", 0, []),
        ("oOo", 0, [2]),  # it looks only as far down as it has come
        ("OOO", 0, [2]),
        ("nnn", 0, []),
        ("ooo", 2, [2]),
        ("oon", 2, []),
        ("ooo", 3, []),
        ("ooo", 9, []),
        ("", 0, []),
    ],
)
def test_one_at_a_time_from_the_top(make: Any, pods: str, partition: int, deleted: list[int]) -> None:
    found = make(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": partition}})
    assert [m.ordinal for m in rolling.to_delete(found, replicas(pods), NEW)[0]] == deleted


def test_on_delete_leaves_it_to_others(make: Any) -> None:
    assert rolling.to_delete(make(updateStrategy={"type": "OnDelete"}), replicas("ooo"), NEW) == ([], "")


def test_what_is_waited_for_is_said(make: Any) -> None:
    assert rolling.to_delete(make(), replicas("ooN"), NEW)[1] == "the update waits for web-2"


@pytest.mark.parametrize(
    ("pods", "partition", "policy", "deleted"),
    [
        ("oooo", 0, "OrderedReady", [3, 2]),
        ("oooN", 0, "OrderedReady", [2]),
        ("ooNN", 0, "OrderedReady", []),
        ("OOoo", 0, "OrderedReady", []),
        ("oooo", 3, "OrderedReady", [3]),
        ("OOOo", 0, "Parallel", [2, 1, 0]),  # what is broken already goes first, whatever the budget
        ("oOoo", 0, "Parallel", [1, 3]),
        ("oooo", 0, "Parallel", [3, 2]),
        ("nNNo", 0, "Parallel", []),
        ("OOoo", 2, "Parallel", []),
    ],
)
def test_max_unavailable(make: Any, pods: str, partition: int, policy: str, deleted: list[int]) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition, "maxUnavailable": 2}}
    found = make(updateStrategy=strategy, podManagementPolicy=policy)
    assert [m.ordinal for m in rolling.to_delete(found, replicas(pods), NEW)[0]] == deleted


@pytest.mark.parametrize(
    ("value", "number"), [(2, 2), ("50%", 2), ("10%", 1), ("100%", 5), (0, 1), ("nonsense", 1), (None, 1)]
)
def test_max_unavailable_is_rounded_down_to_at_least_one(value: Any, number: int) -> None:
    assert rolling.max_unavailable(value, 5) == number


@pytest.mark.parametrize(
    ("strategy", "currents", "kept"),
    [
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, 0, [0, 1]),
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}, 3, []),
        ({"type": "RollingUpdate", "rollingUpdate": {}}, 3, []),
        ({"type": "RollingUpdate"}, 2, [0, 1]),
        ({"type": "RollingUpdate"}, None, []),
        ({"type": "OnDelete"}, 3, []),
    ],
)
def test_which_missing_pods_come_back_at_the_old_revision(
    make: Any, strategy: Any, currents: int | None, kept: list[int]
) -> None:
    found = {**make(updateStrategy=strategy), "status": {"currentReplicas": currents} if currents is not None else {}}
    assert [index for index in range(4) if rolling.keeps_current(found, index)] == kept
