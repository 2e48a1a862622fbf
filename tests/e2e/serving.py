"""`quorate up` as a user starts it: a process of its own, TLS, a kubeconfig."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Path]:
    """The kubeconfig of a running server, stopped at the end as Ctrl-C stops it."""
    kubeconfig = folder / "kubeconfig"
    command = [sys.executable, "-m", "quorate.cli.main", "up", "--kubeconfig", str(kubeconfig), *options]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"}
    )
    assert server.stdout is not None and server.stderr is not None
    try:
        line = server.stdout.readline().decode()
        assert line.startswith("Serving Kubernetes 1.36"), line + server.stderr.read().decode()
        yield kubeconfig
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()
        server.stderr.close()
