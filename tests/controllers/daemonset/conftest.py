"""A world with DaemonSets in it."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import SECOND, Duration

Obj = dict[str, Any]
SETS, PODS, REVISIONS = "daemonsets.apps", "pods", "controllerrevisions.apps"


def daemon(image: str = "app:1", annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    """`pod` in `spec` goes into the pod's spec."""
    pod = {"containers": [{"name": "main", "image": image}], **spec.pop("pod", {})}
    meta = {"labels": {"app": "agent"}, "annotations": annotations or {}}
    body = {"selector": {"matchLabels": {"app": "agent"}}, "template": {"metadata": meta, "spec": pod}, **spec}
    return {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent", "namespace": "default"}, "spec": body,
    }  # fmt: skip


class Play:
    def __init__(self, made: World) -> None:
        self.world, self.client = made, made.client()

    def apply(self, **given: Any) -> None:
        self.client.create(SETS, daemon(**given))
        self.go()

    def go(self, duration: Duration = SECOND) -> None:
        self.world.run_for(duration)

    @property
    def it(self) -> Obj:
        found = self.world.get(SETS, "default", "agent")
        assert found is not None
        return found

    @property
    def status(self) -> Obj:
        return {k: v for k, v in self.it["status"].items() if k != "observedGeneration"}

    def edit(self, **spec: Any) -> None:
        """The image or anything else of the spec, as a strategic merge patch."""
        image = spec.pop("image", None)
        if image:
            spec["template"] = {"spec": {"containers": [{"name": "main", "image": image}]}}
        self.client.patch(SETS, "default", "agent", {"spec": spec}, "strategic")

    def pods(self) -> list[Obj]:
        return list(self.world.reader.list(PODS, "default"))

    def where(self) -> dict[str, str]:
        """The images of its pods by node, joined when there are several."""
        out: dict[str, list[str]] = {}
        for pod in self.pods():
            out.setdefault(pod["spec"].get("nodeName", ""), []).append(pod["spec"]["containers"][0]["image"])
        return {node: " ".join(sorted(images)) for node, images in sorted(out.items())}

    def on(self, node: str) -> Obj:
        return next(pod for pod in self.pods() if pod["spec"].get("nodeName") == node)

    def node(self, name: str, **body: Any) -> None:
        self.client.patch("nodes", "", name, body)

    def annotate(self, pod: Obj, **annotations: str | None) -> None:
        body = {"metadata": {"annotations": {f"sim.quorate.dev/{k}": v for k, v in annotations.items()}}}
        self.client.patch(PODS, "default", pod["metadata"]["name"], body)

    def revisions(self) -> dict[int, str]:
        """Images by revision number."""
        return {
            r["revision"]: r["data"]["spec"]["template"]["spec"]["containers"][0]["image"]
            for r in self.world.reader.list(REVISIONS, "default")
        }

    def told(self, reason: str = "") -> list[str]:
        """The messages of the events about it, oldest first."""
        found = [e for e in self.world.reader.list("events", "default") if e["involvedObject"]["kind"] == "DaemonSet"]
        found.sort(key=lambda e: (e["firstTimestamp"], e["metadata"]["name"]))
        return [e["message"] for e in found if reason in ("", e["reason"])]


@pytest.fixture
def play() -> Any:
    def make(nodes: int = 3, **shape: Any) -> Play:
        return Play(world(seed=3, shape=Shape(nodes=nodes, **shape)))

    return make
