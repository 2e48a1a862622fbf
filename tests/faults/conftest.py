"""A world with a StatefulSet `db` of three pods with a claim each, running."""

import pickle
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from quorate.assemble.world import Shape, World, thaw, world
from quorate.kernel.clock import MINUTE, SECOND

Obj = dict[str, Any]


def stateful_set(name: str = "db", replicas: int = 3, **template: Any) -> Obj:
    container = {
        "name": "main", "image": "registry.example.com/db:1",
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "readinessProbe": {"tcpSocket": {"port": 5432}, "periodSeconds": 1},
        "livenessProbe": {"tcpSocket": {"port": 5432}, "periodSeconds": 1},
    }  # fmt: skip
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas, "serviceName": name, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}, **template},
                "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]},
            },
            "volumeClaimTemplates": [claim],
        },
    }  # fmt: skip


@lru_cache(maxsize=1)
def _frozen() -> bytes:
    made = world(seed=7, shape=Shape(leases=True))
    made.client().create("statefulsets.apps", stateful_set())
    made.run_for(MINUTE)
    assert ready(made) == 3
    return made.frozen()


@pytest.fixture
def db() -> World:
    return thaw(_frozen())


def pod(world: World, name: str) -> Obj:
    found = world.get("pods", "default", name)
    assert found is not None
    return found


def the_set(world: World, name: str = "db") -> Obj:
    found = world.get("statefulsets.apps", "default", name)
    assert found is not None
    return found


def ready(world: World, name: str = "db") -> int:
    return int(the_set(world, name)["status"].get("readyReplicas", 0))


def mismatch(world: World, name: str = "db") -> bool:
    found = the_set(world, name)
    return bool(found["metadata"]["generation"] != found["status"].get("observedGeneration"))


def set_image(world: World, image: str, name: str = "db") -> None:
    body = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}}}
    world.client().patch("statefulsets.apps", "default", name, body, "strategic")


def waiting(world: World, name: str) -> tuple[str, str]:
    """(reason, message) of what the pod's first container waits for."""
    states = pod(world, name)["status"].get("containerStatuses") or [{}]
    found = (states[0].get("state") or {}).get("waiting") or {}
    return found.get("reason", ""), found.get("message", "")


def messages(world: World, reason: str) -> list[str]:
    return [e["message"] for e in world.reader.list("events") if e["reason"] == reason]


def until(world: World, holds: Callable[[], bool], within: int = 15 * MINUTE) -> bool:
    """Asked once a second of the world's time."""
    end = world.now + within
    while not holds() and world.now < end:
        world.run_for(SECOND)
    return holds()


def unpickled(it: Any) -> Any:
    return pickle.loads(pickle.dumps(it))
