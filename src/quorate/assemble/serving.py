"""A world behind a socket: what `quorate up` runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quorate.apiserver.front import Front, WatchRequest
from quorate.apiserver.http import HttpAnswer, HttpRequest, refused
from quorate.apiserver.watching import Watching
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.edge.certificates import new_token
from quorate.edge.serve import Listen, serve
from quorate.kernel.clock import Duration, Wall, wall_microseconds


class WorldApi:
    """The edge's view of a world."""

    def __init__(self, world: World) -> None:
        self._world, self._front = world, world.front

    @property
    def front(self) -> Front:
        return self._front

    def handle(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes, user: str
    ) -> HttpAnswer | WatchRequest:
        return self._front.handle(HttpRequest(method, path, query, headers, body, user))

    def is_watch(self, made: Any) -> bool:
        return isinstance(made, WatchRequest)

    def open_watch(self, request: WatchRequest, send: Callable[[bytes], None]) -> Watching | HttpAnswer:
        """The opened watch, or the answer that refuses it."""
        made = Watching(self._world.store, request.kind, request.namespace, request.query, send, request.line)
        try:
            made.start()
        except Refused as status:
            return refused(status)
        return made


def serve_world(world: World, speed: float, listen: Listen, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `speed` is how fast the world's clock runs. Raises CannotListen, KubeconfigError."""
    serve(WorldApi(world), world.pump, Wall(world.now, speed), listen, ready)


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What `quorate up` was asked for."""

    port: int
    nodes: int
    zones: int
    kubeconfig: Path
    token: str
    tls: bool
    data: Path | None
    speed: float
    seed: int
    node_grace: Duration


def run_up(asked: UpOptions, ready: Callable[[str], None]) -> None:
    """Make the world (or take up the one in `data`) and serve it until interrupted."""
    token = asked.token or new_token()
    listen = Listen(port=asked.port, token=token, tls=asked.tls, kubeconfig=asked.kubeconfig)
    shape = Shape(
        nodes=asked.nodes, zones=asked.zones, node_grace=asked.node_grace, keep=20_000, managed_fields=True,
        start=wall_microseconds(),
    )  # fmt: skip
    serve_world(world(asked.seed, shape), asked.speed, listen, ready)
