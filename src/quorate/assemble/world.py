"""A world: store, API server, controllers, scheduler and simulated nodes on one pump.

    made = world(seed=1)
    made.client().create("statefulsets.apps", {...})
    made.run_for(5 * MINUTE)

Same seed, same calls: the same world, byte for byte. A world can be pickled, and so forked.
"""

import pickle
from collections.abc import Callable
from typing import Any

from quorate.apiserver.client import LocalClient
from quorate.apiserver.front import Front
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.store.store import Change, Store
from quorate.assemble import parts
from quorate.assemble.furniture import define_snapshots, furnish, furnish_snapshots
from quorate.assemble.shape import Shape
from quorate.contract.controller import Controller
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.faults.switchboard.board import Board
from quorate.faults.switchboard.fault import Undo
from quorate.kernel.chance import Chance
from quorate.kernel.clock import MILLISECOND, Clock, Duration, Instant
from quorate.kernel.pump import Pump
from quorate.runtime.informer import Informers
from quorate.runtime.runtime import Runtime


class World:
    """Use `world()` to make one."""

    def __init__(self, seed: int, shape: Shape, store: Store | None = None) -> None:
        self.seed, self.shape = seed, shape
        self.chance = Chance(seed)
        self.pump = Pump(Clock(shape.start))
        self.store = store or Store(shape.keep)
        self.server = ApiServer(
            self.store, self.pump, self.chance, managed_fields=shape.managed_fields, authorization=shape.authorization,
            without=frozenset(shape.without),
        )  # fmt: skip
        self.front = Front(self.server, parts.logs, parts.pages)
        lag = self.chance.stream("lag") if shape.lag else None
        self.informers = Informers(self.pump, self.store.objects, shape.lag, lag)
        self.store.subscribe(self.informers.hear)
        controllers = parts.controllers(shape.node_grace, self.server.access.sign, shape.leases)
        self.runtime = Runtime(self.pump, self.informers, controllers, self._writer_for)
        self.faults = Board(self)

    def _writer_for(self, controller: Controller) -> LocalClient:
        user = controller.user or f"system:serviceaccount:kube-system:{controller.name}"
        return LocalClient(self.server, user, controller.manager)

    @property
    def now(self) -> Instant:
        return self.pump.now()

    @property
    def reader(self) -> Reader:
        """The committed objects. Never change what it hands out."""
        return self.store.objects

    def client(self, user: str = "system:admin", manager: str = "quorate") -> LocalClient:
        return LocalClient(self.server, user, manager)

    def inject(self, fault: str, *, lasting: Duration | None = None, **arguments: Any) -> Undo:
        """Let something go wrong, for good or for `lasting`: inject("node-down", node="node-0"). Raises CannotInject."""
        return self.faults.inject(fault, arguments, lasting)

    def undo(self, injected: Undo) -> None:
        """End a fault, here or in a fork of the world in which it was injected. Raises NoSuchFault."""
        self.faults.undo(injected.id)

    def serve_snapshots(self) -> None:
        """Have VolumeSnapshots served, as a cluster with external-snapshotter does; in a moment there is a class too."""
        client = self.client(manager="kube-apiserver")
        define_snapshots(client)
        self.pump.after(MILLISECOND, furnish_snapshots, client)

    def run_for(self, duration: Duration) -> None:
        self.pump.run(self.now + duration)

    def run_until(self, holds: Callable[[], bool], within: Duration) -> bool:
        """Play until `holds()`, for at most `within`. Answers whether it came to hold."""
        return self.pump.run_until(holds, self.now + within)

    def settle(self, within: Duration = MILLISECOND) -> None:
        """Play what is due now and in the next moment: controllers answer what was just written."""
        self.run_for(within)

    def fork(self) -> "World":
        """Another world in the same state, which goes its own way from here."""
        made: World = pickle.loads(self.frozen())
        return made

    def frozen(self) -> bytes:
        """The state as bytes; `thaw` makes a world of it, in any process."""
        return pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)

    def resource_of(self, obj: Obj) -> str | None:
        """The resource of an object's kind; None when it is not served."""
        kind = self.server.kinds.by_kind(obj["apiVersion"], obj["kind"])
        return kind.resource if kind is not None else None

    def is_namespaced(self, resource: str) -> bool:
        kind = self.server.kinds.by_resource(resource)
        return kind is not None and kind.namespaced

    def follow(self, hear: Callable[[Change], None]) -> None:
        """`hear(change)` after each commit; a bound method, as worlds are pickled."""
        self.store.subscribe(hear)

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        return self.store.get(resource, namespace, name)


def thaw(frozen: bytes) -> World:
    made: World = pickle.loads(frozen)
    return made


def world(seed: int = 0, shape: Shape | None = None, store: Store | None = None, *, furnished: bool = False) -> World:
    """A world with its nodes, classes and namespaces, its controllers running.

    `store` may bring what was there before; `furnished` leaves it at that.
    """
    made = World(seed, shape or Shape(), store)
    made.server.adopt_events()
    if not furnished:
        furnish(made.client(manager="kube-apiserver"), made.shape, made.now)
    made.runtime.start()
    made.settle()
    if made.shape.snapshots and not furnished:
        made.serve_snapshots()
        made.settle()
    return made


__all__ = ["Shape", "World", "thaw", "world"]
