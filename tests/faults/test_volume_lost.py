import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE

from .conftest import Obj, messages, ready


def claim(world: World, name: str = "data-db-0") -> Obj:
    found = world.get("persistentvolumeclaims", "default", name)
    assert found is not None
    return found


def test_the_claim_is_lost_and_bound_again(db: World) -> None:
    name = claim(db)["spec"]["volumeName"]
    spec = (db.get("persistentvolumes", "", name) or {})["spec"]
    undo = db.inject("volume-lost", claim="data-db-0")
    db.run_for(MINUTE)
    assert claim(db)["status"] == {"phase": "Lost"}
    assert messages(db, "ClaimLost") == ["Bound claim has lost its PersistentVolume. Data on the volume is lost!"]
    assert db.get("persistentvolumes", "", name) is None
    assert ready(db) == 3, "what has it mounted runs on"
    db.undo(undo)
    db.run_for(MINUTE)
    assert claim(db)["status"]["phase"] == "Bound"
    volume = db.get("persistentvolumes", "", name) or {}
    assert volume["spec"] == spec
    assert volume["status"]["phase"] == "Bound"


def test_a_claim_that_has_gone_needs_no_volume(db: World) -> None:
    undo = db.inject("volume-lost", claim="data-db-0")
    db.client().patch("persistentvolumeclaims", "default", "data-db-0", {"metadata": {"finalizers": None}})
    db.client().delete("persistentvolumeclaims", "default", "data-db-0")
    db.undo(undo)
    assert db.get("persistentvolumes", "", undo.before["metadata"]["name"]) is None


def test_there_must_be_something_to_lose(db: World) -> None:
    with pytest.raises(CannotInject, match='no claim is named "data-db-9"'):
        db.inject("volume-lost", claim="data-db-9")
    undo = db.inject("provisioner-failing")
    db.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 4}})
    db.run_for(MINUTE)
    with pytest.raises(CannotInject, match="has no volume"):
        db.inject("volume-lost", claim="data-db-3")
    db.undo(undo)
