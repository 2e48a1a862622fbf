import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE, SECOND

from .conftest import pod, ready, until, waiting


def annotations(world: World, name: str) -> dict[str, str]:
    return pod(world, name)["metadata"].get("annotations") or {}


def test_its_containers_loop(db: World) -> None:
    undo = db.inject("pod-crashing", pod="db-0", exit_code=137)
    db.run_for(2 * MINUTE)
    assert waiting(db, "db-0")[0] == "CrashLoopBackOff"
    status = pod(db, "db-0")["status"]["containerStatuses"][0]
    assert status["lastState"]["terminated"]["exitCode"] == 137
    assert status["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert ready(db) == 2
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3)
    assert not annotations(db, "db-0")


def test_the_fault_stays_with_the_name(db: World) -> None:
    undo = db.inject("pod-crashing", pod="db-0")
    uid = pod(db, "db-0")["metadata"]["uid"]
    db.client().delete("pods", "default", "db-0")
    db.run_for(2 * MINUTE)
    assert pod(db, "db-0")["metadata"]["uid"] != uid
    assert waiting(db, "db-0")[0] == "CrashLoopBackOff"
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3)
    assert not annotations(db, "db-0")


def test_after_some_time_each(db: World) -> None:
    db.inject("pod-crashing", pod="db-*", after="30s")
    for seconds, restarts in ((20, 1), (25, 2)):
        db.run_for(seconds * SECOND)
        assert {pod(db, f"db-{i}")["status"]["containerStatuses"][0]["restartCount"] for i in range(3)} == {restarts}


def test_what_a_template_says_comes_back(db: World) -> None:
    said = {"sim.quorate.dev/exit-code": "3"}
    body = {"spec": {"template": {"metadata": {"annotations": said}}}}
    db.client().patch("statefulsets.apps", "default", "db", body)
    assert until(db, lambda: annotations(db, "db-0") == said and ready(db) == 3)
    undo = db.inject("pod-crashing", pod="db-*", exit_code=9)
    db.client().delete("pods", "default", "db-0")
    db.run_for(MINUTE)
    assert {annotations(db, f"db-{i}")["sim.quorate.dev/exit-code"] for i in range(3)} == {"9"}
    db.undo(undo)
    assert [annotations(db, f"db-{i}") for i in range(3)] == [said] * 3


def test_two_on_one_pod_are_refused(db: World) -> None:
    db.inject("pod-crashing", pod="db-0")
    with pytest.raises(CannotInject, match="db-0 is under another fault"):
        db.inject("pod-crashing", pod="db-*", exit_code=2)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"pod": "db-7"}, 'no pod is named "db-7"'),
        ({"pod": "db-0", "exit_code": 256}, "0 to 255"),
        ({"pod": "db-0", "exit_code": "x"}, "not a number"),
    ],
)
def test_what_cannot_be_is_refused(db: World, given: dict[str, str], why: str) -> None:
    with pytest.raises(CannotInject, match=why):
        db.inject("pod-crashing", **given)
