"""quorate diagnose --dump: exit codes, and one clear line for whatever cannot be used."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.faulty.record import FOLDER

from quorate.cli.main import main

DUMP = FOLDER / "crash-application.application.tar.xz"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["diagnose", *words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with tarfile.open(DUMP) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def test_exit_codes(run: Run) -> None:
    assert run("sts/db", "--dump", str(DUMP))[0] == 1
    assert run("-A", "--dump", str(DUMP))[0] == 1
    healthy = FOLDER / "rollout-in-progress.under_way.tar.xz"
    assert run("-A", "--dump", str(healthy))[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sts/dbx",), "no statefulset dbx (did you mean db?)"),
        (("sts/db", "-n", "prd"), "no statefulset db in namespace prd; there is one in prod"),
        (("pod/db-9", "-n", "prod"), "no pod db-9 in namespace prod (did you mean db-0, db-1"),
        (("deploy/db",), "no deployment db; there is statefulset/db"),
        (("kafka/db",), "no such kind: kafka (these can be diagnosed: "),
        (("sts",), "say what to diagnose as KIND/NAME, e.g. statefulset/kafka, not 'sts'"),
        (("sts/db", "--playbook", "KubePodCrashLoping"), "no such playbook: KubePodCrashLoping (KubePodCrashLooping"),
        (("sts/db", "--playbooks", "/nowhere"), "/nowhere: no such folder"),
        (("sts/db", "--now", "yesterday"), "--now: not a time: 'yesterday' (write it like 2026-01-01T12:00:00Z)"),
        (("sts/db", "-o", "xml"), "no such output format: xml (text, json, yaml, markdown, html)"),
        (("sts/db", "--watch"), "--watch follows a cluster on the terminal"),
        (("sts/db", "--fix"), "a dump cannot be fixed"),
        (("sts/db", "--yes"), "--yes goes with --fix"),
    ],
)
def test_one_clear_line(run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, err = run(*words, "--dump", str(DUMP))
    assert (code, out) == (2, "") and err.count("\n") == 1 and err.startswith("quorate: ")
    assert says in err


def test_a_file_that_is_cut_off(run: Run, folder: Path) -> None:
    biggest = max(folder.rglob("*.json"), key=lambda f: f.stat().st_size)
    biggest.write_bytes(biggest.read_bytes()[:-2000])
    code, out, err = run("-A", "--dump", str(biggest))
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert f"{biggest}: the JSON ends in the middle, at line " in err and err.endswith(": the file is cut off\n")


def test_half_a_dump(run: Run, folder: Path) -> None:
    """What is damaged is named, and the rest is looked at."""
    events = folder / "events.json"
    events.write_text(events.read_text()[:-20])
    code, out, _ = run("sts/db", "--dump", str(folder))
    assert code == 1 and "crash-application" in out
    assert f"{events}: the JSON ends in the middle" in out
    told = json.loads(run("sts/db", "--dump", str(folder), "-o", "json")[1])
    assert any("events.json" in r for r in told["diagnoses"][0]["remarks"])
    assert "events: none among what was read" in told["diagnoses"][0]["notRead"]


@pytest.mark.parametrize(
    ("path", "says"),
    [("/nowhere", "/nowhere: no such file or folder"), (".", "no file in it holds Kubernetes objects")],
)
def test_what_is_no_dump(run: Run, path: str, says: str, tmp_path: Path) -> None:
    code, out, err = run("-A", "--dump", str(tmp_path) if path == "." else path)
    assert (code, out) == (2, "") and err.count("\n") == 1 and says in err
