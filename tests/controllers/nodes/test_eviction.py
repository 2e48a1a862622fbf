"""Pods leave tainted nodes: at once, after their tolerationSeconds, or not at all."""

from typing import Any

import pytest

from quorate.contract.plan import Delete, Patch, Plan, Tell
from quorate.controllers.nodes.eviction import CONTROLLER, Seen, Timer, decide
from quorate.kernel.clock import EPOCH, SECOND

KEY = ("ns", "web-0")
UNREACHABLE = (("node.kubernetes.io/unreachable", ""),)
OUT = (*UNREACHABLE, ("node.kubernetes.io/out-of-service", "nodeshutdown"))
MARKED, CANCELLED = "Marking for deletion Pod ns/web-0", "Cancelling deletion of Pod ns/web-0"


def pod(*tolerations: dict[str, Any], uid: str = "u", **meta: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "web-0", "namespace": "ns", "uid": uid, "generation": 3, **meta},
        "spec": {"nodeName": "n", "tolerations": list(tolerations)}, "status": {},
    }  # fmt: skip


def exists(key: str = "node.kubernetes.io/unreachable", **more: Any) -> dict[str, Any]:
    return {"key": key, "operator": "Exists", "effect": "NoExecute", **more}


def told(plan: Plan) -> list[str]:
    return [a.message for a in plan.actions if isinstance(a, Tell)]


def deletes(plan: Plan) -> bool:
    return any(isinstance(a, Delete) for a in plan.actions)


def see(found: Any, taints: Any, timer: Timer | None = None, at: int = EPOCH) -> Plan:
    return decide(Seen(KEY, found, taints, timer), at)


@pytest.mark.parametrize(
    ("tolerations", "taints", "after"),
    [
        ((), UNREACHABLE, 0),
        ((exists(),), UNREACHABLE, None),
        ((exists(tolerationSeconds=300),), UNREACHABLE, 300),
        ((exists(tolerationSeconds=0),), UNREACHABLE, 0),
        ((exists(tolerationSeconds=300),), OUT, 0),
        ((exists(tolerationSeconds=300), exists("node.kubernetes.io/out-of-service", tolerationSeconds=20)), OUT, 20),
        (({"operator": "Exists"},), OUT, None),
        (({"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown"}, exists()), OUT, None),
        (({"key": "node.kubernetes.io/out-of-service", "value": "other"}, exists()), OUT, 0),
        ((exists(effect="NoSchedule"),), UNREACHABLE, 0),
    ],
)
def test_when_a_pod_leaves(tolerations: Any, taints: Any, after: int | None) -> None:
    plan = see(pod(*tolerations), taints)
    if after is None:
        assert plan == Plan()
        return
    if after:
        assert not plan.actions and plan.look_again == EPOCH + after * SECOND
        timer = plan.remember
        assert isinstance(timer, Timer)
        early = see(pod(*tolerations), taints, timer, EPOCH + (after - 1) * SECOND)
        assert not early.actions and early.remember == timer
        plan = see(pod(*tolerations), taints, timer, EPOCH + after * SECOND)
    assert told(plan) == [MARKED] and deletes(plan)


def test_the_deletion_says_why() -> None:
    _, patch, delete = see(pod(), UNREACHABLE).actions
    assert isinstance(patch, Patch) and (patch.type, patch.subresource) == ("strategic", "status")
    (condition,) = patch.body["status"]["conditions"]
    assert condition["reason"] == "DeletionByTaintManager" and condition["observedGeneration"] == 3
    assert condition["message"] == "Taint manager: deleting due to NoExecute taint"
    assert isinstance(delete, Delete) and delete.uid == "u" and delete.grace_seconds is None


def test_its_events_carry_no_uid() -> None:
    event = see(pod(), UNREACHABLE).actions[0]
    assert isinstance(event, Tell) and event.component == "taint-eviction-controller"
    assert event.about["metadata"] == {"namespace": "ns", "name": "web-0"}


@pytest.mark.parametrize(
    ("found", "taints"),
    [(pod(exists(tolerationSeconds=300)), ()), (None, None), (pod(exists()), UNREACHABLE)],
)
def test_a_timer_that_is_not_needed_any_more_is_cancelled(found: Any, taints: Any) -> None:
    plan = see(found, taints, Timer("u", EPOCH + SECOND))
    assert told(plan) == [CANCELLED] and plan.remember is None and not deletes(plan)


def test_a_taint_that_is_not_tolerated_cuts_the_timer_short() -> None:
    plan = see(pod(exists(tolerationSeconds=300)), OUT, Timer("u", EPOCH + 300 * SECOND))
    assert told(plan) == [CANCELLED, MARKED] and deletes(plan)


def test_another_pod_of_the_name_gets_a_timer_of_its_own() -> None:
    plan = see(pod(exists(tolerationSeconds=60), uid="v"), UNREACHABLE, Timer("u", EPOCH))
    assert told(plan) == [CANCELLED] and plan.remember == Timer("v", EPOCH + 60 * SECOND)


def test_a_pod_whose_node_has_gone_is_evicted_in_time() -> None:
    timer = Timer("u", EPOCH + SECOND)
    assert see(pod(), None, timer).look_again == EPOCH + SECOND
    assert told(see(pod(), None, timer, EPOCH + SECOND)) == [MARKED]


def test_a_refused_deletion_is_tried_again_without_another_event() -> None:
    fired = see(pod(), UNREACHABLE).remember
    assert isinstance(fired, Timer)
    again = see(pod(), UNREACHABLE, fired)
    assert told(again) == [] and deletes(again)
    gone = see(None, None, fired)
    assert gone == Plan()


def test_only_what_matters_wakes_it() -> None:
    keys = CONTROLLER.watches[0].keys
    reader: Any = None
    before = pod(exists())
    assert list(keys(reader, before, {**before, "status": {"phase": "Running"}})) == []
    assert list(keys(reader, before, pod(exists(), exists("other")))) == [KEY]
    assert list(keys(reader, before, None)) == [KEY]
