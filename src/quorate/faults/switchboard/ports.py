"""What faults need of a world; `assemble` gives one."""

from collections.abc import Mapping
from typing import Protocol

from quorate.contract.controller import Controller
from quorate.contract.declared import Declared
from quorate.contract.ports import Reader, Writer
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Duration, Instant
from quorate.kernel.pump import Pump
from quorate.objects.kinds import Kinds


class Runner(Protocol):
    """One controller at work (runtime.runner)."""

    controller: Controller

    def stop(self, why: str = ...) -> None: ...

    def start(self, why: str = ...) -> None: ...

    def slow(self, delay: Duration) -> None: ...

    def restart(self) -> None: ...


class Runtime(Protocol):
    @property
    def runners(self) -> Mapping[str, Runner]: ...


class Informers(Protocol):
    lag: Duration

    def set_lag(self, lag: Duration) -> None: ...


class Server(Protocol):
    declared: tuple[Declared, ...]
    kinds: Kinds

    def declare(self, rules: tuple[Declared, ...]) -> None: ...


class World(Protocol):
    chance: Chance
    pump: Pump

    @property
    def runtime(self) -> Runtime: ...

    @property
    def informers(self) -> Informers: ...

    @property
    def server(self) -> Server: ...

    @property
    def now(self) -> Instant: ...

    @property
    def reader(self) -> Reader: ...

    def client(self, user: str = ..., manager: str = ...) -> Writer: ...
