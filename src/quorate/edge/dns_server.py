"""DNS on loopback: UDP and TCP on one port, in the loop that drives the world. What is answered, `quorate.dns` says."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

from quorate.edge.drive import Driver
from quorate.edge.serve import CannotListen

Respond = Callable[[bytes, bool], bytes | None]
"""(question, whether it came over TCP) -> answer, or None for none"""

IDLE = 10.0
"""Seconds that a TCP client may think between two questions."""
TRIES = 20
"""How often a free port that UDP has is looked for among those that TCP has, too."""


class DnsServer:
    """Has its port from the start; answers while `serving`. Raises CannotListen."""

    def __init__(self, host: str, port: int, respond: Respond) -> None:
        self.host = host
        self._respond = respond
        self._udp, self._tcp = _sockets(host, port)
        self.port: int = self._udp.getsockname()[1]

    def close(self) -> None:
        self._udp.close()
        self._tcp.close()

    @contextlib.asynccontextmanager
    async def serving(self, driver: Driver) -> AsyncIterator[None]:
        """Questions are answered from the present of the world that `driver` drives."""
        loop = asyncio.get_running_loop()
        clients: set[asyncio.Task[Any]] = set()

        def answer(question: bytes, tcp: bool) -> bytes | None:
            driver.catch_up()
            return self._respond(question, tcp)

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            clients.add(task)
            try:
                await _converse(reader, writer, answer)
            finally:
                clients.discard(task)
                writer.close()

        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(answer), sock=self._udp)
        server = await asyncio.start_server(converse, sock=self._tcp)
        try:
            yield
        finally:
            transport.close()
            server.close()
            for task in tuple(clients):
                task.cancel()
            await asyncio.gather(*clients, return_exceptions=True)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: Respond) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        told = self._answer(data, False)
        if told is not None and self._transport is not None:
            self._transport.sendto(told, addr)


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Respond) -> None:
    """Any number of questions, each with its length in front of it, until the client goes or falls silent."""
    with contextlib.suppress(asyncio.IncompleteReadError, TimeoutError, ConnectionError):
        while True:
            async with asyncio.timeout(IDLE):
                size = int.from_bytes(await reader.readexactly(2), "big")
                told = answer(await reader.readexactly(size), True)
                if told is None:
                    return
                writer.write(len(told).to_bytes(2, "big") + told)
                await writer.drain()


def _sockets(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """(UDP, TCP) on one port; 0 for one that is free for both. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for left in range(TRIES, 0, -1):
        udp = socket.socket(family, socket.SOCK_DGRAM)
        tcp = socket.socket(family, socket.SOCK_STREAM)
        try:
            udp.bind((host, port))
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tcp.bind((host, udp.getsockname()[1]))
            return udp, tcp
        except OSError as wrong:
            udp.close()
            tcp.close()
            if port or left == 1:
                why = wrong.strerror or str(wrong)
                raise CannotListen(
                    f"cannot serve DNS on {host}:{port}: {why}. Choose another port with --dns, or 0 for any free one."
                ) from None
    raise AssertionError("the last try returns or raises")
