"""A world behind a socket: what `quorate up` runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.apiserver.access.access import Authorization
from quorate.apiserver.access.authenticate import Authenticator, Certificate, Keys
from quorate.apiserver.access.user import User
from quorate.apiserver.front import Front, LogRequest, Made, WatchRequest
from quorate.apiserver.http import HttpAnswer, HttpRequest, refused
from quorate.apiserver.store.store import Store
from quorate.assemble.reviving import freeze, revive
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.dns.indexes import INDEXES
from quorate.edge.certificates import new_token
from quorate.edge.durable import Durable
from quorate.edge.keys import TokenKeys, kept_keys
from quorate.edge.serve import Listen, serve
from quorate.edge.snapshot import Snapshot, read_snapshot
from quorate.edge.webhooks import Answers, Webhooks
from quorate.faults.switchboard.board import Board
from quorate.kernel.chance import Chance
from quorate.kernel.clock import MILLISECOND, Duration, Wall, wall_microseconds
from quorate.observe.metrics import Exposition

if TYPE_CHECKING:
    from quorate.edge.dns_server import DnsServer

READS = frozenset({"GET", "HEAD"})
DEFINED_AFTER: Duration = 100 * MILLISECOND
"""When VolumeSnapshots are defined, on the wall's clock: first of all the server is to answer."""
KEEP = 20_000
"""Changes kept in memory for watches to resume from."""


class WorldApi:
    """The edge's view of a world. `token` is its administrator's; with "" everybody is the administrator.

    `served_at`: where Services of webhooks are served in truth, as `edge.webhooks.Webhooks` takes it.
    """

    def __init__(
        self, world: World, token: str = "", keys: Keys | None = None, served_at: Mapping[str, str] | None = None
    ) -> None:
        self._world, self._front = world, world.front
        self._exposition = Exposition()
        self.webhooks = Webhooks(world.server.functions, world.pump, served_at)
        world.server.hooks.caller = self.webhooks
        known = Authenticator(world.reader, world.pump, token, keys or TokenKeys())
        self._authenticator = world.server.access.authenticator = known

    @property
    def front(self) -> Front:
        return self._front

    @property
    def faults(self) -> Board:
        return self._world.faults

    def freeze(self) -> Snapshot:
        return freeze(self._world)

    def trust(self, authority: bytes) -> None:
        """Where every cluster has them: the namespaces' kube-root-ca.crt follow."""
        meta = {"name": "extension-apiserver-authentication", "namespace": "kube-system"}
        made = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": meta,
            "data": {"client-ca-file": authority.decode()},
        }
        client = self._world.client("system:apiserver", "kube-apiserver")
        present = self._world.get("configmaps", meta["namespace"], meta["name"]) is not None
        (client.update if present else client.create)("configmaps", made)

    def metrics(self) -> bytes:
        return self._exposition.render(self._world.reader, self._world.now)

    def dns(self, question: bytes, tcp: bool) -> bytes | None:
        from quorate.dns.message import respond

        return respond(self._world.reader, question, self._world.store.revision, tcp)

    def authenticate(self, authorization: str, certificate: Certificate | None) -> User | None:
        return self._authenticator.user(authorization, certificate)

    def refuses(self, method: str, path: str, headers: dict[str, str], user: User) -> HttpAnswer | None:
        try:
            self._world.server.access.admitted(HttpRequest(method, path, {}, headers, user=user))
        except Refused as status:
            return refused(status)
        return None

    def handle(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes, user: User,
        answers: Answers,
    ) -> Made:  # fmt: skip
        request, server = HttpRequest(method, path, query, headers, body, user), self._world.server
        if method in READS or not server.hooks.configured.asks:
            return self._front.handle(request)
        if answers.chance is None:
            answers.chance = Chance(server.chance.stream("requests").getrandbits(62))
        before, server.chance = server.chance, answers.chance.again()
        try:
            with self.webhooks.within(answers):
                return self._front.handle(request)
        finally:
            server.chance = before

    def is_stream(self, made: Any) -> bool:
        return isinstance(made, WatchRequest | LogRequest)

    def open_stream(self, request: WatchRequest | LogRequest, send: Callable[[bytes], None]) -> Any:
        """The opened watch or log, or the answer that refuses it."""
        try:
            return request.open(self._world.store, send)
        except Refused as status:
            return refused(status)


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
    dns: int | None = None
    authorization: Authorization = "always"
    begin: Path | None = None
    """The snapshot to go on from."""
    served_at: Mapping[str, str] = field(default_factory=dict)
    """Where Services of webhooks are served in truth: "NAME.NAMESPACE" to a URL."""
    without: tuple[str, ...] = ()
    """Admission plugins that are off."""


def run_up(asked: UpOptions, ready: Callable[[str, int | None], None]) -> None:
    """Make the world (or take up the one in `data`) and serve it until interrupted. `ready` is told where: (URL, DNS port).

    Raises CannotListen, KubeconfigError, DataError, SnapshotError.
    """
    token = asked.token or new_token()
    listen = Listen(port=asked.port, token=token, tls=asked.tls, kubeconfig=asked.kubeconfig)
    durable = Durable(asked.data) if asked.data is not None else None
    try:
        made = _world(asked, durable)
        if asked.begin is None:
            made.pump.after(round(DEFINED_AFTER * asked.speed), made.serve_snapshots)
        keys = kept_keys(asked.data) if asked.data is not None else TokenKeys()
        api = WorldApi(made, token, keys, asked.served_at)
        with _dns(asked, made, api) as names:
            at = names.port if names is not None else None
            serve(api, made.pump, Wall(made.now, asked.speed), listen, partial(_ready, ready, at), durable, names)
    finally:
        if durable is not None:
            durable.close()


def _ready(ready: Callable[[str, int | None], None], dns: int | None, url: str) -> None:
    ready(url, dns)


@contextmanager
def _dns(asked: UpOptions, made: World, api: WorldApi) -> Iterator["DnsServer | None"]:
    if asked.dns is None:
        yield None
        return
    # Its library is not small, and most worlds answer no names.
    from quorate.edge.dns_server import DnsServer

    for index in INDEXES:
        made.store.objects.add_index(index.resource, index.name, index.values)
    with closing(DnsServer("127.0.0.1", asked.dns, api.dns)) as names:
        yield names


def _world(asked: UpOptions, durable: Durable | None) -> World:
    shape = Shape(
        nodes=asked.nodes, zones=asked.zones, node_grace=asked.node_grace, keep=KEEP, managed_fields=True, roles=True,
        leases=True, authorization=asked.authorization, start=wall_microseconds(), without=asked.without,
    )  # fmt: skip
    given = read_snapshot(asked.begin) if asked.begin is not None else None
    if durable is None:
        return world(asked.seed, shape) if given is None else revive(given, shape)
    if given is not None:
        durable.adopt(given.versions(), given.revision, given.now, (given.seed >> 32) + 1)
        shape = replace(shape, start=given.now)
    kept = durable.load()
    store = Store(KEEP)
    store.restore(((v.revision, v.resource, v.deleted, v.json) for v in kept.versions), kept.revision, kept.compacted)
    store.subscribe(durable.hear)
    # A clock that was advanced stays ahead; uids must not repeat those of an earlier start.
    shape = replace(shape, start=max(shape.start, kept.now))
    return world(asked.seed + (kept.starts - 1 << 32), shape, store, furnished=given is not None)
