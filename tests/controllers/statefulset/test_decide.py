"""What a set does, look by look. Where order matters the same play is given to both pod management policies."""

from typing import Any

import pytest

from quorate.contract.plan import NOTHING, Create, Delete, Update
from quorate.kernel.clock import MILLISECOND, SECOND

BOTH = pytest.mark.parametrize("policy", ["OrderedReady", "Parallel"])


def refusing(kind: type, name: str, reason: str) -> Any:
    def refuse(action: Any) -> str | None:
        about = action.obj["metadata"]["name"] if isinstance(action, Create | Update) else action.ref.name
        return reason if isinstance(action, kind) and about == name else None

    return refuse


# Creation


def test_the_revision_comes_first_and_alone(stage: Any) -> None:
    plan = stage().step()
    assert [type(a) for a in plan.actions] == [Create]
    assert plan.actions[0].resource == "controllerrevisions.apps"
    assert plan.status is None


def test_while_the_revision_is_refused_the_status_stays_behind(stage: Any) -> None:
    on = stage()
    on.refuse = lambda action: "Forbidden"
    on.step()
    assert on.status == {}


def test_ordered_pods_come_one_by_one(stage: Any) -> None:
    on = stage()
    on.settle()
    assert on.pods == ["web-0"]
    on.unready("web-0")
    on.settle()
    assert on.pods == ["web-0"]
    on.ready("web-0")
    on.settle()
    assert on.pods == ["web-0", "web-1"]
    on.play()
    assert on.trail == ["+web-0@1", "web-0 ready", "+web-1@1", "web-1 ready", "+web-2@1", "web-2 ready"]
    assert on.events() == [f"SuccessfulCreate: Create Pod web-{n} in StatefulSet web successful" for n in range(3)]


def test_parallel_pods_come_at_once(stage: Any) -> None:
    on = stage(podManagementPolicy="Parallel")
    on.step()
    on.step()
    assert on.trail == ["+web-0@1", "+web-1@1", "+web-2@1"]


def test_a_created_pod_counts_only_when_it_has_been_seen(stage: Any) -> None:
    on = stage()
    on.step()
    assert on.step().status.obj["status"]["replicas"] == 0
    name = on.revisions[0]["metadata"]["name"]
    assert on.step().status.obj["status"] == {
        "observedGeneration": 1, "replicas": 1, "currentReplicas": 1, "updatedReplicas": 1, "collisionCount": 0,
        "availableReplicas": 0, "currentRevision": name, "updateRevision": name,
    }  # fmt: skip


@BOTH
def test_a_settled_set_is_left_alone(running: Any, policy: str) -> None:
    on = running(podManagementPolicy=policy, templates=["data"], policy=("Delete", "Delete"))
    assert on.look() == NOTHING


@BOTH
def test_ordinals_start_where_the_spec_says(stage: Any, policy: str) -> None:
    on = stage(podManagementPolicy=policy, replicas=2, ordinals={"start": 5})
    on.play()
    assert on.pods == ["web-5", "web-6"]
    on.edit(ordinals={"start": 4})
    on.trail.clear()
    on.play()
    moves = ["+web-4@1", "web-4 ready", "web-6 terminating", "-web-6"]
    assert on.trail == (
        moves if policy == "OrderedReady" else ["+web-4@1", "web-6 terminating", "-web-6", "web-4 ready"]
    )


def test_min_ready_seconds_hold_back_the_next_pod(stage: Any) -> None:
    on = stage(minReadySeconds=3)
    on.settle()
    on.ready("web-0")
    plan = on.step()
    assert plan.look_again == on.now + 3 * SECOND
    on.settle()
    assert on.pods == ["web-0"]
    assert (on.status["readyReplicas"], on.status["availableReplicas"]) == (1, 0)
    on.now += 3 * SECOND
    on.settle()
    assert on.pods == ["web-0", "web-1"]
    assert on.status["availableReplicas"] == 1


@BOTH
@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_a_finished_pod_is_replaced(running: Any, policy: str, phase: str) -> None:
    on = running(podManagementPolicy=policy)
    on.phase("web-1", phase)
    on.play()
    assert on.trail == ["web-1 terminating", "-web-1", "+web-1@1", "web-1 ready"]
    assert on.events() == [
        "SuccessfulDelete: Delete Pod web-1 in StatefulSet web successful",
        "SuccessfulCreate: Create Pod web-1 in StatefulSet web successful",
    ]


def test_a_refused_pod_is_told_of_and_the_status_written(stage: Any) -> None:
    on = stage(replicas=2)
    on.refuse = refusing(Create, "web-0", "Forbidden")
    on.step()
    on.step()
    assert on.events() == ["FailedCreate: Create Pod web-0 in StatefulSet web failed error: <Forbidden>"]
    assert on.status["observedGeneration"] == 1


def test_a_pod_whose_deletion_is_refused_still_counts(stage: Any) -> None:
    on = stage(replicas=2)
    on.play()
    on.edit(image="app:2")
    on.refuse = refusing(Delete, "web-1", "Forbidden")
    on.step()
    on.step()
    assert any(isinstance(action, Delete) for action in on.refused)
    assert on.status["currentReplicas"] == 2
    on.refuse = lambda _: None
    on.step()
    assert on.status["currentReplicas"] == 1


def test_a_refused_claim_fails_its_pod_too(stage: Any) -> None:
    on = stage(templates=["data"])
    on.refuse = refusing(Create, "data-web-0", "Forbidden")
    on.step()
    on.step()
    assert on.pods == []
    assert on.events() == [
        "FailedCreate: Create Claim data-web-0 for Pod web-0 in StatefulSet web failed error: <Forbidden>",
        "FailedCreate: Create Pod web-0 in StatefulSet web failed error: failed to create PVC data-web-0: <Forbidden>",
    ]


def test_a_parallel_set_stops_after_the_batch_that_fails(stage: Any) -> None:
    """Batches are 1, 2, 4: with web-1 in the way web-2 is still made, web-3 and those after it are not."""
    on = stage(podManagementPolicy="Parallel", replicas=6)
    on.put("pods", {"metadata": {"name": "web-1", "namespace": "default"}, "spec": {}, "status": {"phase": "Running"}})
    on.step()
    plan = on.step()
    assert on.trail == ["+web-0@1", "+web-2@1"]
    assert plan.look_again == on.now + 5 * MILLISECOND


# Claims


@BOTH
def test_claims_come_before_their_pod(stage: Any, policy: str) -> None:
    on = stage(podManagementPolicy=policy, templates=["data", "logs"], replicas=1)
    on.step()
    on.step()
    names = [action.obj["metadata"]["name"] for action in on.done if isinstance(action, Create)][1:]
    assert names == ["data-web-0", "logs-web-0", "web-0"]
    assert on.events() == [
        "SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success",
        "SuccessfulCreate: Create Claim logs-web-0 Pod web-0 in StatefulSet web success",
        "SuccessfulCreate: Create Pod web-0 in StatefulSet web successful",
    ]


def test_a_claim_outlives_its_pod(running: Any) -> None:
    on = running(templates=["data"])
    kept = on.claim("data-web-1")
    on.delete("web-1")
    on.play()
    assert on.claim("data-web-1") is kept
    on.edit(replicas=1)
    on.play()
    assert on.claim("data-web-2") is not None


def test_a_pod_waits_for_the_end_of_its_old_claim(running: Any) -> None:
    on = running(templates=["data"], replicas=1)
    claim = on.claim("data-web-0")
    on.put(
        "persistentvolumeclaims",
        {**claim, "metadata": {**claim["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}},
    )
    on.gone("web-0")
    first, second = on.step(), on.step()
    assert on.events()[-1] == (
        "FailedCreate: Create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted"
    )
    assert (first.look_again, second.look_again) == (on.now + 5 * MILLISECOND, on.now + 10 * MILLISECOND)
    on.drop("persistentvolumeclaims", "data-web-0")
    on.play()
    assert on.status["readyReplicas"] == 1


def test_a_pending_pod_gets_its_lost_claim_back(stage: Any) -> None:
    on = stage(templates=["data"])
    on.settle()
    on.drop("persistentvolumeclaims", "data-web-0")
    on.settle()
    assert on.claim("data-web-0") is not None
    assert on.pods == ["web-0"]


def test_when_scaled_delete_hands_the_claim_to_the_pod(running: Any) -> None:
    on = running(templates=["data"], policy=("Delete", "Retain"))
    on.edit(replicas=2)
    on.step()
    (ref,) = on.claim("data-web-2")["metadata"]["ownerReferences"]
    assert (ref["kind"], ref["name"]) == ("Pod", "web-2")
    assert "ownerReferences" not in on.claim("data-web-1")["metadata"]
    on.gone("web-2")
    # Scaled up again before garbage collection has come by: the pod waits, and nothing says when to look again.
    on.edit(replicas=3)
    on.settle()
    assert on.pods == ["web-0", "web-1"]
    assert on.look() == NOTHING
    on.drop("persistentvolumeclaims", "data-web-2")
    on.play()
    assert "web-2" in on.pods
    assert "ownerReferences" not in on.claim("data-web-2")["metadata"]


def test_a_change_of_the_retention_policy_is_told_as_an_update(running: Any) -> None:
    on = running(templates=["data"], replicas=2)
    on.edit(persistentVolumeClaimRetentionPolicy={"whenScaled": "Retain", "whenDeleted": "Delete"})
    on.settle()
    assert on.events() == [f"SuccessfulUpdate: Update Pod web-{n} in StatefulSet web successful" for n in range(2)]
    for name in ("data-web-0", "data-web-1"):
        assert [ref["kind"] for ref in on.claim(name)["metadata"]["ownerReferences"]] == ["StatefulSet"]


def test_new_claims_are_owned_as_soon_as_they_are_seen(stage: Any) -> None:
    on = stage(templates=["data"], policy=("Retain", "Delete"), replicas=1)
    on.settle()
    assert [ref["uid"] for ref in on.claim("data-web-0")["metadata"]["ownerReferences"]] == ["set-uid"]
    assert [told.reason for told in on.told] == ["SuccessfulCreate", "SuccessfulCreate"]


# Scaling down


def test_ordered_scale_down_waits_for_each_pod_to_go(running: Any) -> None:
    on = running()
    on.edit(replicas=0)
    on.settle()
    assert on.trail == ["web-2 terminating"]
    on.play()
    assert on.trail == [x for n in (2, 1, 0) for x in (f"web-{n} terminating", f"-web-{n}")]
    assert on.status["replicas"] == 0


def test_parallel_scale_down_asks_all_at_once(running: Any) -> None:
    on = running(podManagementPolicy="Parallel", replicas=4)
    on.unready("web-0", "web-2")
    on.edit(replicas=1)
    on.settle()
    assert on.trail == ["web-3 terminating", "web-2 terminating", "web-1 terminating"]


@pytest.mark.parametrize(
    ("unready", "deleted"),
    [([], "web-3"), (["web-3"], "web-3"), (["web-2"], "web-3"), (["web-2", "web-3"], None), (["web-1"], None)],
)
def test_ordered_scale_down_deletes_only_the_lowest_unready_pod(
    running: Any, unready: list[str], deleted: str | None
) -> None:
    on = running(replicas=4)
    on.unready(*unready)
    on.edit(replicas=2)
    on.settle()
    assert on.trail == ([f"{deleted} terminating"] if deleted else [])


@BOTH
def test_an_ordinal_that_is_no_number_is_ignored(running: Any, policy: str) -> None:
    on = running(podManagementPolicy=policy, replicas=1)
    pod = on.pod("web-0")
    on.put("pods", {**pod, "metadata": {**pod["metadata"], "name": "web-99999999999", "uid": "odd"}})
    on.edit(replicas=0)
    on.play()
    assert on.pods == ["web-99999999999"]
    assert on.status["replicas"] == 0


def test_a_terminating_pod_holds_back_scaling_up(running: Any) -> None:
    on = running(replicas=2)
    on.delete("web-0")
    on.edit(replicas=3)
    on.settle()
    assert on.pods == ["web-0", "web-1"]
    counts = {k: on.status[k] for k in ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas")}
    assert counts == {"replicas": 2, "readyReplicas": 2, "currentReplicas": 1, "updatedReplicas": 1}
    on.trail.clear()
    on.play()
    assert on.trail == ["-web-0", "+web-0@1", "web-0 ready", "+web-2@1", "web-2 ready"]


# Updates


@BOTH
def test_an_update_goes_from_the_top_one_by_one(running: Any, policy: str) -> None:
    on = running(podManagementPolicy=policy)
    on.edit(image="app:2")
    on.play()
    assert on.trail == [
        x for n in (2, 1, 0) for x in (f"web-{n} terminating", f"-web-{n}", f"+web-{n}@2", f"web-{n} ready")
    ]
    assert on.status["currentRevision"] == on.status["updateRevision"] == on.revisions[1]["metadata"]["name"]
    assert on.status["currentReplicas"] == 3


def test_the_status_in_the_middle_of_an_update(running: Any) -> None:
    on = running()
    on.edit(image="app:2")
    on.settle()
    assert on.status["currentReplicas"] == 2
    assert on.status["currentRevision"] != on.status["updateRevision"]
    assert "updatedReplicas" not in on.status


@BOTH
def test_a_partition_keeps_the_lower_pods(running: Any, policy: str) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    on = running(podManagementPolicy=policy, updateStrategy=rolling)
    on.edit(image="app:2")
    on.play()
    assert on.trail == ["web-2 terminating", "-web-2", "+web-2@2", "web-2 ready"]
    assert (on.status["currentReplicas"], on.status["updatedReplicas"]) == (2, 1)
    for name in ("web-0", "web-2"):
        on.delete(name)
        on.trail.clear()
        on.play()
        assert on.trail[1] == f"+{name}@{1 if name == 'web-0' else 2}"
    on.edit(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 0}})
    on.play()
    assert on.status["currentRevision"] == on.status["updateRevision"]


def test_a_partition_counts_from_the_first_ordinal(running: Any) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    on = running(updateStrategy=rolling, ordinals={"start": 5}, replicas=2)
    on.edit(image="app:2")
    on.play()
    assert on.trail == ["web-6 terminating", "-web-6", "+web-6@2", "web-6 ready"]
    on.delete("web-5")
    on.play()
    assert on.trail[-2:] == ["+web-5@1", "web-5 ready"]


@BOTH
def test_on_delete_updates_what_others_delete(running: Any, policy: str) -> None:
    on = running(podManagementPolicy=policy, updateStrategy={"type": "OnDelete"}, replicas=2)
    on.edit(image="app:2")
    on.play()
    assert on.trail == []
    on.delete("web-0")
    on.play()
    assert "+web-0@2" in on.trail
    on.delete("web-1")
    on.play()
    assert on.status["updatedReplicas"] == 2
    assert on.status["currentRevision"] != on.status["updateRevision"]


def test_without_a_rolling_update_the_lower_pods_come_back_old(running: Any) -> None:
    on = running(updateStrategy={"type": "RollingUpdate"})
    on.edit(image="app:2")
    on.settle()
    on.finish()
    on.settle()
    on.unready("web-2")
    for name in ("web-0", "web-1"):
        on.delete(name)
        on.settle()
        on.finish()
        on.settle()
        on.ready(name)
        on.settle()
    assert [x for x in on.trail if x.startswith("+")] == ["+web-2@2", "+web-0@1", "+web-1@2"]


def test_an_ordered_set_cannot_be_rolled_back_past_a_broken_pod(running: Any) -> None:
    on = running()
    on.edit(image="broken")
    on.settle()
    on.finish()
    on.settle()
    on.unready("web-2")
    on.settle()
    on.edit(image="app:1")
    on.trail.clear()
    on.settle()
    assert on.trail == []
    assert [r["revision"] for r in on.revisions] == [2, 3]
    assert on.status["currentRevision"] == on.status["updateRevision"]
    on.delete("web-2")
    on.play()
    assert on.trail == ["web-2 terminating", "-web-2", "+web-2@3", "web-2 ready"]


def test_a_parallel_set_repairs_itself(running: Any) -> None:
    on = running(podManagementPolicy="Parallel")
    on.edit(image="broken")
    on.settle()
    on.finish()
    on.settle()
    on.unready("web-2")
    on.edit(image="app:3")
    on.trail.clear()
    on.play()
    assert on.trail[:4] == ["web-2 terminating", "-web-2", "+web-2@3", "web-2 ready"]
    assert on.status["updatedReplicas"] == 3


def test_a_parallel_update_waits_for_availability(running: Any) -> None:
    on = running(podManagementPolicy="Parallel", minReadySeconds=5)
    on.edit(image="app:2")
    on.settle()
    on.finish()
    on.settle()
    on.ready("web-2")
    plan = on.step()
    assert plan.look_again == on.now + 5 * SECOND
    on.settle()
    assert on.trail[-1] == "web-2 ready"
    on.now += 5 * SECOND
    on.settle()
    assert on.trail[-1] == "web-1 terminating"


def test_scaling_goes_before_updating(running: Any) -> None:
    on = running()
    on.edit(image="app:2", replicas=2)
    on.play()
    assert on.trail[:3] == ["web-2 terminating", "-web-2", "web-1 terminating"]


def test_old_revisions_are_pruned(running: Any) -> None:
    on = running(replicas=1, revisionHistoryLimit=1, updateStrategy={"type": "OnDelete"})
    for n in range(2, 6):
        on.edit(image=f"app:{n}")
        on.settle()
    assert [r["revision"] for r in on.revisions] == [1, 4, 5]


def test_a_collision_is_counted_in_the_status(running: Any, stage: Any) -> None:
    (revision,) = running(replicas=1).revisions
    on = stage(replicas=1)
    foreign = {"kind": "StatefulSet", "name": "old", "uid": "old", "controller": True}
    meta = {**revision["metadata"], "ownerReferences": [foreign]}
    on.put("controllerrevisions.apps", {**revision, "metadata": meta, "data": {"other": "data"}})
    on.play()
    assert on.status["collisionCount"] == 1
    assert on.status["readyReplicas"] == 1
    assert len(on.revisions) == 2


# Repair


@BOTH
def test_identity_is_repaired(running: Any, policy: str) -> None:
    on = running(podManagementPolicy=policy)
    for name, label in (
        ("web-0", "apps.kubernetes.io/pod-index"), ("web-1", "statefulset.kubernetes.io/pod-name")
    ):  # fmt: skip
        pod = on.pod(name)
        labels = {k: v for k, v in pod["metadata"]["labels"].items() if k != label}
        on.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": labels}})
        on.settle()
    assert on.events() == ["SuccessfulUpdate: Update Pod web-1 in StatefulSet web successful"]
    assert on.pod("web-1")["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == "web-1"
    assert "apps.kubernetes.io/pod-index" not in on.pod("web-0")["metadata"]["labels"]


def test_a_pod_without_a_revision_is_rolled(running: Any) -> None:
    on = running()
    pod = on.pod("web-2")
    labels = {k: v for k, v in pod["metadata"]["labels"].items() if k != "controller-revision-hash"}
    on.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": labels}})
    on.play()
    assert on.trail == ["web-2 terminating", "-web-2", "+web-2@1", "web-2 ready"]


# Deletion


@BOTH
def test_a_set_that_is_being_deleted_only_counts(running: Any, policy: str) -> None:
    on = running(podManagementPolicy=policy)
    found = on.set
    meta = {**found["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z", "generation": 2}
    on.put("statefulsets.apps", {**found, "metadata": meta})
    on.settle()
    on.gone("web-1")
    on.settle()
    assert on.trail == ["-web-1"]
    assert on.events() == []
    assert (on.status["observedGeneration"], on.status["replicas"]) == (2, 2)


@pytest.mark.parametrize(
    "broken",
    [
        {"status": None},
        {
            "spec": {"containers": []},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        },
        {"spec": {"containers": [], "volumes": None}},
    ],
)
def test_odd_pods_do_no_harm(running: Any, broken: dict[str, Any]) -> None:
    on = running(minReadySeconds=5, templates=["data"])
    pod = on.pod("web-2")
    on.put("pods", {**pod, **broken})
    on.step()


def test_deletes_that_come_too_late_are_no_failure(running: Any) -> None:
    on = running()
    on.edit(replicas=2)
    on.refuse = refusing(Delete, "web-2", "NotFound")
    on.step()
    assert on.events() == []
