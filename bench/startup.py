"""Process start to API ready, and memory when idle.

Starts `quorate up` as a user does (TLS, memory) and asks /readyz until it answers 200; the median of several starts.
Memory is the resident set of the server process after ten quiet seconds. The bytecode is compiled beforehand, as an
installation leaves it.
"""

import compileall
import os
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import quorate

STARTS = 7
QUIET = 10.0


def start(folder: str, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """The server and the seconds until /readyz answered."""
    command = [sys.executable, "-m", "quorate.cli.main", "up", "--port", str(port), "--kubeconfig", f"{folder}/kc"]
    began = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    trusting = ssl._create_unverified_context()
    while True:
        try:
            with urllib.request.urlopen(f"https://127.0.0.1:{port}/readyz", context=trusting, timeout=1) as answer:
                if answer.status == 200:
                    return server, time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)


def resident(pid: int) -> float:
    """Megabytes of memory that the process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    times = []
    compileall.compile_dir(Path(quorate.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(STARTS):
            server, took = start(folder, 27431 + i)
            times.append(took)
            if i < STARTS - 1:
                server.kill()
                server.wait()
        time.sleep(QUIET)
        idle = resident(server.pid)
        server.kill()
        server.wait()
    print(f"process start to API ready: {statistics.median(times):.2f} s (median of {STARTS}, best {min(times):.2f})")
    print(f"memory when idle: {idle:.0f} MB resident")


if __name__ == "__main__":
    main()
