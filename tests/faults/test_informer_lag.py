from quorate.assemble.world import World
from quorate.kernel.clock import MINUTE, SECOND

from .conftest import mismatch, ready, set_image, the_set, until


def test_changes_are_heard_of_late(db: World) -> None:
    db.inject("informer-lag", by="20s")
    set_image(db, "registry.example.com/db:2")
    db.run_for(20 * SECOND - 1)
    assert mismatch(db)
    assert until(db, lambda: not mismatch(db), 2 * MINUTE)
    assert until(db, lambda: ready(db) == 3 and the_set(db)["status"].get("updatedReplicas") == 3, 20 * MINUTE)


def test_what_is_on_its_way_arrives_when_it_ends(db: World) -> None:
    undo = db.inject("informer-lag", by="1h")
    set_image(db, "registry.example.com/db:2")
    db.run_for(10 * MINUTE)
    assert mismatch(db)
    db.undo(undo)
    db.run_for(SECOND)
    assert not mismatch(db)
    assert until(db, lambda: ready(db) == 3 and the_set(db)["status"].get("updatedReplicas") == 3)


def test_addresses_stay_each_pods_own(db: World) -> None:
    """The caches of before, meanwhile and after agree on what is taken."""
    undo = db.inject("informer-lag", by="2s")
    db.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 6}})
    assert until(db, lambda: ready(db) == 6)
    db.undo(undo)
    db.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 9}})
    assert until(db, lambda: ready(db) == 9)
    addresses = [p["status"]["podIP"] for p in db.reader.list("pods", "default")]
    assert len(set(addresses)) == 9
