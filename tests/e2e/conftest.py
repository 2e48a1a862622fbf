"""kubectl, whatever versions of it are here, against a server of each test file's own."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .serving import served

GIVEN = os.environ.get("QUORATE_TEST_KUBECTL", "").split(os.pathsep)
"""Those that are to be used instead of the oldest and the newest that are here."""
FOUND = [*filter(None, GIVEN)] or sorted({
    *(str(p) for p in Path("/usr/lib/google-cloud-sdk/bin").glob("kubectl.1.*")), *filter(None, [shutil.which("kubectl")]),
})  # fmt: skip
NEWEST = FOUND[-1:] if not any("1.33" in f for f in FOUND) else [f for f in FOUND if "1.33" in f]
OLDEST = [f for f in FOUND if "1.27" in f]

Kubectl = Callable[..., str]


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with served(tmp_path_factory.mktemp("up"), "--nodes", "4", "--zones", "2", "--speed", "20") as made:
        yield made


@pytest.fixture(scope="module", params=[*OLDEST, *NEWEST] or [None], ids=lambda f: Path(f).name if f else "none")
def kubectl(request: pytest.FixtureRequest, kubeconfig: Path) -> Iterator[Kubectl]:
    """Runs kubectl in a namespace of this version's own; answers its output, checks its exit code (None: any)."""
    if request.param is None:
        pytest.skip("no kubectl here")
    namespace = Path(request.param).name.replace(".", "-")

    def run(
        *words: str, stdin: str = "", code: int | None = 0, env: dict[str, str] | None = None, seconds: float = 90
    ) -> str:
        command = [request.param, "--kubeconfig", str(kubeconfig), "--namespace", namespace, *words]
        try:
            done = subprocess.run(
                command, input=stdin, capture_output=True, text=True, timeout=seconds, env={**os.environ, **(env or {})}
            )
        except subprocess.TimeoutExpired as over:
            # Of what never ends by itself, what came until now is wanted.
            assert code is None, f"{' '.join(words)}: not done in {seconds} s"
            return (over.stdout or b"").decode()
        assert code in (None, done.returncode), f"{' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    run("create", "namespace", namespace)
    yield run
    run("delete", "namespace", namespace, "--wait=false")
