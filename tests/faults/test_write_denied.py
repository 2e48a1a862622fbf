import pytest

from quorate.assemble.world import World
from quorate.contract.failures import Refused
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import HOUR, MINUTE

from .conftest import messages, mismatch, ready, set_image, until

TEXT = 'admission webhook "policy.example.com" denied the request: image is not signed'


def test_without_its_revision_a_spec_is_not_processed(db: World) -> None:
    undo = db.inject("write-denied", resource="controllerrevisions", message="image is not signed")
    set_image(db, "registry.example.com/db:2")
    db.run_for(HOUR)
    assert mismatch(db)
    assert ready(db) == 3
    db.undo(undo)
    assert until(db, lambda: not mismatch(db) and ready(db) == 3, 20 * MINUTE)


def test_without_its_pods_it_is_processed_but_short_of_pods(db: World) -> None:
    undo = db.inject("write-denied", resource="pods", names="db-*", message="image is not signed")
    set_image(db, "registry.example.com/db:2")
    db.run_for(5 * MINUTE)
    assert not mismatch(db)
    assert ready(db) == 2
    assert f"Create Pod db-2 in StatefulSet db failed error: {TEXT}" in messages(db, "FailedCreate")
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3, 20 * MINUTE)


def config_map(name: str, namespace: str = "default") -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}


def test_a_client_is_answered_like_a_controller(db: World) -> None:
    db.inject("write-denied", resource="configmaps", message="image is not signed", operations="create,delete")
    with pytest.raises(Refused) as refused:
        db.client().create("configmaps", config_map("it"))
    assert refused.value.status() == {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": TEXT,
        "reason": "Forbidden", "code": 403,
    }  # fmt: skip
    with pytest.raises(Refused, match="denied the request"):
        db.client().delete("configmaps", "default", "kube-root-ca.crt")


def test_what_is_not_meant_passes(db: World) -> None:
    db.inject("write-denied", resource="cm", namespace="default", names="no-*")
    db.client().create("configmaps", config_map("yes"))
    db.client().create("configmaps", config_map("no-1", "kube-system"))
    with pytest.raises(Refused):
        db.client().create("configmaps", config_map("no-1"))
    db.client().patch("configmaps", "default", "yes", {"data": {"a": "b"}})


def test_two_at_once_end_one_by_one(db: World) -> None:
    first = db.inject("write-denied", resource="configmaps", names="a")
    second = db.inject("write-denied", resource="configmaps", names="b")
    db.undo(first)
    db.client().create("configmaps", config_map("a"))
    with pytest.raises(Refused):
        db.client().create("configmaps", config_map("b"))
    db.undo(second)
    db.client().create("configmaps", config_map("b"))


@pytest.mark.parametrize(
    ("given", "why"),
    [({"resource": "pod s"}, "no resource"), ({"resource": "pods", "operations": "write"}, "no operation")],
)
def test_bad_scopes_are_refused(db: World, given: dict[str, str], why: str) -> None:
    with pytest.raises(CannotInject, match=why):
        db.inject("write-denied", **given)


def test_quota_is_still_asked_last(db: World) -> None:
    """Real Kubernetes: ResourceQuota counts what all others let in."""
    meta = {"name": "it", "namespace": "default"}
    none = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta, "spec": {"hard": {"pods": "0"}}}
    db.client().create("resourcequotas", none)
    db.run_for(MINUTE)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [{"name": "a", "image": "b"}]}}
    undo = db.inject("write-denied", resource="pods")
    with pytest.raises(Refused, match="denied the request"):
        db.client().create("pods", pod)
    db.undo(undo)
    with pytest.raises(Refused, match="exceeded quota"):
        db.client().create("pods", pod)
