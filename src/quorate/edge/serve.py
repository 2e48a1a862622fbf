"""Listening: a socket on loopback, TLS, and the loop that drives the world."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from quorate.edge.app import Api, App
from quorate.edge.certificates import CertificateFiles, make_certificate
from quorate.edge.drive import Driver
from quorate.edge.durable import Durable
from quorate.edge.kubeconfig import kubeconfig, write_kubeconfig
from quorate.kernel.clock import Wall
from quorate.kernel.pump import Pump


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


def serve(
    api: Api, pump: Pump, wall: Wall, listen: Listen, ready: Callable[[str], None], durable: Durable | None = None
) -> None:
    """Serve until interrupted. `ready(url)` is called once requests are answered. Raises CannotListen, KubeconfigError."""
    sock = open_socket(listen.host, listen.port)
    files: CertificateFiles | None = None
    try:
        port = sock.getsockname()[1]
        host = f"[{listen.host}]" if ":" in listen.host else listen.host
        url = f"{'https' if listen.tls else 'http'}://{host}:{port}"
        made = make_certificate(("localhost", "127.0.0.1", "::1", listen.host)) if listen.tls else None
        if made is not None:
            files = CertificateFiles(made)
        if listen.kubeconfig is not None:
            write_kubeconfig(listen.kubeconfig, kubeconfig(url, listen.token, made.certificate if made else None))
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(_serve(api, pump, wall, listen, sock, files, lambda: ready(url), durable))
    finally:
        sock.close()
        if files is not None:
            files.close()


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def _serve(
    api: Api, pump: Pump, wall: Wall, listen: Listen, sock: socket.socket, files: CertificateFiles | None,
    ready: Callable[[], None], durable: Durable | None,
) -> None:  # fmt: skip
    if durable is not None:
        durable.clock = pump.now
    driver = Driver(pump, wall)
    app = App(api, driver, listen.token, durable)
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", http="httptools", ws="none", server_header=False,
        date_header=False, timeout_keep_alive=75, timeout_graceful_shutdown=1, backlog=2048,
        ssl_certfile=str(files.certificate) if files else None, ssl_keyfile=str(files.key) if files else None,
    )  # fmt: skip
    server = uvicorn.Server(config)
    playing = asyncio.ensure_future(_play(driver, durable))
    following = asyncio.ensure_future(_follow(server, app, ready))
    try:
        serving = asyncio.ensure_future(server.serve(sockets=[sock]))
        await asyncio.wait({serving, playing}, return_when=asyncio.FIRST_COMPLETED)
        if playing.done() and not playing.cancelled():
            server.should_exit = True
            await serving
            playing.result()  # a fault in the world is a fault of the program: show it
        await serving
    finally:
        following.cancel()
        playing.cancel()


async def _play(driver: Driver, durable: Durable | None) -> None:
    """The world's life, and its writing down. Ends only by a fault or by being cancelled."""
    if durable is None:
        await driver.run()
        return
    async with asyncio.TaskGroup() as both:
        both.create_task(driver.run())
        both.create_task(durable.run())


async def _follow(server: uvicorn.Server, app: App, ready: Callable[[], None]) -> None:
    """Say when it serves; close the watches when it is to end."""
    while not server.started:
        await asyncio.sleep(0.002)
    ready()
    while not server.should_exit:
        await asyncio.sleep(0.05)
    app.stopping.set()
