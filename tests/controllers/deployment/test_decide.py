from typing import Any

import pytest

from quorate.contract.plan import NOTHING
from quorate.kernel.clock import SECOND

REVISION = "deployment.kubernetes.io/revision"


def test_a_first_rollout(stage: Any) -> None:
    on = stage()
    on.settle()
    (one,) = on.sets
    hashed = one["metadata"]["labels"]["pod-template-hash"]
    assert one["metadata"]["name"] == f"web-{hashed}"
    assert one["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": hashed}
    assert one["metadata"]["annotations"] == {
        REVISION: "1", "deployment.kubernetes.io/desired-replicas": "3", "deployment.kubernetes.io/max-replicas": "4"
    }  # fmt: skip
    assert on.it["metadata"]["annotations"] == {REVISION: "1"}
    assert [c["type"] for c in on.status["conditions"]] == ["Available", "Progressing"]
    assert on.reason() == "ReplicaSetUpdated"
    on.play()
    assert on.reason() == "NewReplicaSetAvailable"
    conditions = on.status.pop("conditions")
    assert on.status == {
        "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3,
        "terminatingReplicas": 0,
    }  # fmt: skip
    assert [(c["type"], c["message"]) for c in conditions] == [
        ("Available", "Deployment has minimum availability."),
        ("Progressing", f'ReplicaSet "web-{hashed}" has successfully progressed.'),
    ]
    assert on.events[0] == f"Deployment ScalingReplicaSet: Scaled up replica set web-{hashed} from 0 to 3"


def test_a_settled_deployment_is_left_alone(running: Any) -> None:
    on = running()
    assert [plan for _, plan in on.look(0)] == [NOTHING]


def test_a_rolling_update_one_by_one(running: Any) -> None:
    on = running(surge=1, unavailable=0)
    on.edit(image="app:2")
    on.play()
    assert on.trail == ["+app:2", "-app:1"] * 3
    assert on.sizes() == [0, 3]
    assert on.it["metadata"]["annotations"][REVISION] == "2"


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "sizes"),
    [
        (5, "30%", "30%", [4, 3]),  # surge rounds up, unavailable rounds down
        (5, 2, 1, [4, 3]),
        (4, 0, 1, [3, 1]),
        (4, 0, "10%", [3, 1]),  # one has to go, else nothing could move
        (3, 1, 0, [3, 1]),
        (2, "100%", 0, [2, 2]),
        (10, "25%", "25%", [8, 5]),
    ],
)
def test_a_bad_template_stops_at_the_bounds(
    running: Any, replicas: int, surge: Any, unavailable: Any, sizes: list[int]
) -> None:
    on = running(replicas=replicas, surge=surge, unavailable=unavailable)
    on.broken.add("bad")
    on.edit(image="bad")
    on.play()
    assert on.sizes() == sizes


def test_pods_that_are_of_no_use_go_first(running: Any) -> None:
    on = running(replicas=2, surge=0, unavailable=1)
    bad = on.pods()[0]
    on.set_ready(bad, ready=False)
    on.broken.add("app:2")
    on.edit(image="app:2")
    on.play()
    assert on.sizes() == [1, 1]
    assert bad["metadata"]["name"] not in [pod["metadata"]["name"] for pod in on.pods()]


def test_a_third_template_takes_the_stuck_ones_place(running: Any) -> None:
    on = running(replicas=2, surge=1, unavailable=0)
    on.broken.add("bad")
    on.edit(image="bad")
    on.play()
    on.edit(image="app:3")
    on.play()
    assert on.trail == ["+bad", "-bad", "+app:3", "-app:1", "+app:3", "-app:1"]


def test_recreate_waits_until_every_old_pod_is_gone(running: Any) -> None:
    on = running(replicas=2, strategy={"type": "Recreate"})
    on.edit(image="app:2")
    on.settle()
    assert on.trail == ["-app:1", "-app:1"]
    assert len(on.sets) == 1
    counts = {k: on.status.get(k) for k in ("replicas", "unavailableReplicas", "terminatingReplicas")}
    assert counts == {"replicas": None, "unavailableReplicas": None, "terminatingReplicas": 2}
    on.play()
    assert on.trail[2:] == ["+app:2", "+app:2"]


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "to", "sizes"),
    [
        (5, 2, 1, 8, [6, 4]),
        (4, 1, 1, 8, [5, 4]),
        (10, 3, 2, 20, [14, 9]),
        (10, 3, 2, 5, [5, 3]),
        (10, 3, 2, 0, [0, 0]),
    ],
)
def test_scaling_in_the_middle_of_a_rollout_is_proportional(
    running: Any, replicas: int, surge: int, unavailable: int, to: int, sizes: list[int]
) -> None:
    on = running(replicas=replicas, surge=surge, unavailable=unavailable)
    on.broken.add("bad")
    on.edit(image="bad")
    on.play()
    on.edit(replicas=to, paused=True)
    on.play()
    assert on.sizes() == sizes


def test_pause_and_resume(running: Any) -> None:
    on = running(replicas=2)
    on.edit(paused=True, image="app:2")
    on.play()
    assert on.status["observedGeneration"] == 2
    assert on.reason() == "DeploymentPaused"
    assert on.trail == []
    on.edit(replicas=3)
    on.play()
    assert on.trail == ["+app:1"]
    on.edit(paused=False)
    on.look(0)[0][1]
    assert on.look(0)[0][1].status.obj["status"]["conditions"][-1]["reason"] == "DeploymentResumed"
    on.play()
    assert on.reason() == "NewReplicaSetAvailable"
    assert on.sizes() == [0, 3]


def test_born_paused(stage: Any) -> None:
    on = stage(paused=True)
    on.play()
    assert on.sets == []
    assert [(c["type"], c["status"]) for c in on.status["conditions"]] == [
        ("Progressing", "Unknown"),
        ("Available", "False"),
    ]
    assert "annotations" not in on.it["metadata"]
    assert (on.status.get("unavailableReplicas"), on.status["terminatingReplicas"]) == (None, 0)


def test_a_deadline_that_passes(running: Any) -> None:
    on = running(replicas=1, progressDeadlineSeconds=3)
    on.broken.add("bad")
    on.edit(image="bad")
    on.play()
    ((_, plan),) = on.look(0)
    assert plan.look_again == on.now + 4 * SECOND
    on.now += 4 * SECOND
    on.play()
    assert on.reason() == "ProgressDeadlineExceeded"
    condition = on.status["conditions"][-1]
    assert condition["status"] == "False"
    assert condition["message"].endswith("has timed out progressing.")
    assert on.look(0)[0][1] == NOTHING
    on.edit(image="app:1")
    on.play()
    assert on.reason() == "NewReplicaSetAvailable"


def test_no_deadline_no_progressing(running: Any) -> None:
    on = running(progressDeadlineSeconds=2**31 - 1)
    assert [c["type"] for c in on.status["conditions"]] == ["Available"]
    on.edit(progressDeadlineSeconds=60)
    on.play()
    assert on.reason() == "NewReplicaSetAvailable"


def test_lost_readiness_is_no_rollout(running: Any) -> None:
    on = running(replicas=2)
    for pod in on.pods():
        on.set_ready(pod, ready=False)
    on.play()
    assert on.reason("Available") == "MinimumReplicasUnavailable"
    assert on.reason() == "NewReplicaSetAvailable"
    assert on.status["unavailableReplicas"] == 2
    assert on.look(0)[0][1] == NOTHING


def test_a_rollback_takes_the_old_replica_set_and_remembers_its_revision(running: Any) -> None:
    on = running()
    first = on.sets[0]["metadata"]["name"]
    on.edit(image="app:2")
    on.play()
    on.edit(image="app:1")
    on.play()
    newest = on.sets[-1]
    assert newest["metadata"]["name"] == first
    assert newest["metadata"]["annotations"][REVISION] == "3"
    assert newest["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] == "1"
    assert len(on.sets) == 2


def test_annotations_are_passed_on_but_not_all(running: Any) -> None:
    on = running()
    on.annotate(**{"team": "blue", "kubectl.kubernetes.io/last-applied-configuration": "{}"})
    on.play()
    held = on.sets[0]["metadata"]["annotations"]
    assert held["team"] == "blue"
    assert "kubectl.kubernetes.io/last-applied-configuration" not in held


def test_min_ready_seconds_are_changed_in_place(running: Any) -> None:
    on = running(minReadySeconds=0)
    on.edit(minReadySeconds=5)
    on.now += 60 * SECOND
    on.play()
    assert on.sets[0]["spec"]["minReadySeconds"] == 5
    assert on.trail == []


def test_history_is_pruned_when_a_rollout_is_complete(running: Any) -> None:
    on = running(replicas=1, revisionHistoryLimit=1)
    for n in (2, 3, 4):
        on.edit(image=f"app:{n}")
        on.play()
    assert [on.revision(one) for one in on.sets] == [3, 4]
    on.edit(revisionHistoryLimit=0)
    on.play()
    assert [on.revision(one) for one in on.sets] == [4]


def test_a_refused_replica_set(stage: Any) -> None:
    on = stage()
    on.refuse = lambda resource, obj: "no more" if resource == "replicasets.apps" else None
    on.settle()
    (condition,) = on.status["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "ReplicaSetCreateError")
    assert condition["message"].endswith(": no more")
    assert "observedGeneration" not in on.status
    assert on.events[0].startswith('Deployment ReplicaSetCreateError: Failed to create new replica set "web-')
    on.refuse = lambda resource, obj: None
    on.play()
    assert on.reason() == "NewReplicaSetAvailable"


def test_refused_pods_are_told_by_both(stage: Any) -> None:
    on = stage()
    on.refuse = lambda resource, obj: "quota" if resource == "pods" and len(on.pods()) >= 2 else None
    on.play()
    assert on.sets[0]["status"]["conditions"][0]["message"] == "quota"
    assert on.reason("ReplicaFailure") == "FailedCreate"
    assert "ReplicaSet FailedCreate: Error creating: quota" in on.events
    on.refuse = lambda resource, obj: None
    on.play()
    assert on.reason("ReplicaFailure") is None
    assert "conditions" not in on.sets[0]["status"]


def test_a_name_that_is_taken_counts_as_a_collision(stage: Any, running: Any) -> None:
    name = running().sets[0]["metadata"]["name"]
    on = stage()
    other = {"metadata": {"labels": {"app": "db"}}, "spec": {}}
    meta = {"name": name, "namespace": "default", "uid": "x"}
    on.put("replicasets.apps", {"metadata": meta, "spec": {"replicas": 0, "selector": {}, "template": other}})
    on.play()
    assert on.status["collisionCount"] == 1
    assert on.reason() == "NewReplicaSetAvailable"
    assert len(on.sets) == 2


def test_a_replica_set_of_the_same_template_is_adopted(stage: Any) -> None:
    on = stage(replicas=1)
    template = on.it["spec"]["template"]
    handmade = {
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": "handmade", "namespace": "default", "uid": "h", "labels": {"app": "web"}, "generation": 1},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }  # fmt: skip
    on.put("replicasets.apps", handmade)
    on.play()
    (one,) = on.sets
    assert one["metadata"]["ownerReferences"][0]["uid"] == "web-uid"
    assert one["metadata"]["annotations"] == {REVISION: "1"}
    assert on.trail == ["+app:1"]
    assert on.status["availableReplicas"] == 1


def test_a_selector_of_everything_does_nothing(stage: Any) -> None:
    on = stage(selector={})
    on.settle()
    assert on.sets == []
    assert on.status == {"observedGeneration": 1}
    assert on.events[0] == (
        "Deployment SelectingAll: This deployment is selecting all pods. A non-empty selector is required."
    )


def test_a_deployment_that_is_being_deleted_only_counts(running: Any) -> None:
    on = running()
    found = on.it
    meta = {**found["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z", "generation": 2}
    on.put("deployments.apps", {**found, "metadata": meta, "spec": {**found["spec"], "replicas": 9}})
    on.settle()
    assert on.sizes() == [3]
    assert on.status["observedGeneration"] == 2
