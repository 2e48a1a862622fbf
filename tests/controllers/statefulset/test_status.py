from typing import Any

import pytest

from quorate.controllers.statefulset import status
from quorate.controllers.statefulset.pods import Member, member
from quorate.controllers.statefulset.status import Counts
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.times import time_text


def pod(revision: str = "r1", **fields: Any) -> Member:
    kept: dict[str, Any] = {"phase": "Running", "ready": True, "available": True} | fields
    return Member({}, "web-0", 0, revision, **kept)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([], Counts(0, 0, 0, 0, 0)),
        ([pod(phase="", ready=False, available=False)], Counts(0, 0, 0, 0, 0)),
        ([pod(phase="Pending", ready=False, available=False)], Counts(1, 0, 0, 1, 0)),
        ([pod(), pod("r2")], Counts(2, 2, 2, 1, 1)),
        ([pod(available=False)], Counts(1, 1, 0, 1, 0)),
        ([pod(terminating=True)], Counts(1, 1, 1, 0, 0)),
        ([pod("other")], Counts(1, 1, 1, 0, 0)),
        ([pod(phase="Failed", ready=False, available=False)], Counts(1, 0, 0, 1, 0)),
    ],
)
def test_what_counts(members: list[Member], expected: Counts) -> None:
    assert status.count(members, "r1", "r2") == expected


def test_one_revision_counts_as_both() -> None:
    assert status.count([pod()], "r1", "r1") == Counts(1, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("counts", "spec", "current", "currents"),
    [
        (Counts(3, 3, 0, 0, 3), {}, "r2", 3),  # Ready is enough, available need not be
        (Counts(3, 2, 2, 0, 3), {}, "r1", None),
        (Counts(3, 3, 3, 1, 2), {}, "r1", 1),
        (Counts(4, 4, 4, 0, 4), {}, "r1", None),  # one too many still has to go
        (Counts(3, 3, 3, 0, 3), {"updateStrategy": {"type": "OnDelete"}}, "r1", None),
        (Counts(0, 0, 0, 0, 0), {"replicas": 0}, "r2", None),
    ],
)
def test_when_an_update_is_complete(make: Any, counts: Counts, spec: Any, current: str, currents: int | None) -> None:
    made = status.status_of(make(**spec), counts, "r1", "r2", 0)
    assert (made["currentRevision"], made["updateRevision"], made.get("currentReplicas")) == (current, "r2", currents)


def test_zeroes_of_optional_fields_are_left_out(make: Any) -> None:
    assert status.status_of(make(), Counts(0, 0, 0, 0, 0), "r1", "r1", 0) == {
        "observedGeneration": 1, "replicas": 0, "currentRevision": "r1", "updateRevision": "r1", "collisionCount": 0,
        "availableReplicas": 0,
    }  # fmt: skip


def test_only_a_difference_is_written(make: Any) -> None:
    found = make()
    made = status.status_of(found, Counts(3, 3, 3, 3, 3), "r1", "r1", 0)
    assert status.write(found, made) is not None
    kept = {**made, "collisionCount": 7, "conditions": [{"type": "Mine"}]}
    assert status.write({**found, "status": kept}, made) is None
    newer = {**found, "metadata": {**found["metadata"], "generation": 2}, "status": made}
    assert status.write(newer, status.status_of(newer, Counts(3, 3, 3, 3, 3), "r1", "r1", 0)) is not None


@pytest.mark.parametrize(
    ("phase", "ready", "age", "seconds", "expected"),
    [
        ("Running", "True", 0, 0, (True, True)),
        ("Running", "True", 2, 3, (True, False)),
        ("Running", "True", 3, 3, (True, True)),
        ("Running", "False", 9, 3, (False, False)),
        ("Pending", "True", 9, 3, (False, True)),
        ("Succeeded", "False", 9, 0, (False, False)),
    ],
)
def test_how_a_pod_stands(phase: str, ready: str, age: int, seconds: int, expected: tuple[bool, bool]) -> None:
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": time_text(EPOCH)}
    obj = {"metadata": {"name": "web-2"}, "status": {"phase": phase, "conditions": [condition]}}
    mine = member(obj, seconds, EPOCH + age * SECOND)
    assert (mine.ready, mine.available) == expected
    assert mine.ordinal == 2


def test_a_pod_that_nobody_has_looked_at_yet() -> None:
    mine = member({"metadata": {"name": "web-0"}}, 0, EPOCH)
    assert not mine.created
    assert mine.unavailable
