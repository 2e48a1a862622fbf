import pytest

from quorate.assemble.world import World
from quorate.contract.failures import Refused
from quorate.kernel.clock import MINUTE

from .conftest import messages, ready, until

CALL = (
    'failed calling webhook "policy.example.com": failed to call webhook: Post '
    '"https://policy.policy-system.svc:443/validate?timeout=10s": no endpoints available for service "policy"'
)


def test_writes_end_in_an_internal_error(db: World) -> None:
    undo = db.inject("webhook-down", resource="pods")
    db.client().delete("pods", "default", "db-1")
    db.run_for(5 * MINUTE)
    assert ready(db) == 2
    assert any(m.endswith(f"Internal error occurred: {CALL}") for m in messages(db, "FailedCreate"))
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3, 20 * MINUTE)


def test_the_status_has_the_cause(db: World) -> None:
    db.inject("webhook-down", resource="configmaps")
    new = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "it", "namespace": "default"}}
    with pytest.raises(Refused) as refused:
        db.client().create("configmaps", new)
    assert refused.value.status() == {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": f"Internal error occurred: {CALL}", "reason": "InternalError",
        "details": {"causes": [{"message": CALL}]}, "code": 500,
    }  # fmt: skip


def test_deletes_pass(db: World) -> None:
    db.inject("webhook-down", resource="configmaps")
    db.client().delete("configmaps", "default", "kube-root-ca.crt")
