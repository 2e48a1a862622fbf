import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE

from .conftest import messages, ready, until


def test_claims_wait_and_are_served_once_it_is_over(db: World) -> None:
    undo = db.inject("provisioner-failing", storage_class="standard")
    db.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 4}})
    db.run_for(10 * MINUTE)
    claim = db.get("persistentvolumeclaims", "default", "data-db-3") or {}
    assert claim["status"] == {"phase": "Pending"}
    assert any(
        'failed to provision volume with StorageClass "standard"' in m for m in messages(db, "ProvisioningFailed")
    )
    assert ready(db) == 3
    db.undo(undo)
    assert until(db, lambda: ready(db) == 4, 6 * MINUTE)


def test_an_unknown_class_is_refused(db: World) -> None:
    with pytest.raises(CannotInject, match='no StorageClass is named "fast"'):
        db.inject("provisioner-failing", storage_class="fast")
