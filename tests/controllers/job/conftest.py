"""A world with Jobs in it."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import SECOND, Duration

Obj = dict[str, Any]
JOBS, PODS = "jobs.batch", "pods"
PREFIX = "sim.quorate.dev/"


def make_job(name: str = "work", sim: dict[str, str] | None = None, policy: str = "Never", **spec: Any) -> Obj:
    """`sim` are the annotations that say how its pods behave."""
    meta = {"annotations": {PREFIX + k: v for k, v in (sim or {}).items()}}
    pod = {"restartPolicy": policy, "containers": [{"name": "main", "image": "app:1"}], **spec.pop("pod", {})}
    return {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": {"metadata": meta, "spec": pod}, **spec},
    }  # fmt: skip


class Play:
    def __init__(self, made: World) -> None:
        self.world, self.client = made, made.client()
        self.made: dict[str, Obj] = {}
        made.follow(self.hear)

    def hear(self, change: Any) -> None:
        """Every pod that there ever was, as it was last seen."""
        if change.resource == PODS:
            self.made[change.new["metadata"]["uid"]] = change.new

    def apply(self, **given: Any) -> None:
        self.client.create(JOBS, make_job(**given))
        self.go(SECOND // 10)

    def go(self, duration: Duration = SECOND) -> None:
        self.world.run_for(duration)

    @property
    def it(self) -> Obj:
        found = self.world.get(JOBS, "default", "work")
        assert found is not None
        return found

    @property
    def status(self) -> Obj:
        """Counts that are not 0."""
        fields = ("active", "ready", "terminating", "succeeded", "failed", "completedIndexes", "failedIndexes")
        return {f: v for f in fields if (v := (self.it.get("status") or {}).get(f))}

    def conditions(self) -> list[tuple[str, str, str, str]]:
        said = (self.it.get("status") or {}).get("conditions") or []
        return [(c["type"], c["status"], c.get("reason", ""), c.get("message", "")) for c in said]

    def edit(self, **spec: Any) -> None:
        self.client.patch(JOBS, "default", "work", {"spec": spec})

    def pods(self) -> list[Obj]:
        return list(self.world.reader.list(PODS, "default"))

    def finish(self, pod: Obj, phase: str = "Succeeded", **status: Any) -> None:
        body = {"status": {"phase": phase, **status}}
        self.client.patch(PODS, "default", pod["metadata"]["name"], body, subresource="status")

    def told(self, reason: str = "", kind: str = "Job") -> list[str]:
        """The messages of the events about it, oldest first."""
        found = [e for e in self.world.reader.list("events", "default") if e["involvedObject"]["kind"] == kind]
        found.sort(key=lambda e: (e["firstTimestamp"], e["metadata"]["name"]))
        return [e["message"] for e in found if reason in ("", e["reason"])]


@pytest.fixture
def play() -> Any:
    def make(nodes: int = 3, **shape: Any) -> Play:
        return Play(world(seed=3, shape=Shape(nodes=nodes, **shape)))

    return make
