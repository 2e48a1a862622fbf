from typing import Any

from quorate.contract.plan import Patch

BARE = {"spec": {"containers": []}, "status": {"phase": "Running"}}


def bare(name: str, **meta: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "default", "labels": {"app": "web"}, **meta}, **BARE}


def test_an_orphan_of_fitting_name_and_labels_is_adopted(stage: Any) -> None:
    on = stage()
    on.put("pods", bare("web-0"))
    plan = on.step()
    (patch,) = plan.actions
    assert isinstance(patch, Patch)
    assert plan.status is None
    assert patch.body["metadata"]["uid"] == on.pod("web-0")["metadata"]["uid"]
    assert on.pod("web-0")["metadata"]["ownerReferences"][0] == {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "set-uid", "controller": True,
        "blockOwnerDeletion": True,
    }  # fmt: skip


def test_an_adopted_pod_is_labelled_then_rolled(stage: Any) -> None:
    on = stage(replicas=2)
    on.put("pods", bare("web-0"))
    on.ready("web-0")
    on.play()
    assert "SuccessfulUpdate: Update Pod web-0 in StatefulSet web successful" in on.events()
    assert on.trail == [
        "web-0 ready", "+web-1@1", "web-1 ready", "web-0 terminating", "-web-0", "+web-0@1", "web-0 ready"
    ]  # fmt: skip


def test_others_are_left_alone(stage: Any) -> None:
    on = stage(replicas=0)
    on.put("pods", bare("web-x"))
    on.put("pods", bare("stray-0"))
    on.put("pods", bare("web-0", labels={"app": "other"}))
    on.put("pods", bare("web-1", deletionTimestamp="2026-01-01T00:00:00Z"))
    on.put("pods", bare("web-2", ownerReferences=[{"kind": "Job", "name": "j", "uid": "j", "controller": True}]))
    before = on.cache.list("pods")
    on.settle()
    assert on.cache.list("pods") == before


def test_a_pod_that_no_longer_matches_is_released(running: Any) -> None:
    on = running(replicas=2)
    pod = on.pod("web-1")
    on.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": {"app": "mine"}}})
    on.step()
    assert on.pod("web-1")["metadata"]["ownerReferences"] == []
    # The name is taken now: it is tried again and again, without an event.
    plan = on.step()
    assert not plan.actions
    first = plan.look_again
    second = on.step().look_again
    assert first is not None
    assert second - on.now == 2 * (first - on.now)
    assert on.events() == []
    on.gone("web-1")
    on.play()
    assert on.status["readyReplicas"] == 2


def test_a_set_that_is_being_deleted_claims_nothing(running: Any) -> None:
    on = running(replicas=1)
    found = on.set
    on.put(
        "statefulsets.apps", {**found, "metadata": {**found["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    )
    on.put("pods", bare("web-1"))
    pod = on.pod("web-0")
    on.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": {"app": "mine"}}})
    on.settle()
    assert on.pod("web-0")["metadata"]["ownerReferences"]
    assert "ownerReferences" not in on.pod("web-1")["metadata"]
    assert on.status["replicas"] == 0


def test_orphaned_revisions_are_adopted_whatever_their_name(running: Any) -> None:
    on = running(replicas=1)
    (revision,) = on.revisions
    on.drop("controllerrevisions.apps", revision["metadata"]["name"])
    orphan = {**revision, "metadata": {**revision["metadata"], "name": "older-abc", "ownerReferences": []}}
    on.put("controllerrevisions.apps", orphan)
    on.settle()
    (kept,) = on.revisions
    assert kept["metadata"]["name"] == "older-abc"
    assert kept["metadata"]["ownerReferences"][0]["uid"] == "set-uid"
    assert on.status["updateRevision"] == "older-abc"


def test_revisions_of_other_labels_or_owners_are_not_seen(stage: Any, running: Any) -> None:
    (revision,) = running(replicas=0).revisions
    on = stage(replicas=0)
    meta = {**revision["metadata"], "ownerReferences": []}
    on.put("controllerrevisions.apps", {**revision, "metadata": {**meta, "name": "a", "labels": {"app": "db"}}})
    owner = {"kind": "StatefulSet", "name": "db", "uid": "db", "controller": True}
    on.put("controllerrevisions.apps", {**revision, "metadata": {**meta, "name": "b", "ownerReferences": [owner]}})
    on.settle()
    assert [r["metadata"]["name"] for r in on.revisions if r["metadata"]["name"] not in "ab"] == [
        on.status["updateRevision"]
    ]
