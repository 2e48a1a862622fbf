from typing import Any

import pytest

from quorate.contract.plan import NOTHING, Create, Delete, Patch
from quorate.controllers.replicaset import CONTROLLERS
from quorate.controllers.replicaset.kinds import REPLICA_SETS
from quorate.controllers.replicaset.watches import of_pod
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection

STATUS = {
    "replicas": 3, "fullyLabeledReplicas": 3, "readyReplicas": 3, "availableReplicas": 3, "terminatingReplicas": 0,
    "observedGeneration": 1,
}  # fmt: skip


def names(actions: Any) -> list[str]:
    return [action.ref.name for action in actions if isinstance(action, Delete | Patch)]


def test_missing_pods_are_created_from_the_template(make: Any, pod: Any, plan: Any) -> None:
    done = plan(make(), pod("web-a"))
    assert [type(a) for a in done.actions] == [Create, Create]
    made = done.actions[0].obj
    assert made["metadata"]["generateName"] == "web-"
    assert made["metadata"]["labels"] == {"app": "web"}
    assert made["metadata"]["ownerReferences"][0]["uid"] == "web-uid"
    assert done.actions[0].outcome.told.message == "Created pod: {name}"
    assert done.actions[0].outcome.failed.message == "Error creating: {error}"
    assert done.on_refusal == "stop"
    assert done.status.obj["status"]["replicas"] == 1


def test_a_refused_pod_becomes_a_condition(make: Any, pod: Any, plan: Any) -> None:
    done = plan(make(), pod("web-a"))
    (condition,) = done.if_refused.obj["status"]["conditions"]
    assert (condition["type"], condition["reason"], condition["message"]) == (
        "ReplicaFailure",
        "FailedCreate",
        "{error}",
    )
    assert "conditions" not in done.status.obj["status"]
    # Once it stands it is neither renewed nor, while pods are refused, written again.
    kept = {**done.if_refused.obj["status"], "conditions": [{**condition, "message": "no"}]}
    again = plan(make(status=kept), pod("web-a"))
    assert again.if_refused == "none"
    assert "conditions" not in again.status.obj["status"]


def test_surplus_pods_are_deleted_all_at_once(make: Any, pod: Any, plan: Any) -> None:
    done = plan(make(1), pod("a", age=SECOND), pod("b", age=90 * SECOND), pod("c", ready=False))
    assert names(done.actions) == ["c", "a"]
    assert done.actions[0].outcome.told.message == "Deleted pod: c"
    assert done.on_refusal == "continue"
    assert done.if_refused.obj["status"]["conditions"][0]["reason"] == "FailedDelete"


def test_nodes_count_only_within_a_deployment(make: Any, pod: Any, plan: Any) -> None:
    old = {"age": 90 * SECOND}
    pods = [
        pod("a", node="node-1", **old),
        pod("b", node="node-1", **old),
        pod("c", node="node-0", since=SECOND, **old),
    ]
    assert names(plan(make(2), *pods).actions) == ["c"]
    ref = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "d", "controller": True}
    assert names(plan(make(2, meta={"ownerReferences": [ref]}), *pods).actions) in (["a"], ["b"])


def test_a_settled_set_is_left_alone(make: Any, pod: Any, plan: Any) -> None:
    assert plan(make(status=STATUS), pod("a"), pod("b"), pod("c")) == NOTHING


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_finished_pods_do_not_count_and_stay(make: Any, pod: Any, plan: Any, phase: str) -> None:
    done = plan(make(1), pod("a", phase=phase, ready=False))
    assert [type(a) for a in done.actions] == [Create]
    assert plan(make(0), pod("a", phase=phase, ready=False)).actions == ()


def test_terminating_pods_count_apart(make: Any, pod: Any, plan: Any) -> None:
    done = plan(make(1), pod("a"), pod("b", deletionTimestamp="2026-01-01T00:00:00Z"))
    assert done.actions == ()
    status = done.status.obj["status"]
    assert (status["replicas"], status["readyReplicas"], status["terminatingReplicas"]) == (1, 1, 1)


def test_min_ready_seconds(make: Any, pod: Any, plan: Any) -> None:
    done = plan(make(2, minReadySeconds=5), pod("a", age=9 * SECOND), pod("b", since=2 * SECOND))
    assert done.status.obj["status"]["availableReplicas"] == 1
    assert done.look_again == EPOCH + 3 * SECOND


def test_labels_of_the_template_are_counted(make: Any, pod: Any, plan: Any) -> None:
    found = make(2)
    found["spec"]["template"]["metadata"]["labels"] = {"app": "web", "tier": "front"}
    done = plan(found, pod("a"), pod("b", labels={"app": "web", "tier": "front"}))
    assert done.status.obj["status"]["fullyLabeledReplicas"] == 1


def test_orphans_are_adopted_and_strangers_released_first(make: Any, pod: Any, plan: Any) -> None:
    orphan, done = pod("o", owned=False), pod("f", owned=False, phase="Failed")
    other, stranger = pod("x", owned=False, labels={"app": "db"}), pod("s", labels={"app": "db"})
    adopted = plan(make(9), orphan, done, other, stranger)
    assert sorted(names(adopted.actions)) == ["o", "s"]
    assert adopted.status is None
    bodies = {a.ref.name: a.body["metadata"] for a in adopted.actions}
    assert bodies["o"]["ownerReferences"][0]["uid"] == "web-uid"
    assert bodies["s"] == {"uid": "s", "ownerReferences": [{"$patch": "delete", "uid": "web-uid"}]}


def test_a_set_that_is_being_deleted_only_counts(make: Any, pod: Any, plan: Any) -> None:
    found = make(3, meta={"deletionTimestamp": "2026-01-01T00:00:00Z", "generation": 2})
    done = plan(found, pod("a"), pod("o", owned=False))
    assert done.actions == ()
    assert done.status.obj["status"]["replicas"] == 1


@pytest.mark.parametrize(
    ("labels", "old", "woken"),
    [({"app": "web"}, None, True), ({"app": "db"}, None, False), ({"app": "web"}, {"app": "web"}, False),
     ({"app": "web"}, {"app": "db"}, True), ({}, None, False)],
)  # fmt: skip
def test_which_orphans_wake_the_set(make: Any, pod: Any, labels: Any, old: Any, woken: bool) -> None:
    cache = Collection()
    for index in CONTROLLERS[0].indexes:
        cache.add_index(index.resource, index.name, index.values)
    cache.apply("replicasets.apps", None, make(), 1)
    before = pod("o", owned=False, labels=old) if old is not None else None
    keys = list(of_pod(REPLICA_SETS, cache, before, pod("o", owned=False, labels=labels)))
    assert keys == ([("default", "web")] if woken else [])
    assert list(of_pod(REPLICA_SETS, cache, pod("p"), None)) == [("default", "web")]
    assert list(of_pod(REPLICA_SETS, cache, pod("o", owned=False), None)) == []
