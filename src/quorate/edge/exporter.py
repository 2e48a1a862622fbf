"""A small HTTP server for metrics: /metrics, and /livez and /readyz for who watches over it."""

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from quorate.edge.serve import CannotListen


class Shown(Protocol):
    """What is served."""

    def metrics(self) -> bytes:
        """Prometheus' text format."""
        ...

    def readiness(self) -> tuple[bool, str]:
        """Whether there is something to be scraped, and what is missing."""
        ...


class Exporter:
    """Listens from its making, answers from `serve` on. `port` 0 takes a free one. Raises CannotListen."""

    def __init__(self, host: str, port: int, shown: Shown, content_type: str) -> None:
        handler = type("Bound", (_Handler,), {"shown": shown, "metrics_type": content_type})
        server = _Six if ":" in host else _Server
        try:
            self._server = server((host, port), handler)
        except OSError as wrong:
            why = wrong.strerror or str(wrong)
            raise CannotListen(
                f"cannot listen on {host}:{port}: {why}. Choose another with --port or --listen."
            ) from None
        shown_host = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown_host}:{self._server.server_address[1]}"

    def serve(self) -> None:
        """Until `stop`, or interrupted."""
        try:
            self._server.serve_forever(poll_interval=0.2)
        finally:
            self._server.server_close()

    def stop(self) -> None:
        """From another thread."""
        self._server.shutdown()

    def in_background(self) -> Callable[[], None]:
        """Serve from a thread; answers what ends it."""
        thread = threading.Thread(target=self.serve, name="exporter", daemon=True)
        thread.start()

        def end() -> None:
            self.stop()
            thread.join()

        return end


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class _Six(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    shown: Shown
    metrics_type: str

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/metrics":
                self._answer(200, self.shown.metrics(), self.metrics_type)
            case "/livez" | "/healthz":
                self._answer(200, b"ok\n")
            case "/readyz":
                ready, why = self.shown.readiness()
                self._answer(200 if ready else 503, why.encode())
            case "/":
                self._answer(200, b"Metrics are at /metrics; /livez and /readyz tell how it is.\n")
            case _:
                self._answer(404, b"Nothing here: metrics are at /metrics.\n")

    do_HEAD = do_GET

    def _answer(self, code: int, body: bytes, content_type: str = "text/plain; charset=utf-8") -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Scrapes are no news."""
