"""The status of ResourceQuotas."""

from typing import Any

import pytest

from quorate.contract.plan import Plan, Update
from quorate.controllers.quota import CONTROLLERS
from quorate.controllers.quota.snapshot import quota_keys
from quorate.kernel.clock import EPOCH, MINUTE, SECOND
from quorate.objects.collection import Collection
from quorate.objects.quota_usage import Usage
from quorate.objects.times import time_text

Obj = dict[str, Any]
(CONTROLLER,) = CONTROLLERS


def named(kind: str, name: str, **rest: Any) -> Obj:
    meta = {"namespace": "n", "name": name, "uid": f"uid-{name}", **rest.pop("metadata", {})}
    return {"kind": kind, "metadata": meta, **rest}


def pod(name: str, cpu: str = "", **rest: Any) -> Obj:
    resources = {"requests": {"cpu": cpu}} if cpu else {}
    return named("Pod", name, spec={"containers": [{"name": "c", "resources": resources}]}, **rest)


def put(store: Collection, resource: str, obj: Obj) -> Obj:
    old = store.get(resource, "n", obj["metadata"]["name"])
    store.apply(resource, old, obj, store.revision + 1)
    return obj


@pytest.fixture
def store() -> Collection:
    made = Collection()
    made.add_view(Usage)
    return made


def decided(store: Collection, name: str = "q", now: int = EPOCH) -> Plan:
    seen = CONTROLLER.snapshot(store, ("n", name), None)
    return CONTROLLER.decide(seen, now)


def status(plan: Plan) -> Obj:
    assert isinstance(plan.status, Update) and plan.status.subresource == "status"
    return plan.status.obj["status"]


HARD = {
    "pods": "3", "requests.cpu": "1", "limits.cpu": "2", "requests.storage": "5Gi", "services": "2", "secrets": "1",
    "services.nodeports": "0", "count/statefulsets.apps": "1", "storage": "1",
    "retained.storageclass.storage.k8s.io/persistentvolumeclaims": "0",
}  # fmt: skip


def test_everything_is_counted_from_nought(store: Collection) -> None:
    put(store, "resourcequotas", named("ResourceQuota", "q", spec={"hard": HARD}))
    said = status(decided(store))
    assert said["hard"] == HARD
    # "storage" is the name of an amount that no object in a namespace uses.
    assert said["used"] == {name: "0" for name in HARD if name != "storage"}


def test_what_there_is_counts(store: Collection) -> None:
    put(store, "resourcequotas", named("ResourceQuota", "q", spec={"hard": HARD}))
    put(store, "pods", pod("a", "250m"))
    put(store, "pods", pod("done", "1", status={"phase": "Failed"}))
    claim = {"resources": {"requests": {"storage": "3Gi"}}, "storageClassName": "retained"}
    put(store, "persistentvolumeclaims", named("PersistentVolumeClaim", "c", spec=claim))
    put(store, "services", named("Service", "s", spec={"type": "NodePort", "ports": [{}, {}]}))
    put(store, "statefulsets.apps", named("StatefulSet", "w", spec={}))
    used = status(decided(store))["used"]
    assert used == {
        "pods": "1", "requests.cpu": "250m", "limits.cpu": "0", "requests.storage": "3Gi", "services": "1",
        "secrets": "0", "services.nodeports": "2", "count/statefulsets.apps": "1",
        "retained.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
    }  # fmt: skip


def test_scopes_count_only_their_own(store: Collection) -> None:
    spec = {"hard": {"pods": "9", "secrets": "9"}, "scopes": ["NotBestEffort"]}
    put(store, "resourcequotas", named("ResourceQuota", "q", spec=spec))
    put(store, "secrets", named("Secret", "s"))
    put(store, "pods", pod("free"))
    put(store, "pods", pod("burst", "1m"))
    assert status(decided(store))["used"] == {"pods": "1", "secrets": "0"}


def test_nothing_is_written_twice(store: Collection) -> None:
    quota = named("ResourceQuota", "q", spec={"hard": {"pods": "3", "cpu": "1000m"}})
    put(store, "resourcequotas", quota)
    put(store, "resourcequotas", {**quota, "status": status(decided(store))})
    assert decided(store) == Plan(look_again=EPOCH + 5 * MINUTE)
    put(store, "pods", pod("a"))
    assert status(decided(store))["used"] == {"pods": "1", "cpu": "0"}


def test_an_empty_quota_gets_a_status(store: Collection) -> None:
    put(store, "resourcequotas", named("ResourceQuota", "q", spec={}, status={}))
    assert status(decided(store)) == {"hard": {}, "used": {}}


def test_it_comes_back_when_a_pod_that_does_not_stop_ceases_to_count(store: Collection) -> None:
    put(store, "resourcequotas", named("ResourceQuota", "q", spec={"hard": {"pods": "1"}}))
    leaving = {"deletionTimestamp": time_text(EPOCH + 30 * SECOND), "deletionGracePeriodSeconds": 30}
    put(store, "pods", pod("stuck", metadata=leaving))
    plan = decided(store)
    assert status(plan)["used"] == {"pods": "1"} and plan.look_again == EPOCH + 60 * SECOND + 1
    assert status(decided(store, now=plan.look_again))["used"] == {"pods": "0"}


def test_who_is_woken(store: Collection) -> None:
    made = pod("a", "1")
    assert quota_keys(store, None, made) == ()
    first = put(store, "resourcequotas", named("ResourceQuota", "p", spec={"hard": {}}))
    put(store, "resourcequotas", named("ResourceQuota", "q", spec={"hard": {}}))
    both = [("n", "p"), ("n", "q")]
    running, failed = ({**made, "status": {"phase": phase}} for phase in ("Running", "Failed"))
    assert quota_keys(store, None, made) == quota_keys(store, made, None) == quota_keys(store, running, failed) == both
    assert quota_keys(store, made, running) == ()
    assert quota_keys(store, None, {"kind": "Node", "metadata": {"name": "n"}}) == ()
    assert quota_keys(store, first, {**first, "status": {"hard": {}}}) == ()
    assert quota_keys(store, first, {**first, "spec": {"hard": {"pods": "1"}}}) == (("n", "p"),)
    secret = named("Secret", "s")
    assert quota_keys(store, None, secret) == both and quota_keys(store, secret, {**secret, "data": {}}) == ()
