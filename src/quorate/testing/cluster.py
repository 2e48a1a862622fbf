"""A world that is served while the test goes on."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import orjson

from quorate.apiserver.access.access import Authorization
from quorate.apiserver.http import HttpRequest
from quorate.assemble.reviving import freeze, revive
from quorate.assemble.serving import KEEP, WorldApi
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.edge.background import Background
from quorate.edge.certificates import new_token
from quorate.edge.kubeconfig import kubeconfig, write_kubeconfig
from quorate.edge.serve import Listen
from quorate.edge.snapshot import pack, read_snapshot, write_snapshot
from quorate.kernel.clock import EPOCH, SECOND, Instant, Wall, wall_microseconds
from quorate.objects.times import parse_duration, parse_time
from quorate.testing import clients, conditions
from quorate.testing.applying import Manifests, apply
from quorate.testing.faults import Faults
from quorate.testing.shared import Shared


class KubectlFailed(AssertionError):
    """kubectl ended with an error; the message has the command and what it said."""


def headless(
    *, nodes: int = 3, zones: int = 3, seed: int = 0, start: str = "", node_grace: str = "40s",
    authorization: Authorization = "always",
) -> World:  # fmt: skip
    """A world in the caller's own thread, on virtual time from `start` (RFC 3339; 2026-01-01 when absent)."""
    return world(seed, _shape(nodes, zones, parse_time(start) if start else EPOCH, node_grace, authorization))


def _shape(nodes: int, zones: int, start: Instant, node_grace: str, authorization: Authorization) -> Shape:
    return Shape(
        nodes=nodes, zones=zones, node_grace=parse_duration(node_grace), keep=KEEP, managed_fields=True, start=start,
        authorization=authorization, roles=True, leases=True, snapshots=True,
    )  # fmt: skip


class Cluster:
    """A Kubernetes control plane, served on loopback from a thread of this process; use it with `with`.

    nodes, zones    simulated nodes node-0, ... spread over zone-a, ... in turn
    seed            of all chance in it: uids, name suffixes
    speed           how fast its clock runs against the wall's
    start           its time at the start, RFC 3339; now when absent
    node_grace      how long a node may be silent before it counts as lost
    authorization   "always": who is let in may do everything; "rbac": what roles and bindings give
    snapshot        a file to go on from (`save`, `quorate snapshot save`); its nodes, seed and time count then
    tls             False serves plain HTTP, for clients that cannot be told of a certificate
    """

    def __init__(
        self, *, nodes: int = 3, zones: int = 3, seed: int = 0, speed: float = 1.0, start: str = "",
        node_grace: str = "40s", authorization: Authorization = "always", snapshot: Path | None = None, tls: bool = True,
    ) -> None:  # fmt: skip
        at = parse_time(start) if start else wall_microseconds()
        shape = _shape(nodes, zones, at, node_grace, authorization)
        self._made = world(seed, shape) if snapshot is None else revive(read_snapshot(snapshot), shape)
        self.token = new_token()
        """The bearer token of the kubeconfig."""
        with ExitStack() as undone:
            folder = undone.enter_context(tempfile.TemporaryDirectory(prefix="quorate-"))
            self.folder = Path(folder)
            """Of this cluster alone, gone with it."""
            self.kubeconfig = self.folder / "kubeconfig"
            """The file that leads clients here."""
            listen = Listen(token=self.token, tls=tls, kubeconfig=self.kubeconfig)
            self._served = Background(
                WorldApi(self._made, self.token), self._made.pump, Wall(self._made.now, speed), listen
            )
            undone.callback(self._served.stop)
            self._undone = undone.pop_all()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Hang up on every client and forget everything. Raises WorldFailed when the world had broken down."""
        self._undone.close()

    def save(self, path: Path) -> None:
        """Keep it in a file, for `snapshot` of another."""
        write_snapshot(path, pack(self._served.do(partial(freeze, self._made))))

    # -- for clients

    @property
    def url(self) -> str:
        return self._served.url

    @property
    def env(self) -> dict[str, str]:
        """This process's environment with KUBECONFIG leading here, for programs that a test starts."""
        return {**os.environ, "KUBECONFIG": str(self.kubeconfig), "KUBECACHEDIR": str(self.folder / "kubectl-cache")}

    def kubeconfig_of(self, account: str, namespace: str = "default") -> Path:
        """A kubeconfig for a service account that is there, good for an hour of the cluster's time. Raises Refused."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        asked = HttpRequest("POST", path, {}, {"content-type": "application/json"}, b"{}")
        answer: Any = self._served.do(lambda: self._made.front.handle(asked))
        told = orjson.loads(answer.body)
        if answer.code != 201:
            raise Refused(told.get("reason", ""), told["message"], told.get("details"), answer.code)
        file = self.folder / f"{namespace}-{account}.kubeconfig"
        authority = self._served.door.authority
        trusted = authority.certificate if authority is not None else None
        write_kubeconfig(file, kubeconfig(self.url, told["status"]["token"], trusted))
        return file

    def kubectl(self, *arguments: str, input: str | None = None, timeout: float = 60.0) -> str:
        """What `kubectl ARGUMENTS` prints. Raises KubectlFailed, FileNotFoundError when there is no kubectl."""
        done = subprocess.run(
            ["kubectl", *arguments], env=self.env, input=input, capture_output=True, text=True, timeout=timeout
        )
        if done.returncode:
            raise KubectlFailed(
                f"kubectl {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr or done.stdout}"
            )
        return done.stdout

    def kubernetes(self) -> Any:
        """The official client: a `kubernetes.client.ApiClient`. Raises ClientMissing."""
        made = clients.kubernetes(self.kubeconfig)
        self._undone.callback(clients.close_kubernetes, made)
        return made

    def kr8s(self) -> Any:
        """A `kr8s.Api`. Raises ClientMissing."""
        return clients.kr8s(self.kubeconfig)

    def lightkube(self, **arguments: Any) -> Any:
        """A `lightkube.Client`; `arguments` (namespace, field_manager, ...) go to it. Raises ClientMissing."""
        made = clients.lightkube(self.kubeconfig, arguments)
        self._undone.callback(made.close)
        return made

    # -- for the test

    @property
    def world(self) -> World:
        """The world behind the API. Whatever is called on it happens in the world's thread, between two of its steps."""
        return cast(World, Shared(self._served.do, self._made))

    @property
    def faults(self) -> Faults:
        """What can go wrong in it: `with cluster.faults.inject("node-down", node="node-0"): ...`"""
        return Faults(self._served.do, self._made)

    @property
    def now(self) -> datetime:
        """What time it is in the cluster."""
        return datetime.fromtimestamp(self._served.do(lambda: self._made.now) / SECOND, UTC)

    def advance(self, by: str) -> None:
        """Let time pass at once ("90s", "10m", "1h30m"): all that would have happened by then has happened."""
        self._served.run(self._served.driver.advance(parse_duration(by)))

    def apply(self, manifests: Manifests, namespace: str = "default") -> list[Obj]:
        """Server-side apply: files, folders, YAML text or objects, in order; answers the objects as committed.

        `namespace` is where those go that name none. Raises Refused, quorate.edge.manifests.ManifestError.
        """
        return self._served.do(lambda: apply(self._made, manifests, namespace))

    def get(self, what: str, namespace: str = "default") -> Obj | None:
        """get("statefulset/web"): the object as it is now; None when there is none."""
        return self._served.do(lambda: conditions.find(self._made, what, namespace))

    def wait_for(
        self, what: str, until: str | Callable[[Obj], Any] = "create", *, namespace: str = "default",
        timeout: float = 30.0, within: str | None = None,
    ) -> Obj | None:  # fmt: skip
        """Wait until the object `what` ("statefulset/web") is as `until` says; answers it as it is then.

        until      "create", "delete", "rollout", "condition=Ready", "condition=Ready=false", "jsonpath={.status.phase}=Running"
                   as kubectl has them, or a function of the object, which is not to change it
        timeout    seconds of this test
        within     when given ("1h"), the cluster's time is not waited for but flies, up to this far

        Raises NotYet, which says how the object is and what its last events were.
        """
        wanted = conditions.Wanted(self._made, what, until, namespace)
        limit = None if within is None else parse_duration(within)
        return self._served.run(conditions.wait(wanted, self._served.driver, timeout, limit))
