"""What the server writes into Jobs and DaemonSets, seen by a client."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused

Obj = dict[str, Any]
JOBS, DAEMONSETS = "jobs.batch", "daemonsets.apps"
GENERATION = "deprecated.daemonset.template.generation"
UID = "batch.kubernetes.io/controller-uid"


@pytest.fixture
def made() -> World:
    return world(seed=1, shape=Shape(nodes=0))


def job(labels: Obj | None = None, meta: Obj | None = None, **spec: Any) -> Obj:
    template = {
        "metadata": {"labels": labels} if labels else {},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "app:1"}]},
    }
    return {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "work", "namespace": "default", **(meta or {})},
        "spec": {"suspend": True, "template": template, **spec},
    }  # fmt: skip


def daemons(**annotations: str) -> Obj:
    labels = {"app": "agent"}
    return {
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "default", "annotations": annotations},
        "spec": {"selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "app:1"}]}}},
    }  # fmt: skip


def test_a_job_selects_by_its_own_uid(made: World) -> None:
    found = made.client().create(JOBS, job({"app": "work"}))
    uid = found["metadata"]["uid"]
    generated = {"job-name": "work", "batch.kubernetes.io/job-name": "work", "controller-uid": uid, UID: uid}
    assert found["spec"]["selector"] == {"matchLabels": {UID: uid}}
    assert found["spec"]["template"]["metadata"]["labels"] == {"app": "work", **generated}
    assert found["metadata"]["labels"] == {"app": "work", **generated}


def test_a_job_keeps_labels_of_its_own(made: World) -> None:
    assert made.client().create(JOBS, job(meta={"labels": {"mine": "1"}}))["metadata"]["labels"] == {"mine": "1"}


def test_a_selector_given_by_hand_is_left_alone(made: World) -> None:
    given = {"matchLabels": {"app": "work"}}
    found = made.client().create(JOBS, job({"app": "work"}, selector=given, manualSelector=True))
    assert found["spec"]["selector"] == given
    assert found["spec"]["template"]["metadata"]["labels"] == {"app": "work"}


def test_a_selector_given_without_saying_so_is_refused(made: World) -> None:
    with pytest.raises(Refused, match="`selector` not auto-generated"):
        made.client().create(JOBS, job({"app": "work"}, selector={"matchLabels": {"app": "work"}}))


def test_a_copied_job_is_refused_for_the_other_ones_labels(made: World) -> None:
    with pytest.raises(Refused, match="must be"):
        made.client().create(JOBS, job({"controller-uid": "of-another"}))


def test_an_update_does_not_generate_again(made: World) -> None:
    found = made.client().create(JOBS, job())
    changed = made.client().patch(JOBS, "default", "work", {"spec": {"parallelism": 3}})
    assert changed["spec"]["selector"] == found["spec"]["selector"]


@pytest.mark.parametrize(("given", "stored"), [(None, "1"), ("0", "1"), ("5", "5"), ("-3", "1"), ("many", "1")])
def test_a_daemon_sets_template_is_counted_from(made: World, given: str | None, stored: str) -> None:
    found = made.client().create(DAEMONSETS, daemons(**({GENERATION: given} if given is not None else {})))
    assert found["metadata"]["annotations"][GENERATION] == stored


def test_only_changes_of_the_template_count(made: World) -> None:
    client = made.client()
    client.create(DAEMONSETS, daemons())

    def count(change: Obj) -> str:
        found = client.patch(DAEMONSETS, "default", "agent", change)
        return str(found["metadata"]["annotations"][GENERATION])

    assert count({"spec": {"minReadySeconds": 5}}) == "1"
    assert count({"spec": {"template": {"metadata": {"annotations": {"a": "1"}}}}}) == "2"
    assert count({"metadata": {"annotations": {GENERATION: "9"}}}) == "2"
    assert count({"metadata": {"annotations": {GENERATION: None}}}) == "2"
    assert count({"spec": {"template": {"metadata": {"annotations": {"a": "2"}}}}}) == "3"


@pytest.mark.parametrize(("given", "named"), [({"name": "web-0"}, "web-0"), ({}, "web-")])
def test_an_early_refusal_names_what_is_known_of_the_name(made: World, given: Obj, named: str) -> None:
    """A StatefulSet's pods have both a name and a generateName; the pods of others get their name after these rules."""
    meta = {"namespace": "default", "generateName": "web-", **given}
    spec = {"priorityClassName": "nobody", "containers": [{"name": "main", "image": "app:1"}]}
    with pytest.raises(Refused, match=f'^pods "{named}" is forbidden: no PriorityClass with name nobody was found'):
        made.client().create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
