"""What is in use outlives its deletion."""

from typing import Any

import pytest

from quorate.contract.controller import Controller
from quorate.contract.plan import Plan, Update
from quorate.controllers.volumes import expansion
from quorate.controllers.volumes.protection import CLAIMS, VOLUMES
from quorate.objects.collection import Collection

Obj = dict[str, Any]


def claim(finalizers: list[str] | None, deleted: bool, **meta: Any) -> Obj:
    out = {"name": "data", "namespace": "n", "uid": "c", **meta}
    if finalizers:
        out["finalizers"] = finalizers
    if deleted:
        out["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": out, "spec": {}}


def pod(node: str = "node-0", phase: str = "Running", volume: Obj | None = None, **meta: Any) -> Obj:
    spec: Obj = {"volumes": [volume or {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]}
    if node:
        spec["nodeName"] = node
    return {"metadata": {"name": "p", "namespace": "n", "uid": "p", **meta}, "spec": spec, "status": {"phase": phase}}


def look(controller: Controller, key: tuple[str, str], **objs: Obj) -> Plan:
    cache = Collection()
    for resource, obj in objs.items():
        cache.apply(resource, None, obj, 1)
    return controller.decide(controller.snapshot(cache, key, None), 0)


def left(plan: Plan) -> list[str] | None:
    """The finalizers written; None when nothing is."""
    if not plan.actions:
        return None
    (only,) = plan.actions
    assert isinstance(only, Update)
    return only.obj["metadata"].get("finalizers") or []


PROTECTION = "kubernetes.io/pvc-protection"
EPHEMERAL = {"name": "v", "ephemeral": {}}
CASES = [
    ("unused and deleted", claim([PROTECTION], True), None, []),
    ("others keep theirs", claim(["x/y", PROTECTION], True), None, ["x/y"]),
    ("not deleted", claim([PROTECTION], False), None, None),
    ("not protected yet", claim(None, False), None, [PROTECTION]),
    ("used", claim([PROTECTION], True), pod(), None),
    ("used by a pod without a node", claim([PROTECTION], True), pod(node="", phase="Pending"), []),
    ("a finished pod still uses it", claim([PROTECTION], True), pod(phase="Succeeded"), None),
    (
        "a stopping pod still uses it",
        claim([PROTECTION], True),
        pod(deletionTimestamp="x", deletionGracePeriodSeconds=30),
        None,
    ),
]


@pytest.mark.parametrize(("held", "user", "want"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_claims(held: Obj, user: Obj | None, want: list[str] | None) -> None:
    others = {"pods": user} if user else {}
    assert left(look(CLAIMS, ("n", "data"), persistentvolumeclaims=held, **others)) == want


def test_a_pods_own_claim_goes_when_the_pod_is_shut_down() -> None:
    owned = claim([PROTECTION], True, name="p-v", ownerReferences=[{"uid": "p"}])
    stopping = pod(volume=EPHEMERAL, deletionTimestamp="x", deletionGracePeriodSeconds=5)
    assert left(look(CLAIMS, ("n", "p-v"), persistentvolumeclaims=owned, pods=stopping)) is None
    shut = pod(volume=EPHEMERAL, deletionTimestamp="x", deletionGracePeriodSeconds=0)
    assert left(look(CLAIMS, ("n", "p-v"), persistentvolumeclaims=owned, pods=shut)) == []
    strangers = claim([PROTECTION], True, name="p-v")
    assert left(look(CLAIMS, ("n", "p-v"), persistentvolumeclaims=strangers, pods=pod(volume=EPHEMERAL))) == []


@pytest.mark.parametrize(("phase", "want"), [("Bound", None), ("Released", []), ("Available", []), ("Failed", [])])
def test_volumes(phase: str, want: list[str] | None) -> None:
    meta = {"name": "v", "uid": "v", "finalizers": ["kubernetes.io/pv-protection"], "deletionTimestamp": "x"}
    assert (
        left(look(VOLUMES, ("", "v"), persistentvolumes={"metadata": meta, "spec": {}, "status": {"phase": phase}}))
        == want
    )


def test_only_pods_that_may_have_let_go_wake_a_claim() -> None:
    cache = Collection()
    cache.apply("persistentvolumeclaims", None, claim([PROTECTION], True), 1)
    keys = CLAIMS.watches[1].keys
    assert list(keys(cache, None, pod())) == []
    assert list(keys(cache, pod(), None)) == [("n", "data")]
    assert list(keys(cache, pod(), pod(phase="Failed"))) == [("n", "data")]
    alive = Collection()
    alive.apply("persistentvolumeclaims", None, claim([PROTECTION], False), 1)
    assert list(keys(alive, pod(), None)) == []


def test_a_grown_claim_is_left_to_the_driver() -> None:
    def grown(size: str, phase: str = "Bound") -> Obj:
        return {
            **claim([PROTECTION], False), "spec": {"resources": {"requests": {"storage": size}}},
            "status": {"phase": phase, "capacity": {"storage": "1Gi"}},
        }  # fmt: skip

    keys = expansion.CONTROLLER.watches[0].keys
    assert list(keys(Collection(), grown("1Gi"), grown("1024Mi"))) == []
    assert list(keys(Collection(), grown("1Gi"), grown("2Gi"))) == [("n", "data")]
    plan = look(expansion.CONTROLLER, ("n", "data"), persistentvolumeclaims=grown("2Gi"))
    (told,) = plan.actions
    assert (told.reason, told.message, told.component) == (
        "ExternalExpanding", "waiting for an external controller to expand this PVC", "volume_expand",
    )  # fmt: skip
    assert look(expansion.CONTROLLER, ("n", "data"), persistentvolumeclaims=grown("1Gi")).actions == ()
