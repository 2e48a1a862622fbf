import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import HOUR, MINUTE

from .conftest import mismatch, pod, ready, set_image, the_set, until


def test_a_stopped_statefulset_controller_is_a_true_generation_mismatch(db: World) -> None:
    undo = db.inject("controller-stopped", controller="statefulset-controller")
    set_image(db, "registry.example.com/db:2")
    db.run_for(HOUR)
    found = the_set(db)
    assert (found["metadata"]["generation"], found["status"]["observedGeneration"]) == (2, 1)
    assert ready(db) == 3, "what runs, runs on"
    db.undo(undo)
    assert until(db, lambda: not mismatch(db) and ready(db) == 3 and the_set(db)["status"].get("updatedReplicas") == 3)
    assert pod(db, "db-0")["spec"]["containers"][0]["image"] == "registry.example.com/db:2"


def test_lost_pods_are_not_replaced_meanwhile(db: World) -> None:
    undo = db.inject("controller-stopped", controller="statefulset")
    db.client().delete("pods", "default", "db-1")
    db.run_for(10 * MINUTE)
    assert db.get("pods", "default", "db-1") is None
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3)


def test_only_that_controller_stops(db: World) -> None:
    db.inject("controller-stopped", controller="deployment")
    set_image(db, "registry.example.com/db:2")
    assert until(db, lambda: not mismatch(db))


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        ("statefulset", {"statefulset-controller"}),
        ("disruption-controller", {"disruption-controller", "disruption-controller-pods"}),
        ("endpointslice", {"endpointslice-controller"}),
        ("kube-scheduler", {"default-scheduler", "lease-of-kube-scheduler"}),
        ("kubelet-heartbeat", {"kubelet-heartbeat"}),
    ],
)
def test_names_are_understood(db: World, name: str, stopped: set[str]) -> None:
    db.inject("controller-stopped", controller=name)
    assert {n for n, runner in db.runtime.runners.items() if runner.stopped} == stopped


@pytest.mark.parametrize("name", ["", "statefullset", "-controller"])
def test_an_unknown_one_is_refused(db: World, name: str) -> None:
    with pytest.raises(CannotInject, match="no controller is named"):
        db.inject("controller-stopped", controller=name)
    assert db.faults.active() == ()


def test_the_refusal_says_what_was_meant(db: World) -> None:
    with pytest.raises(CannotInject, match="did you mean statefulset-controller"):
        db.inject("controller-stopped", controller="statefullset-controller")
