"""Listening: a socket on loopback, TLS, and the loop that drives the world."""

import asyncio
import contextlib
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from quorate.apiserver.access.user import MASTERS
from quorate.edge.app import Api, App
from quorate.edge.certificates import Authority, CertificateFiles
from quorate.edge.connection import Listener
from quorate.edge.drive import Driver
from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError
from quorate.edge.kubeconfig import kubeconfig, write_kubeconfig
from quorate.kernel.clock import Wall
from quorate.kernel.pump import Pump

CERTIFIED_ADMIN = "quorate-admin"
IDLE = 90.0
"""Seconds after which a connection that asks nothing is closed (kube-apiserver's IdleTimeout)."""
GRACE = 1.0
"""Seconds that requests in hand are given when the server is to end."""
BACKLOG = 2048
"""Connections that may wait to be taken."""


class CannotListen(Exception):
    """The port is taken or not allowed; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how to serve. `port` 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str = ""
    tls: bool = True
    kubeconfig: Path | None = None


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as wrong:
        sock.close()
        why = wrong.strerror or str(wrong)
        raise CannotListen(
            f"cannot listen on {host}:{port}: {why}. Choose another with --port, or 0 for any free one."
        ) from None
    sock.set_inheritable(True)
    return sock


class Door:
    """A world's door: the socket, its certificate, the kubeconfig that leads there. Close it.

    Raises CannotListen, KubeconfigError.
    """

    def __init__(self, listen: Listen) -> None:
        self.listen = listen
        self.socket = open_socket(listen.host, listen.port)
        self.files: CertificateFiles | None = None
        try:
            port = self.socket.getsockname()[1]
            host = f"[{listen.host}]" if ":" in listen.host else listen.host
            self.url = f"{'https' if listen.tls else 'http'}://{host}:{port}"
            self.authority = Authority() if listen.tls else None
            self.kubeconfig = kubeconfig(self.url, listen.token, None)
            if self.authority is not None:
                admin = self.authority.client(CERTIFIED_ADMIN, (MASTERS,))
                trusted, shown = self.authority.certificate, (admin.certificate, admin.key)
                self.kubeconfig = kubeconfig(self.url, listen.token, trusted, shown)
                made = self.authority.server(("localhost", "127.0.0.1", "::1", listen.host))
                self.files = CertificateFiles(made, trusted)
            if listen.kubeconfig is not None:
                write_kubeconfig(listen.kubeconfig, self.kubeconfig)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.socket.close()
        if self.files is not None:
            self.files.close()


class Beside(Protocol):
    """What is served beside the API, in the same loop: DNS."""

    def serving(self, driver: Driver) -> AbstractAsyncContextManager[None]: ...


def serve(
    api: Api, pump: Pump, wall: Wall, listen: Listen, ready: Callable[[str], None], durable: Durable | None = None,
    beside: Beside | None = None,
) -> None:  # fmt: skip
    """Serve until interrupted. `ready(url)` is called once requests are answered.

    Raises CannotListen, KubeconfigError, DataError when the disk takes no more.
    """
    driver = Driver(pump, wall)

    async def both(door: Door) -> None:
        async with beside.serving(driver) if beside is not None else contextlib.nullcontext():
            await serving(api, driver, door, lambda: ready(door.url), durable)

    with contextlib.closing(Door(listen)) as door, asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(both(door))


def new_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def serving(
    api: Api, driver: Driver, door: Door, ready: Callable[[], None], durable: Durable | None = None
) -> None:
    """Serve and live until interrupted or cancelled. `ready()` is called once requests are answered."""
    if durable is not None:
        durable.clock = driver.pump.now
    if door.authority is not None:
        api.trust(door.authority.certificate)
    app = App(api, driver, durable)
    loop, listener = asyncio.get_running_loop(), Listener(app)
    tls = _tls(door.files) if door.files is not None else None
    listening = await loop.create_server(listener, sock=door.socket, ssl=tls, backlog=BACKLOG)
    playing = asyncio.ensure_future(_play(driver, durable))
    ending = asyncio.Event()
    tidying = asyncio.ensure_future(_close_idle(listener))
    waiting = asyncio.ensure_future(ending.wait())
    try:
        with _interrupted(ending):
            ready()
            await asyncio.wait({waiting, playing}, return_when=asyncio.FIRST_COMPLETED)
            listening.close()
            app.end_streams()
            await _let_finish(listener)
            if playing.done() and not playing.cancelled():
                playing.result()  # a fault in the world is a fault of the program: show it
    finally:
        listening.close()
        app.end_streams()
        for task in (waiting, tidying, playing):
            task.cancel()
        for connection in tuple(listener.connections):
            connection.abort()
        await asyncio.sleep(0)  # the loop tells the connections


def _tls(files: CertificateFiles) -> ssl.SSLContext:
    """A client may show a certificate of ours."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(str(files.certificate), str(files.key))
    made.load_verify_locations(str(files.authority))
    made.verify_mode = ssl.CERT_OPTIONAL
    made.set_alpn_protocols(["http/1.1"])
    return made


@contextlib.contextmanager
def _interrupted(ending: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end it in order, where this is the program's main thread."""
    loop = asyncio.get_running_loop()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in signals:
        loop.add_signal_handler(number, ending.set)
    try:
        yield
    finally:
        for number, before in signals.items():
            loop.remove_signal_handler(number)
            signal.signal(number, before)


async def _let_finish(listener: Listener) -> None:
    """Requests in hand get a moment more."""
    for connection in tuple(listener.connections):
        connection.finish()
    end = asyncio.get_running_loop().time() + GRACE
    while listener.connections and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.01)


async def _close_idle(listener: Listener) -> None:
    while True:
        await asyncio.sleep(IDLE / 6)
        listener.close_idle(asyncio.get_running_loop().time() - IDLE)


async def _play(driver: Driver, durable: Durable | None) -> None:
    """The world's life, and its writing down. Ends only by a fault or by being cancelled."""
    if durable is None:
        await driver.run()
        return
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(driver.run())
            both.create_task(durable.run())
    except* DataError as several:
        full = several.exceptions[0]
    else:
        return
    raise full
