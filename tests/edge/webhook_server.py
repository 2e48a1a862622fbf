"""An admission webhook as operators have it: HTTPS, a certificate of its own authority, a caBundle."""

import base64
import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from quorate.edge.certificates import Authority

Obj = dict[str, Any]
ADMISSION = "/apis/admissionregistration.k8s.io/v1"


class WebhookServer:
    """`decide(request)` makes the response; `reply` instead the whole answer, as (code, body)."""

    def __init__(self, folder: Path, names: tuple[str, ...] = ("127.0.0.1",)) -> None:
        authority = Authority()
        made = authority.server(names)
        (folder / "cert.pem").write_bytes(made.certificate)
        (folder / "key.pem").write_bytes(made.key)
        self.bundle = base64.b64encode(authority.certificate).decode()
        self.asked: list[Obj] = []
        self.decide: Callable[[Obj], Obj] = lambda request: {"allowed": True}
        self.reply: Callable[[Obj], tuple[int, bytes]] = self._review
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append({**review["request"], "_path": self.path})
                code, body = server.reply(review)
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._http.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def _review(self, review: Obj) -> tuple[int, bytes]:
        response = {"uid": review["request"]["uid"], **self.decide(review["request"])}
        return 200, json.dumps({**review, "response": response}).encode()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def patch(*operations: Obj) -> Obj:
    """A response that lets the request pass, changed."""
    return {
        "allowed": True, "patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(operations).encode()).decode()
    }  # fmt: skip
