from quorate.assemble.world import World
from quorate.kernel.clock import MINUTE, SECOND

from .conftest import messages, ready, until


def phase(world: World, claim: str) -> str:
    found = world.get("persistentvolumeclaims", "default", claim)
    return str((found or {}).get("status", {}).get("phase"))


def scale(world: World, replicas: int) -> None:
    world.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": replicas}})


def test_a_claim_waits_as_long_as_its_volume_takes(db: World) -> None:
    db.inject("provisioner-slow", by="5m")
    scale(db, 4)
    db.run_for(5 * MINUTE - SECOND)
    assert phase(db, "data-db-3") == "Pending"
    assert messages(db, "Provisioning")[-1].endswith('provisioning volume for claim "default/data-db-3"')
    db.run_for(2 * SECOND)
    assert phase(db, "data-db-3") == "Bound"
    assert until(db, lambda: ready(db) == 4)


def test_once_it_is_over_waiting_claims_are_served(db: World) -> None:
    undo = db.inject("provisioner-slow", by="10h")
    scale(db, 4)
    db.run_for(MINUTE)
    db.undo(undo)
    assert until(db, lambda: ready(db) == 4, MINUTE)


def test_other_classes_are_as_quick_as_ever(db: World) -> None:
    db.inject("provisioner-slow", storage_class="retained", by="10h")
    scale(db, 4)
    assert until(db, lambda: ready(db) == 4, MINUTE)
