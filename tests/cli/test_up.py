"""quorate up as a process: what it prints, what it leaves behind, how it refuses."""

import base64
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

UP = (sys.executable, "-m", "quorate.cli.main", "up")


class Up:
    """One server, its two first lines read."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.kubeconfig = folder / "kubeconfig"
        self.process = subprocess.Popen(
            [*UP, "--kubeconfig", str(self.kubeconfig), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.serving, self.export = self.process.stdout.readline(), self.process.stdout.readline()
        found = re.search(r"https?://\S+", self.serving)
        assert found is not None, self.serving
        self.url = found[0]

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        self.process.send_signal(how)
        _, told = self.process.communicate(timeout=180)
        return self.process.returncode, told


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    made = Up(tmp_path, "--nodes", "1", "--zones", "1", "--token", "s3cret")
    yield made
    if made.process.poll() is None:
        made.stop()


def refused(*options: str, folder: Path) -> str:
    """What it says on stderr when it does not start."""
    done = subprocess.run([*UP, *options], capture_output=True, text=True, cwd=folder, timeout=30)
    assert done.returncode == 2, done.stdout
    assert not done.stdout and "Traceback" not in done.stderr
    return done.stderr


def test_it_prints_where_it_serves_and_how_kubectl_gets_there(up: Up) -> None:
    assert re.fullmatch(
        r"Serving Kubernetes 1\.36 at https://127\.0\.0\.1:\d+ \(1 nodes? in 1 zones?\)\. Ctrl-C stops it\.\n",
        up.serving,
    )
    assert up.export == f"export KUBECONFIG={up.kubeconfig}\n"
    assert stat.S_IMODE(up.kubeconfig.stat().st_mode) == 0o600
    config = yaml.safe_load(up.kubeconfig.read_text())
    assert config["clusters"][0]["cluster"]["server"] == up.url


def test_ready_needs_no_token_and_the_rest_does(up: Up) -> None:
    config = yaml.safe_load(up.kubeconfig.read_text())
    authority = base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    with urllib.request.urlopen(f"{up.url}/readyz", context=context) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as wrong:
        urllib.request.urlopen(f"{up.url}/api/v1/nodes", context=context)
    assert wrong.value.code == 401
    wrong.value.close()
    asked = urllib.request.Request(f"{up.url}/api/v1/nodes", headers={"Authorization": "Bearer s3cret"})
    with urllib.request.urlopen(asked, context=context) as answer:
        assert answer.status == 200


def test_it_listens_on_loopback_only(up: Up) -> None:
    port = int(up.url.rpartition(":")[2])
    wanted = f"{port:04X}"
    listening = [
        line.split()[1]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{up.process.pid}/net/{name}").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{wanted}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{wanted}"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_told(up: Up, how: signal.Signals) -> None:
    code, told = up.stop(how)
    assert (code, told) == (0, "Stopped.\n")


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused("--port", str(port), folder=tmp_path)
    assert told.count("\n") == 1 and str(port) in told and "in use" in told
    assert not list(tmp_path.iterdir()), "a kubeconfig that leads to somebody else's server"


def test_a_kubeconfig_that_cannot_be_written(tmp_path: Path) -> None:
    told = refused("--kubeconfig", str(tmp_path / "no" / "such" / "folder" / "config"), folder=tmp_path)
    assert told.count("\n") == 1 and "folder/config" in told


def test_somebody_elses_kubeconfig_is_not_overwritten_by_a_refused_start(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("precious")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused("--port", str(taken.getsockname()[1]), "--kubeconfig", str(config), folder=tmp_path)
    assert config.read_text() == "precious"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--node-monitor-grace", "soon"], "--node-monitor-grace"),
        (["--authorization", "abac"], "--authorization"),
        (["--nodes", "-1"], "--nodes"),
        (["--port", "70000"], "--port"),
        (["--from", "nothing.snap"], "nothing.snap"),
        (["--speed", "fast"], "--speed"),
    ],
)
def test_bad_options_name_themselves(options: list[str], word: str, tmp_path: Path) -> None:
    assert word in refused(*options, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_data_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in os.listdir(_data_of_a_world(tmp_path)):
        (folder / name).write_bytes(b"not a database, and precious")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    told = refused("--data", str(folder), folder=tmp_path)
    assert told.count("\n") == 1 and str(folder) in told
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def _data_of_a_world(folder: Path) -> Path:
    """What a world leaves on disk."""
    data = folder / "world"
    made = Up(folder, "--data", str(data), "--nodes", "0")
    made.stop()
    return data
