from typing import Any

import pytest

from quorate.controllers.statefulset.watches import of_pod, of_revision

KEY = ("default", "web")
REF = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "set-uid", "controller": True}


def pod(name: str = "web-0", owner: Any = None, **labels: str) -> dict[str, Any]:
    meta = {"name": name, "namespace": "default", "labels": {"app": "web", **labels}}
    return {"metadata": {**meta, "ownerReferences": [owner] if owner else []}}


OWNED, ORPHAN = pod(owner=REF), pod()
EARLIER = pod(owner={**REF, "uid": "an-earlier-set"})


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        (None, OWNED, [KEY]),
        (OWNED, OWNED, [KEY]),
        (OWNED, None, [KEY]),
        (OWNED, pod(), [KEY]),  # released
        (None, ORPHAN, [KEY]),
        (ORPHAN, ORPHAN, []),
        (ORPHAN, pod(more="labels"), [KEY]),
        (ORPHAN, None, []),
        (None, pod("db-0"), []),
        (None, pod("web"), []),
        (None, EARLIER, []),
        (EARLIER, None, []),
        (None, pod(owner={**REF, "kind": "Job"}), []),
    ],
)
def test_which_pods_wake_the_set(running: Any, old: Any, new: Any, keys: list[tuple[str, str]]) -> None:
    assert list(of_pod(running(replicas=0).cache, old, new)) == keys


def test_only_own_writes_of_revisions_wake_the_set(running: Any) -> None:
    on = running(replicas=0)
    (revision,) = on.revisions
    orphan = {**revision, "metadata": {**revision["metadata"], "ownerReferences": []}}
    labelled = {**revision, "metadata": {**revision["metadata"], "labels": {"a": "b"}}}
    assert list(of_revision(on.cache, None, revision)) == [KEY]
    assert list(of_revision(on.cache, orphan, revision)) == [KEY]
    assert list(of_revision(on.cache, revision, {**revision, "revision": 9})) == [KEY]
    assert list(of_revision(on.cache, revision, labelled)) == []
    assert list(of_revision(on.cache, revision, None)) == []
    assert list(of_revision(on.cache, None, orphan)) == []


def test_a_set_that_is_being_deleted_is_not_woken_by_its_revisions(running: Any) -> None:
    """Garbage collection takes the revision away again: woken, the set would make another, and so on without end."""
    on = running(replicas=0)
    (revision,) = on.revisions
    found = on.set
    on.put(
        "statefulsets.apps", {**found, "metadata": {**found["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    )
    assert list(of_revision(on.cache, None, revision)) == []
