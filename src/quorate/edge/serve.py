"""Listening: a socket on loopback, TLS, and the loop that drives the world."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import uvicorn

from quorate.apiserver.access.user import MASTERS
from quorate.edge.app import Api, App
from quorate.edge.certificates import Authority, CertificateFiles
from quorate.edge.drive import Driver
from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError
from quorate.edge.kubeconfig import kubeconfig, write_kubeconfig
from quorate.edge.protocol import CertifiedProtocol
from quorate.kernel.clock import Wall
from quorate.kernel.pump import Pump

CERTIFIED_ADMIN = "quorate-admin"


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
    files = door.files
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", http=CertifiedProtocol, ws="none", server_header=False,
        date_header=False, timeout_keep_alive=75, timeout_graceful_shutdown=1, backlog=2048,
        ssl_certfile=str(files.certificate) if files else None, ssl_keyfile=str(files.key) if files else None,
        ssl_ca_certs=str(files.authority) if files else None, ssl_cert_reqs=ssl.CERT_OPTIONAL,
    )  # fmt: skip
    server = uvicorn.Server(config)
    playing = asyncio.ensure_future(_play(driver, durable))
    following = asyncio.ensure_future(_follow(server, app, ready))
    answering = asyncio.ensure_future(server.serve(sockets=[door.socket]))
    try:
        await asyncio.wait({answering, playing}, return_when=asyncio.FIRST_COMPLETED)
        if playing.done() and not playing.cancelled():
            server.should_exit = True
            await answering
            playing.result()  # a fault in the world is a fault of the program: show it
        await answering
    except asyncio.CancelledError:
        app.stopping.set()
        answering.cancel()
        await _hang_up(server)
        raise
    finally:
        following.cancel()
        playing.cancel()


async def _hang_up(server: uvicorn.Server) -> None:
    """Close every connection at once, without the grace that an interrupted server gives."""
    for listening in getattr(server, "servers", ()):  # there once it has begun to listen
        listening.close()
    for connection in tuple(server.server_state.connections):
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)  # the loop tells the connections


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


async def _follow(server: uvicorn.Server, app: App, ready: Callable[[], None]) -> None:
    """Say when it serves; close the watches when it is to end."""
    while not server.started:
        await asyncio.sleep(0.002)
    ready()
    while not server.should_exit:
        await asyncio.sleep(0.05)
    app.stopping.set()
