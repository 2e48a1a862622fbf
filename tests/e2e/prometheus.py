"""A real Prometheus, and a real Alertmanager where there is one, with rules in fast motion."""

import json
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from tests.programs import program

PROMETHEUS = program("prometheus")
ALERTMANAGER = program("prometheus-alertmanager", "alertmanager")
PATIENCE = 180.0
SCRAPE, HOLD, WINDOW = "1s", "1s", "5s"


def discovers() -> bool:
    """Whether it can find targets through the Kubernetes API: Debian 12's build leaves that out."""
    return PROMETHEUS is not None and b"discovery/kubernetes" in Path(PROMETHEUS).read_bytes()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def hurried(rules: str) -> str:
    """What holds for a quarter of an hour holds for a second here: the world stands still while it is watched."""
    document = yaml.safe_load(rules)
    for group in document["groups"]:
        for rule in group["rules"]:
            rule["for"] = HOLD
            rule["expr"] = re.sub(r"\[\d+[mh]\]", f"[{WINDOW}]", rule["expr"])
    return yaml.safe_dump(document)


def until(call: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := call()):
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.1)
    return found


class Prometheus:
    """Ask it with `get` and `query`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}", timeout=60) as answer:
            return json.load(answer)["data"]

    def query(self, expr: str) -> list[dict[str, Any]]:
        """Samples: {"metric": labels, "value": [time, text]}"""
        found: list[dict[str, Any]] = self.get(f"query?query={quote(expr)}")["result"]
        return found

    def firing(self) -> list[dict[str, Any]]:
        return [alert for alert in self.get("alerts")["alerts"] if alert["state"] == "firing"]

    def targets(self, state: str = "active") -> list[dict[str, Any]]:
        """Those that it scrapes; with "any" also those that it found and left out."""
        found = self.get(f"targets?state={state}")
        return [*found["activeTargets"], *found["droppedTargets"]]


@contextmanager
def running(command: list[str], log: Path, alive: str) -> Iterator[None]:
    """A process that answers at the URL `alive`, stopped at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=log.parent)
        try:

            def answers() -> bool:
                assert process.poll() is None, log.read_text()
                try:
                    with urllib.request.urlopen(alive, timeout=60) as answer:
                        return bool(answer.status == 200)
                except OSError:
                    return False

            until(answers, alive)
            yield
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def prometheus(
    folder: Path, scrapes: list[dict[str, Any]], rules: str = "", alertmanager: str = ""
) -> Iterator[Prometheus]:
    assert PROMETHEUS is not None
    config: dict[str, Any] = {
        "global": {"scrape_interval": SCRAPE, "scrape_timeout": SCRAPE, "evaluation_interval": SCRAPE},
        "scrape_configs": scrapes,
    }
    if rules:
        (folder / "rules.yaml").write_text(rules)
        config["rule_files"] = ["rules.yaml"]
    if alertmanager:
        config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]}
    file = folder / "prometheus.yaml"
    file.write_text(yaml.safe_dump(config))
    address = f"127.0.0.1:{free_port()}"
    command = [
        PROMETHEUS, f"--config.file={file}", f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address={address}",
        "--log.level=warn",
    ]  # fmt: skip
    with running(command, folder / "prometheus.log", f"http://{address}/-/ready"):
        yield Prometheus(f"http://{address}")


@contextmanager
def webhooks() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Where Alertmanager may post to, and what it has posted."""
    posted: list[dict[str, Any]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def alertmanager(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Its address, and the webhooks that it has sent: one for each alert."""
    assert ALERTMANAGER is not None
    with ExitStack() as stack:
        hook, posted = stack.enter_context(webhooks())
        route = {
            "receiver": "hook",
            "group_by": ["..."],
            "group_wait": "1s",
            "group_interval": "1s",
            "repeat_interval": "1h",
        }
        config = {"route": route, "receivers": [{"name": "hook", "webhook_configs": [{"url": hook}]}]}
        file = folder / "alertmanager.yaml"
        file.write_text(yaml.safe_dump(config))
        address = f"127.0.0.1:{free_port()}"
        command = [
            ALERTMANAGER, f"--config.file={file}", f"--storage.path={folder / 'am'}", f"--web.listen-address={address}",
            "--cluster.listen-address=", "--log.level=warn",
        ]  # fmt: skip
        stack.enter_context(running(command, folder / "alertmanager.log", f"http://{address}/-/ready"))
        yield address, posted
