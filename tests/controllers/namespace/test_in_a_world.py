"""Namespaces and quotas in a whole world: what is made under a quota, and that a deleted namespace leaves nothing."""

from typing import Any

from quorate.assemble.world import World, world
from quorate.kernel.clock import MINUTE, SECOND

Obj = dict[str, Any]
SET: Obj = {
    "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"namespace": "n", "name": "web"},
    "spec": {
        "serviceName": "web", "replicas": 3, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
        "volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
        }}],
    },
}  # fmt: skip
QUOTA: Obj = {
    "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"namespace": "n", "name": "q"},
    "spec": {"hard": {"pods": "2", "requests.storage": "10Gi"}},
}  # fmt: skip


def made() -> World:
    out = world(seed=1)
    out.run_for(2 * SECOND)
    out.client().create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    out.run_for(SECOND)
    return out


def is_gone(w: World) -> bool:
    return w.reader.get("namespaces", "", "n") is None


def test_a_quota_lets_in_what_it_has_room_for_and_then_more() -> None:
    w = made()
    w.client().create("resourcequotas", QUOTA)
    w.settle(SECOND)
    w.client().create("statefulsets.apps", SET)
    w.run_for(20 * SECOND)
    assert [p["metadata"]["name"] for p in w.reader.list("pods", "n")] == ["web-0", "web-1"]
    status = (w.reader.get("resourcequotas", "n", "q") or {})["status"]
    assert status["used"] == {"pods": "2", "requests.storage": "3Gi"}
    w.client().patch("resourcequotas", "n", "q", {"spec": {"hard": {"pods": "5"}}})
    assert w.run_until(lambda: len(w.reader.list("pods", "n")) == 3, 5 * MINUTE)  # type: ignore[arg-type]
    w.run_for(SECOND)
    assert (w.reader.get("resourcequotas", "n", "q") or {})["status"]["used"]["pods"] == "3"


def test_a_deleted_namespace_leaves_nothing() -> None:
    w = made()
    w.client().create("statefulsets.apps", SET)
    w.run_for(20 * SECOND)
    w.client().delete("namespaces", "", "n")
    assert w.run_until(lambda: is_gone(w), MINUTE)
    w.run_for(MINUTE)
    assert not [r for r in w.store.objects.resources() if w.store.objects.list(r, "n")]
    assert not list(w.reader.list("persistentvolumes"))


def test_a_finalizer_holds_its_namespace() -> None:
    w = made()
    held = {"namespace": "n", "name": "held", "finalizers": ["example.com/f"]}
    w.client().create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": held})
    w.client().delete("namespaces", "", "n")
    w.run_for(MINUTE)
    conditions = (w.reader.get("namespaces", "", "n") or {})["status"]["conditions"]
    assert [c["type"] for c in conditions if c["status"] == "True"] == [
        "NamespaceContentRemaining", "NamespaceFinalizersRemaining",
    ]  # fmt: skip
    w.client().patch("configmaps", "n", "held", {"metadata": {"finalizers": None}})
    assert w.run_until(lambda: is_gone(w), MINUTE)
