import pytest

from quorate.assemble.world import World
from quorate.contract.failures import Refused
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE, SECOND

from .conftest import mismatch, ready, set_image, the_set, until

LEASES = "leases.coordination.k8s.io"


def lease(world: World, name: str = "kube-controller-manager") -> str:
    """Its renewTime; "" where there is no such Lease."""
    found = world.get(LEASES, "kube-system", name)
    return str((found or {}).get("spec", {}).get("renewTime", ""))


def test_it_goes_on_until_the_renew_deadline_and_then_stops(db: World) -> None:
    db.inject("lease-lost", component="kube-controller-manager")
    db.run_for(9 * SECOND)
    set_image(db, "registry.example.com/db:2")
    db.run_for(SECOND)
    assert not mismatch(db)
    set_image(db, "registry.example.com/db:3")
    db.run_for(10 * MINUTE)
    assert mismatch(db)


def test_its_lease_is_not_renewed_and_nobody_elses_stops(db: World) -> None:
    db.inject("lease-lost", component="kube-controller-manager")
    before, other = lease(db), lease(db, "kube-scheduler")
    db.run_for(5 * MINUTE)
    assert lease(db) == before
    assert not other or lease(db, "kube-scheduler") > other


def test_the_write_itself_is_what_fails(db: World) -> None:
    db.inject("lease-lost")
    body = {
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": "kube-controller-manager", "namespace": "kube-system"},
    }  # fmt: skip
    if db.get(LEASES, "kube-system", "kube-controller-manager") is not None:
        return  # then its holder meets it: the test above
    with pytest.raises(Refused, match="etcdserver: request timed out"):
        db.client().create(LEASES, body)


def test_the_next_process_looks_at_everything(db: World) -> None:
    undo = db.inject("lease-lost")
    db.run_for(MINUTE)
    db.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 4}})
    db.client().delete("pods", "default", "db-1")
    db.run_for(MINUTE)
    db.undo(undo)
    assert until(db, lambda: ready(db) == 4 and not mismatch(db))
    before = lease(db)
    db.run_for(MINUTE)
    assert not before or lease(db) > before


def test_without_its_scheduler_new_pods_wait(db: World) -> None:
    undo = db.inject("lease-lost", component="kube-scheduler")
    db.run_for(MINUTE)
    db.client().delete("pods", "default", "db-1")
    db.run_for(5 * MINUTE)
    assert ready(db) == 2
    assert the_set(db)["status"]["replicas"] == 3
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3)


def test_ended_before_the_deadline_nothing_has_stopped(db: World) -> None:
    undo = db.inject("lease-lost")
    db.run_for(5 * SECOND)
    db.undo(undo)
    db.run_for(MINUTE)
    set_image(db, "registry.example.com/db:2")
    db.run_for(SECOND)
    assert not mismatch(db)


def test_others_have_no_lease(db: World) -> None:
    with pytest.raises(CannotInject, match="kubelet"):
        db.inject("lease-lost", component="kubelet")
