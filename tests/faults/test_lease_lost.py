import pytest

from quorate.assemble.world import World
from quorate.contract.failures import Refused
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.times import parse_time

from .conftest import mismatch, ready, set_image, the_set, until

LEASES = "leases.coordination.k8s.io"


def lease(world: World, name: str = "kube-controller-manager") -> str:
    """Its renewTime."""
    found = world.get(LEASES, "kube-system", name)
    assert found is not None
    return str(found["spec"]["renewTime"])


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
    assert db.now - parse_time(before) < 2 * SECOND
    db.run_for(5 * MINUTE)
    assert lease(db) == before
    assert db.now - parse_time(other) > 4 * MINUTE and db.now - parse_time(lease(db, "kube-scheduler")) < 2 * SECOND


def test_the_write_itself_is_what_fails(db: World) -> None:
    db.inject("lease-lost")
    held = db.get(LEASES, "kube-system", "kube-controller-manager")
    assert held is not None
    with pytest.raises(Refused, match="etcdserver: request timed out"):
        db.client().update(LEASES, held)
    db.client().delete(LEASES, "kube-system", "kube-controller-manager")
    made = {k: v for k, v in held.items() if k != "metadata"}
    made["metadata"] = {"name": "kube-controller-manager", "namespace": "kube-system"}
    with pytest.raises(Refused, match="etcdserver: request timed out"):
        db.client().create(LEASES, made)
    other = db.get(LEASES, "kube-system", "kube-scheduler")
    assert other is not None
    db.client().update(LEASES, other)


def test_the_next_process_looks_at_everything(db: World) -> None:
    undo = db.inject("lease-lost")
    db.run_for(MINUTE)
    db.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 4}})
    db.client().delete("pods", "default", "db-1")
    db.run_for(MINUTE)
    db.undo(undo)
    assert until(db, lambda: ready(db) == 4 and not mismatch(db))
    db.run_for(MINUTE)
    assert db.now - parse_time(lease(db)) < 2 * SECOND


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


def test_a_new_process_leads_when_the_lease_of_the_old_one_has_run_out(db: World) -> None:
    def holder() -> str:
        found = db.get(LEASES, "kube-system", "kube-controller-manager")
        assert found is not None
        return str(found["spec"]["holderIdentity"])

    before = holder()
    db.inject("lease-lost", lasting=MINUTE)
    db.run_for(MINUTE + 14 * SECOND)
    assert holder() == before
    db.run_for(3 * SECOND)
    assert holder() != before


def test_others_have_no_lease(db: World) -> None:
    with pytest.raises(CannotInject, match="kubelet"):
        db.inject("lease-lost", component="kubelet")
