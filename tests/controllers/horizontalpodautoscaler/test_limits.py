from typing import Any

import pytest

from quorate.controllers.horizontalpodautoscaler.limits import Past, Stamped, changed, limit, unchanged
from quorate.kernel.clock import EPOCH as NOW
from quorate.kernel.clock import MINUTE, SECOND

PODS = {"type": "Pods", "value": 2, "periodSeconds": 60}
HALF = {"type": "Percent", "value": 50, "periodSeconds": 60}


def autoscaler(least: int = 1, most: int = 20, up: Any = None, down: Any = None) -> dict[str, Any]:
    spec: dict[str, Any] = {"minReplicas": least, "maxReplicas": most}
    if up is not None or down is not None:
        plain = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [PODS]}
        spec["behavior"] = {"scaleUp": {**plain, **(up or {})}, "scaleDown": {**plain, **(down or {})}}
    return {"spec": spec}


@pytest.mark.parametrize(
    ("current", "desired", "most", "recent", "replicas", "able", "limited"),
    [
        (3, 3, 10, [], 3, "ReadyForNewScale", (False, "DesiredWithinRange")),
        (3, 6, 10, [], 6, "ReadyForNewScale", (False, "DesiredWithinRange")),
        (3, 9, 10, [], 6, "ReadyForNewScale", (True, "ScaleUpLimit")),
        (1, 9, 10, [], 4, "ReadyForNewScale", (True, "ScaleUpLimit")),
        (6, 15, 10, [], 10, "ReadyForNewScale", (True, "TooManyReplicas")),
        (6, 1, 10, [], 2, "ReadyForNewScale", (True, "TooFewReplicas")),
        (6, 3, 10, [(5, 4 * MINUTE)], 5, "ScaleDownStabilized", (False, "DesiredWithinRange")),
        (6, 3, 10, [(5, 6 * MINUTE)], 3, "ReadyForNewScale", (False, "DesiredWithinRange")),
    ],
)
def test_without_rules(
    current: int, desired: int, most: int, recent: Any, replicas: int, able: str, limited: tuple[bool, str]
) -> None:
    past = Past(tuple(Stamped(value, NOW - ago) for value, ago in recent))
    out = limit(autoscaler(2, most), past, current, desired, NOW)
    assert (out.replicas, out.able[0], out.limited[:2]) == (replicas, able, limited)
    assert out.past.recommended[-1] == Stamped(desired, NOW)


@pytest.mark.parametrize(
    ("up", "down", "current", "desired", "past", "replicas", "limited"),
    [
        ({}, {}, 4, 9, Past(), 6, (True, "ScaleUpLimit")),
        ({}, {}, 4, 9, Past(ups=(Stamped(1, NOW - 30 * SECOND),)), 5, (True, "ScaleUpLimit")),
        ({}, {}, 4, 9, Past(ups=(Stamped(1, NOW - 90 * SECOND),)), 6, (True, "ScaleUpLimit")),
        ({}, {}, 4, 9, Past(ups=(Stamped(3, NOW - 30 * SECOND),)), 4, (True, "ScaleUpLimit")),
        ({}, {}, 4, 1, Past(), 2, (True, "ScaleDownLimit")),
        ({"policies": [PODS, HALF]}, {}, 10, 19, Past(), 15, (True, "ScaleUpLimit")),
        ({"policies": [PODS, HALF], "selectPolicy": "Min"}, {}, 10, 19, Past(), 12, (True, "ScaleUpLimit")),
        ({"selectPolicy": "Disabled"}, {}, 4, 9, Past(), 4, (True, "ScaleUpLimit")),
        ({"policies": [HALF]}, {}, 1, 9, Past(), 2, (True, "ScaleUpLimit")),
        ({}, {"policies": [HALF]}, 9, 1, Past(), 4, (True, "ScaleDownLimit")),
        ({}, {"policies": [PODS, HALF]}, 9, 1, Past(), 4, (True, "ScaleDownLimit")),
        ({}, {"policies": [PODS, HALF], "selectPolicy": "Min"}, 9, 1, Past(), 7, (True, "ScaleDownLimit")),
        ({}, {"policies": [{**PODS, "value": 50}]}, 9, 0, Past(), 1, (True, "TooFewReplicas")),
        ({"policies": [{**PODS, "value": 50}]}, {}, 9, 30, Past(), 20, (True, "TooManyReplicas")),
        ({}, {}, 4, 5, Past(), 5, (False, "DesiredWithinRange")),
    ],
)
def test_policies(
    up: Any, down: Any, current: int, desired: int, past: Past, replicas: int, limited: tuple[bool, str]
) -> None:
    out = limit(autoscaler(up=up, down=down), past, current, desired, NOW)
    assert (out.replicas, out.limited[:2]) == (replicas, limited)


@pytest.mark.parametrize(
    ("up_window", "down_window", "current", "desired", "recent", "replicas", "able"),
    [
        (60, 0, 3, 5, [(4, 30)], 4, "ScaleUpStabilized"),
        (60, 0, 3, 5, [(2, 30)], 3, "ScaleUpStabilized"),
        (60, 0, 3, 5, [(2, 90)], 5, "ReadyForNewScale"),
        (0, 60, 5, 3, [(4, 30)], 4, "ScaleDownStabilized"),
        (0, 60, 5, 4, [(4, 30)], 4, "ReadyForNewScale"),
        (0, None, 5, 4, [(5, 299)], 5, "ScaleDownStabilized"),
        (0, None, 5, 4, [(5, 301)], 4, "ReadyForNewScale"),
    ],
)
def test_windows(
    up_window: int, down_window: int | None, current: int, desired: int, recent: Any, replicas: int, able: str
) -> None:
    past = Past(tuple(Stamped(value, NOW - ago * SECOND) for value, ago in recent))
    found = autoscaler(up={"stabilizationWindowSeconds": up_window}, down={"stabilizationWindowSeconds": down_window})
    out = limit(found, past, current, desired, NOW)
    assert (out.replicas, out.able[0]) == (replicas, able)


def test_changes_are_remembered_as_long_as_a_policy_asks() -> None:
    found = autoscaler(up={}, down={})
    past = changed(found, Past(ups=(Stamped(5, NOW - 2 * MINUTE), Stamped(1, NOW - SECOND))), 4, 6, NOW)
    assert past.ups == (Stamped(1, NOW - SECOND), Stamped(2, NOW))
    past = changed(found, past, 6, 3, NOW)
    assert past.downs == (Stamped(3, NOW),)
    assert unchanged(past, 6, 3).downs == ()
    assert changed(autoscaler(), Past(), 1, 2, NOW) == Past()
