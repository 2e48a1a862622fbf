"""quorate fault, against a world that another process serves."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

QUORATE = (sys.executable, "-m", "quorate.cli.main")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def quorate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs a command against a world that stands still but for what is asked."""
    folder = tmp_path_factory.mktemp("up")
    config = folder / "config"
    served = subprocess.Popen(
        [*QUORATE, "up", "--kubeconfig", str(config)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert served.stdout is not None
    assert served.stdout.readline().startswith("Serving Kubernetes")

    def run(*words: str, kubeconfig: Path = config) -> subprocess.CompletedProcess[str]:
        environment = {"KUBECONFIG": str(kubeconfig), "PATH": "", "COLUMNS": "120"}
        return subprocess.run([*QUORATE, *words], capture_output=True, text=True, env=environment, timeout=180)

    yield run
    served.terminate()
    served.wait(10)
    served.stdout.close()


def test_its_life(quorate: Run) -> None:
    made = quorate("fault", "inject", "node-down", "node-0", "--for", "10m")
    assert made.returncode == 0, made.stderr
    id = made.stdout.split()[0]
    assert made.stdout.startswith(f"{id} injected; until 20")
    listed = quorate("fault", "list").stdout.splitlines()
    assert listed[0].split() == ["ID", "ARGUMENTS", "SINCE", "UNTIL"]
    assert listed[1].split()[:2] == [id, "node=node-0"]
    assert "A node loses its power" in quorate("fault", "show", id).stdout
    assert json.loads(quorate("fault", "show", id, "-o", "json").stdout)["arguments"] == {"node": "node-0", "zone": ""}
    assert yaml.safe_load(quorate("fault", "list", "-o", "yaml").stdout)["items"][0]["id"] == id
    assert quorate("fault", "clear", id).stdout == f"{id} cleared\n"
    assert quorate("fault", "list").stdout == "No faults are in force.\n"


def test_it_ends_by_itself_when_the_clock_is_advanced(quorate: Run) -> None:
    quorate("fault", "inject", "controller-stopped", "statefulset", "--for", "5m")
    assert "controller-stopped" in quorate("fault", "list").stdout
    quorate("clock", "advance", "6m")
    assert quorate("fault", "list").stdout == "No faults are in force.\n"


def test_all_are_cleared(quorate: Run) -> None:
    quorate("fault", "inject", "controller-slow", "statefulset", "--by", "1m")
    quorate("fault", "inject", "informer-lag")
    assert len(json.loads(quorate("fault", "clear", "--all", "-o", "json").stdout)["items"]) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("inject", "nodedown"), "did you mean node-down"),
        (("inject", "node-down", "node-9"), 'no node is named "node-9"'),
        (("inject", "node-down", "--for", "long"), "not a duration"),
        (("inject", "controller-slow", "statefulset", "--by", "5"), "--by: not a duration"),
        (("clear", "node-down-99"), "no fault in force"),
        (("clear",), "--all"),
        (("clear", "node-down-1", "--all"), "--all"),
        (("show", "nothing"), "no fault in force"),
        (("list", "-o", "xml"), "text, json or yaml"),
        (("inject", "controller-stopped"), "Missing argument"),
        (("inject", "node-down", "--color", "red"), "No such option"),
    ],
)
def test_bad_input_is_one_line_and_code_2(quorate: Run, words: tuple[str, ...], why: str) -> None:
    done = quorate("fault", *words)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_a_world_it_says_so(quorate: Run, tmp_path: Path) -> None:
    done = quorate("fault", "list", kubeconfig=tmp_path / "none")
    assert done.returncode == 2
    assert "cannot read the kubeconfig" in done.stderr


def test_what_there_is_needs_no_world(quorate: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    assert "lease-lost" in quorate("fault", "list", "--known", kubeconfig=nowhere).stdout
    assert "--component COMPONENT" in quorate("fault", "show", "lease-lost", kubeconfig=nowhere).stdout
    told = quorate("fault", "inject", "pod-crashing", "--help", kubeconfig=nowhere).stdout
    assert "--exit-code" in told and "quorate fault inject pod-crashing db-0" in told


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("quorate fault inject lease", ["lease-lost"]),
        ("quorate fault inject controller-stopped state", ["statefulset-controller"]),
        ("quorate fault show volume", ["volume-lost"]),
    ],
)
def test_the_shell_completes_names(words: str, found: list[str]) -> None:
    environment = {
        "_QUORATE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1), "PATH": "",
    }  # fmt: skip
    code = "import sys; sys.argv[0] = 'quorate'; from quorate.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=180)
    assert done.stdout.split() == found
