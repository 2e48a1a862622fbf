"""Plays a scenario in process on virtual time: the recordings' own runner, with its clock, sockets and threads replaced."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import yaml

from quorate.apiserver.front import WatchRequest
from quorate.apiserver.http import HttpRequest
from quorate.apiserver.watching import Watching
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import SECOND, Duration

HERE = Path(__file__).parent
SCENARIOS = HERE / "scenarios"
FOLLOWED = (
    "Pod", "StatefulSet", "Deployment", "ReplicaSet", "PersistentVolumeClaim", "Job", "DaemonSet", "ControllerRevision",
)  # fmt: skip


WITHOUT = {"api-field-selectors": ("ServiceAccount",)}
"""Admission plugins that were off where a scenario was recorded and whose work shows in it."""


class WorldTime:
    """The `time` module of the runner: sleeping plays the world."""

    def __init__(self, made: World) -> None:
        self.world = made

    def monotonic(self) -> float:
        return self.world.now / SECOND

    def sleep(self, seconds: float) -> None:
        self.world.run_for(round(seconds * SECOND))


def load_runner(made: World) -> ModuleType:
    """The runner's module, on this world's time."""
    spec = importlib.util.spec_from_file_location("conform", HERE / "conform.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.time = WorldTime(made)  # type: ignore[attr-defined]
    return module


class Door:
    """HTTP to the world's front door, without a socket."""

    def __init__(self, made: World) -> None:
        self.world = made

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.world.settle(0)
        query = dict(request.url.params.multi_items())
        headers = {k.lower(): v for k, v in request.headers.items()}
        made = self.world.front.handle(HttpRequest(request.method, request.url.path, query, headers, request.content))
        if isinstance(made, WatchRequest):
            return self._watched(made)
        self.world.settle(0)
        heads = [("content-type", made.content_type), *made.headers]
        return httpx.Response(made.code, content=made.body, headers=heads)

    def _watched(self, request: WatchRequest) -> httpx.Response:
        lines: list[bytes] = []
        watching = Watching(
            self.world.store, request.kind, request.namespace, request.query, lines.append, request.line
        )
        try:
            watching.start()
        except Refused as refused:
            return httpx.Response(refused.code, json=refused.status())
        self.world.run_for((request.query.timeout_seconds or 0) * SECOND)
        watching.close()
        return httpx.Response(200, content=b"".join(lines), headers={"content-type": "application/json"})


def play(name: str, grace: Duration = 40 * SECOND) -> list[str]:
    """The lines in which a scenario's run departs from what real Kubernetes did; empty when it conforms."""
    scenario = yaml.safe_load((SCENARIOS / f"{name}.yaml").read_text())
    golden = json.loads((SCENARIOS / f"{name}.golden.json").read_text())
    shape = Shape(node_grace=grace, keep=50_000, managed_fields=True, without=WITHOUT.get(name, ()))
    made = world(seed=7, shape=shape)
    made.run_for(2 * SECOND)
    runner = load_runner(made)
    run = runner.Run("http://world", "", scenario, name)
    run.http = httpx.Client(base_url="http://world", transport=httpx.MockTransport(Door(made)))
    run.watch = lambda: _follow(run, made)
    accept = None if "events" in scenario.get("ignore", []) else (lambda events: events == golden["events"])
    try:
        got = run.play(accept)
    except runner.ScenarioError as wrong:
        return [str(wrong)]
    found: list[str] = runner.differences(scenario, golden, got)
    return found


def _follow(run: Any, made: World) -> None:
    """What the runner's threads do, called as things happen."""
    run.threads = []
    for kind in FOLLOWED:
        kept = run.parents.get(kind)
        on: Callable[[str, dict[str, Any]], None] = run.on_pod if kind == "Pod" else _Remember(kept)
        path = run.path(kind)
        request = made.front.handle(
            HttpRequest("GET", path, {"watch": "1", "resourceVersion": str(made.store.revision)}, {})
        )
        if not isinstance(request, WatchRequest):
            continue
        watching = Watching(
            made.store, request.kind, request.namespace, request.query, _Heard(run, made, on), request.line
        )
        watching.start()


class _Remember:
    def __init__(self, kept: dict[str, Any] | None) -> None:
        self.kept = kept

    def __call__(self, _: str, obj: dict[str, Any]) -> None:
        if self.kept is not None:
            self.kept[obj["metadata"]["uid"]] = obj


class _Heard:
    """One watch line heard: it counts as movement, and is told on."""

    def __init__(self, run: Any, made: World, on: Callable[[str, dict[str, Any]], None]) -> None:
        self.run, self.world, self.on = run, made, on

    def __call__(self, line: bytes) -> None:
        event = json.loads(line)
        if event["type"] in ("ADDED", "MODIFIED", "DELETED"):
            self.run.touched = self.world.now / SECOND
            self.on(event["type"], event["object"])
