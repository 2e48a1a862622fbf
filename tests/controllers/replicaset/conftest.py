"""Pods as a ReplicaSet meets them, and a cache to look at them in."""

from collections.abc import Callable
from typing import Any

import pytest

from quorate.controllers.replicaset import CONTROLLERS
from quorate.kernel.clock import EPOCH, Instant
from quorate.objects.collection import Collection
from quorate.objects.times import time_text

Obj = dict[str, Any]
REF = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "web-uid", "controller": True}


def make_set(replicas: int = 3, **fields: Any) -> Obj:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    meta = {"name": "web", "namespace": "default", "uid": "web-uid", "generation": 1, **fields.pop("meta", {})}
    status = fields.pop("status", {})
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": meta,
        "spec": {**spec, **fields},
        "status": status,
    }


def make_pod(
    name: str, owned: bool = True, phase: str = "Running", ready: bool = True, node: str = "node-0", age: Instant = 0,
    since: Instant | None = None, **meta: Any,
) -> Obj:  # fmt: skip
    """A pod made `age` ago, ready `since` ago (else as long as it is old)."""
    conditions = []
    if ready:
        at = time_text(EPOCH - (age if since is None else since))
        conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": at}]
    fields = {
        "name": name, "namespace": "default", "uid": name, "labels": {"app": "web"},
        "creationTimestamp": time_text(EPOCH - age), "ownerReferences": [REF] if owned else [],
    }  # fmt: skip
    return {
        "metadata": {**fields, **meta}, "spec": {"nodeName": node} if node else {},
        "status": {"phase": phase, "conditions": conditions},
    }  # fmt: skip


def look(found: Obj, *pods: Obj, others: tuple[tuple[str, Obj], ...] = ()) -> Any:
    """The plan for this set among these pods and other objects."""
    controller = CONTROLLERS[0]
    cache = Collection()
    for index in controller.indexes:
        cache.add_index(index.resource, index.name, index.values)
    cache.apply("replicasets.apps", None, found, 1)
    for n, (resource, obj) in enumerate((*(("pods", pod) for pod in pods), *others)):
        cache.apply(resource, None, obj, n + 2)
    return controller.decide(controller.snapshot(cache, ("default", "web"), None), EPOCH)


@pytest.fixture
def make() -> Callable[..., Obj]:
    return make_set


@pytest.fixture
def pod() -> Callable[..., Obj]:
    return make_pod


@pytest.fixture
def plan() -> Callable[..., Any]:
    return look
