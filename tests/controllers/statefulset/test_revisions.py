from typing import Any

import pytest

from quorate.contract.plan import Create, Delete, Update
from quorate.controllers.history import data_of, in_order, template_of
from quorate.controllers.statefulset import revisions
from quorate.controllers.statefulset.revisions import HASH_LABEL

REAL = {
    "spec": {
        "template": {
            "$patch": "replace",
            "metadata": {"annotations": {"test": "value"}, "labels": {"app": "foo"}},
            "spec": {
                "containers": [
                    {
                        "image": "test", "imagePullPolicy": "Always", "name": "test", "resources": {},
                        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                    }
                ],
                "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
                "securityContext": {}, "terminationGracePeriodSeconds": 30,
            },
        }
    }
}  # fmt: skip


def held(make: Any, image: str, number: int, **meta: Any) -> dict[str, Any]:
    found = make(image=image)
    made = revisions.new_revision(found, number, revisions.place(found, lambda _: None).name)
    return {**made, "metadata": {**made["metadata"], **meta}}


def test_the_hash_is_the_one_that_real_kubernetes_gives() -> None:
    assert revisions.hash_of(REAL, 0) == "776999688b"


def test_go_escapes_some_characters_before_it_hashes() -> None:
    assert revisions._bytes({"b": "<&>", "a": "\u2028"}) == b'{"a":"\\u2028","b":"\\u003c\\u0026\\u003e"}'


def test_a_new_revision_carries_template_labels_and_set_annotations(make: Any) -> None:
    found = make()
    found["metadata"]["annotations"] = {"who": "me"}
    history = revisions.look(found, [], None, 0)
    assert isinstance(history.write, Create)
    made = history.write.obj
    hashed = made["metadata"]["labels"].pop(HASH_LABEL)
    assert made["metadata"]["name"] == f"web-{hashed}"
    assert made["metadata"]["labels"] == {"app": "web"}
    assert made["metadata"]["annotations"] == {"who": "me"}
    assert made["metadata"]["ownerReferences"][0]["controller"] is True
    assert made["data"]["spec"]["template"]["$patch"] == "replace"
    assert made["revision"] == 1
    assert history.current is history.update is made


def test_long_set_names_are_cut() -> None:
    assert revisions.revision_name("x" * 300, "abc") == "x" * 223 + "-abc"


def test_the_newest_equal_revision_is_used_as_it_is(make: Any) -> None:
    one, two = held(make, "app:1", 1), held(make, "app:2", 2)
    history = revisions.look(
        {**make(image="app:2"), "status": {"currentRevision": one["metadata"]["name"]}}, [one, two], None, 0
    )
    assert (history.current, history.update, history.write) == (one, two, None)


def test_a_rollback_renumbers_the_old_revision(make: Any) -> None:
    one, two = held(make, "app:1", 1), held(make, "app:2", 2)
    history = revisions.look(
        {**make(image="app:1"), "status": {"currentRevision": one["metadata"]["name"]}}, [one, two], None, 0
    )
    assert history.write == Update("controllerrevisions.apps", {**one, "revision": 3})


def test_the_last_of_several_equal_revisions_counts(make: Any) -> None:
    one, two = held(make, "app:1", 1), held(make, "app:1", 2, name="web-again")
    assert revisions.look(make(image="app:1"), [one, two], None, 0).update is two


@pytest.mark.parametrize(("label", "equal"), [("123", False), ("99999999999", True), ("x1", True), (None, True)])
def test_hash_labels_are_compared_only_as_numbers(make: Any, monkeypatch: Any, label: str | None, equal: bool) -> None:
    one = held(make, "app:1", 1)
    labels = {k: v for k, v in one["metadata"]["labels"].items() if k != HASH_LABEL}
    one = {**one, "metadata": {**one["metadata"], "labels": {**labels, **({HASH_LABEL: label} if label else {})}}}
    monkeypatch.setattr(revisions, "hash_of", lambda data, collisions: "456")
    assert revisions.unchanged(make(image="app:1"), [one]) is equal


def test_a_name_held_by_other_data_is_a_collision(make: Any) -> None:
    found = make(image="app:1")
    free = revisions.place(found, lambda _: None)
    other = held(make, "app:9", 1, name=free.name)
    where = revisions.place(found, {free.name: other}.get)
    assert where.collisions == 1
    assert where.name == f"web-{revisions.hash_of(data_of(found['spec']['template']), 1)}"
    history = revisions.look(found, [other], where, 0)
    assert history.collisions == 1
    assert isinstance(history.write, Create)
    # Only the name moves on: the label keeps the first hash.
    assert history.write.obj["metadata"]["labels"][HASH_LABEL] == free.name.removeprefix("web-")


def test_a_name_held_by_the_same_data_is_taken_over(make: Any) -> None:
    one = held(make, "app:1", 1)
    found = make(image="app:1")
    where = revisions.place(found, {one["metadata"]["name"]: one}.get)
    assert (where.collisions, where.there) == (0, one)
    history = revisions.look(found, [], where, 0)
    assert (history.update, history.write) == (one, None)


def test_revisions_are_ordered_by_number_then_age_then_name(make: Any) -> None:
    names = [
        ("b", 2, "2026-01-01T00:00:02Z"),
        ("c", 2, "2026-01-01T00:00:01Z"),
        ("a", 2, "2026-01-01T00:00:02Z"),
        ("z", 1, ""),
    ]
    made = [held(make, "app:1", number, name=name, creationTimestamp=at) for name, number, at in names]
    assert [r["metadata"]["name"] for r in in_order(made)] == ["z", "c", "a", "b"]


@pytest.mark.parametrize(
    ("limit", "running", "gone"),
    [
        (10, set(), []),
        (1, set(), ["r1", "r2"]),
        (0, {"r2"}, ["r1", "r3"]),
        (0, set(), ["r1", "r2", "r3"]),
        (-1, set(), []),
    ],
)
def test_only_the_oldest_idle_revisions_are_pruned(make: Any, limit: int, running: set[str], gone: list[str]) -> None:
    made = [held(make, f"app:{n}", n, name=f"r{n}") for n in range(1, 6)]
    found = {**make(image="app:5", revisionHistoryLimit=limit), "status": {"currentRevision": "r4"}}
    history = revisions.look(found, made, None, 0)
    deletes = revisions.prune(found, made, history, running)
    assert [d.ref.name for d in deletes if isinstance(d, Delete)] == gone


@pytest.mark.parametrize("data", [None, {}, {"spec": 3}, {"spec": {"template": {"$patch": "replace"}}}])
def test_a_revision_without_a_template_falls_back(data: Any) -> None:
    assert template_of({"data": data}, {"spec": "mine"}) == {"spec": "mine"}
