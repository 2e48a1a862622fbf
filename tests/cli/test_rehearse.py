"""quorate rehearse as people run it: exit codes, one clear line for bad input, output for pipes and terminals, Ctrl-C."""

import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from quorate.cli.main import main
from quorate.rehearsal.drill import drills

ROOT = Path(__file__).parents[2]
ETCD = "examples/etcd.yaml"
NO_BUDGET = "examples/spoiled/etcd-no-budget.yaml"
QUORATE = [sys.executable, "-m", "quorate.cli.main"]
CLEAN = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM")}


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own."""
    command = [*QUORATE, "rehearse", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**CLEAN, **env}, timeout=120)


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def rehearse(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """rehearse(argument, ..., stdin=...) in this process."""
    monkeypatch.chdir(ROOT)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            main(["rehearse", *arguments])
        out, err = capsys.readouterr()
        code = end.value.code
        return Done(code if isinstance(code, int) else int(code is not None), out, err)

    return call


def test_all_drills_of_a_good_manifest() -> None:
    done = run(ETCD, COLUMNS="120")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "examples/expected/etcd.txt").read_text()


def test_a_failure_is_exit_code_1_and_its_fix_is_shown(rehearse) -> None:
    done = rehearse(NO_BUDGET, "--drill", "node-drain", "--drill", "pod-delete", "--drill", "node-drain")
    assert done.returncode == 1 and done.stderr == ""
    assert [line.split()[0] for line in done.stdout.splitlines()[2:4]] == ["node-drain", "pod-delete"]
    assert "1. Add a PodDisruptionBudget over etcd\n" in done.stdout
    assert "PodDisruptionBudget" not in rehearse(NO_BUDGET, "--drill", "node-drain", "--no-fixes").stdout


def test_degraded_is_no_failure(rehearse) -> None:
    done = rehearse("examples/cassandra.yaml", "--drill", "bad-update", "--no-fixes")
    assert done.returncode == 0 and "degraded" in done.stdout


@pytest.mark.parametrize("output", ["json", "yaml"])
def test_for_programs(rehearse, output: str) -> None:
    done = rehearse(NO_BUDGET, "--drill", "node-drain", "-o", output)
    assert done.returncode == 1 and done.stderr == ""
    report = json.loads(done.stdout) if output == "json" else yaml.safe_load(done.stdout)
    expected = json.loads((ROOT / "examples/expected/spoiled-etcd-no-budget.json").read_text())
    assert report["drills"] == expected["drills"][:1]
    assert report["fixes"] == expected["fixes"] and report["verdict"] == "fail"


def test_the_list(rehearse) -> None:
    done = rehearse("--list")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [d.name for d in drills()]
    assert [d["name"] for d in json.loads(rehearse("--list", "-o", "json").stdout)] == [d.name for d in drills()]


def test_the_seed_counts(rehearse) -> None:
    a, b, c = (rehearse(ETCD, "--drill", "pod-delete", "-o", "json", "--seed", s).stdout for s in ("1", "1", "2"))
    assert a == b != c


def test_standard_input_and_folders(rehearse, tmp_path: Path) -> None:
    text = (ROOT / ETCD).read_text()
    done = rehearse("-", "--drill", "pod-delete", stdin=text)
    assert done.returncode == 0 and "pass" in done.stdout
    (tmp_path / "chart").mkdir()
    for i, document in enumerate(text.split("---\n")):
        (tmp_path / "chart" / f"{i}.yaml").write_text(document)
    (tmp_path / "values.yaml").write_text("replicas: 3\n")
    done = rehearse(str(tmp_path), "--drill", "pod-delete")
    assert done.returncode == 0
    assert (
        done.stderr == f"warning: {tmp_path}/values.yaml:1: apiVersion is missing: not a Kubernetes object: skipped\n"
    )


def test_the_cluster_s_size(rehearse) -> None:
    done = rehearse(ETCD, "--drill", "pod-delete", "--nodes", "3")
    assert done.returncode == 0
    done = rehearse(ETCD, "--drill", "zone-loss", "--zones", "1", "--no-fixes")
    assert done.returncode == 1, "the only zone"


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        ([], None, "nothing to rehearse: give YAML files or folders"),
        (["missing.yaml"], None, "missing.yaml: no such file or folder"),
        (["tests/rehearsal/fixes"], None, "tests/rehearsal/fixes: no .yaml, .yml or .json file in this folder"),
        (["-"], "a: b: c\n", "<stdin>:1: mapping values are not allowed in this context"),
        (["-"], "kind: {{ .Values.kind }}\n", "(a Helm template? helm template CHART | quorate rehearse -)"),
        (["-"], "- 1\n", "<stdin>:1: expected a Kubernetes object, found a list"),
        (["-"], "a: 1\nb: 2\na: 3\n", '<stdin>:3: key "a" is written twice'),
        (["-"], "", "no StatefulSet with replicas in these manifests: there is nothing to rehearse"),
        (["-"], "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {prots: []}\n",
         '<stdin>:1: Service a: unknown field "spec.prots"'),
        ([ETCD, "--drill", "nap"], None, "no such drill: nap (there are node-drain, node-crash, "),
        ([ETCD, "-o", "xml"], None, "no such output format: xml (there are table, json, yaml)"),
        (["--list", "-o", "xml"], None, "no such output format: xml"),
        ([ETCD, "--quorum", "9"], None, "examples/etcd.yaml:27: StatefulSet etcd: a quorum of 9 is not possible with 3 replicas"),
        ([ETCD, "--trace", "/nowhere/trace"], None, "cannot write the trace /nowhere/trace: No such file or directory"),
        ([ETCD, "--trace", "/"], None, "cannot write the trace /: Is a directory"),
        ([ETCD, "--nodes", "1"], None, "(1 of 3 after 30m): Pod etcd-1: FailedScheduling: 0/1 nodes are available"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_exit_code_2(
    rehearse, arguments: list[str], stdin: str | None, says: str
) -> None:
    done = rehearse(*arguments, stdin=stdin or "")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("quorate: ") and says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--nodes", "0"], ["--seed", "x"], ["--nonsense"]])
def test_bad_options_are_exit_code_2(rehearse, arguments: list[str]) -> None:
    done = rehearse(ETCD, *arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a_trace_is_whole_or_not_there(rehearse, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.write_text("from before\n")
    assert rehearse("-", "--trace", str(trace), stdin="kind: Pod\n").returncode == 2
    assert trace.read_text() == "from before\n"
    assert rehearse(ETCD, "--drill", "pod-delete", "--trace", str(trace), "--no-fixes").returncode == 0
    assert all(json.loads(line)["drill"] == "pod-delete" for line in trace.read_text().splitlines())
    assert [p.name for p in tmp_path.iterdir()] == ["trace"]


def on_a_terminal(*arguments: str, **env: str) -> tuple[int, str]:
    """The exit code and what a terminal of 100 columns would show."""
    leader, follower = pty.openpty()
    subprocess.run(["stty", "cols", "100", "rows", "40"], stdin=follower, check=True)
    process = subprocess.Popen(
        [*QUORATE, "rehearse", *arguments], cwd=ROOT, stdin=follower, stdout=follower, stderr=follower,
        env={**CLEAN, "TERM": "xterm", **env},
    )  # fmt: skip
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(leader)
    return process.wait(), shown.decode()


def test_a_terminal_gets_colour_and_progress() -> None:
    code, shown = on_a_terminal(NO_BUDGET, "--drill", "node-drain", "--no-fixes")
    assert code == 1
    assert "\x1b[1;31mfail" in shown
    # The line is painted anew a dozen times a second: which of its texts are seen depends on the machine.
    assert any(
        text in shown
        for text in ("reading", "bringing the workload up", "played 0 of 1 drills", "played 1 of 1 drills")
    )


def test_no_color_is_respected() -> None:
    code, shown = on_a_terminal(NO_BUDGET, "--drill", "node-drain", "--no-fixes", NO_COLOR="1")
    assert code == 1 and "\x1b[1;31m" not in shown and "\x1b[31m" not in shown


def test_pipes_get_neither() -> None:
    done = run(NO_BUDGET, "--drill", "node-drain", "--no-fixes", TERM="xterm-256color")
    assert "\x1b" not in done.stdout + done.stderr and done.stderr == ""


def test_a_closed_pipe_is_no_traceback() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m quorate.cli.main rehearse {ETCD} --drill pod-delete | true"],
        capture_output=True, text=True, cwd=ROOT, env=CLEAN, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def long_one(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A manifest that takes a while: many members, and much to mend."""
    docs = list(yaml.safe_load_all((ROOT / ETCD).read_text()))
    docs[2]["spec"]["replicas"] = 21
    pod = docs[2]["spec"]["template"]["spec"]
    del pod["affinity"], pod["topologySpreadConstraints"], pod["containers"][0]["readinessProbe"], docs[1]
    file = tmp_path_factory.mktemp("long") / "long.yaml"
    file.write_text(yaml.safe_dump_all(docs))
    return str(file)


@pytest.mark.parametrize("wait", [0, 0.5, 1.5])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_ends_at_once_when_told(long_one: str, tmp_path: Path, sent: int, code: int, wait: float) -> None:
    with subprocess.Popen(
        [*QUORATE, "rehearse", long_one, "--trace", str(tmp_path / "t")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=ROOT, env=CLEAN, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            while not list(tmp_path.iterdir()):  # the trace is opened before anything is played
                time.sleep(0.01)
            time.sleep(wait)
            # Ctrl-C reaches the whole group of the terminal, a termination the process alone.
            if sent == signal.SIGINT:
                os.killpg(process.pid, sent)
            else:
                process.send_signal(sent)
            out, err = process.communicate(timeout=180)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (code, "", "")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.skipif(shutil.which("pgrep") is None, reason="no pgrep here")
def test_its_workers_end_with_it_when_it_is_killed(long_one: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*QUORATE, "rehearse", long_one, "--trace", str(tmp_path / "t")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=ROOT, env=CLEAN, start_new_session=True,
    ) as process:  # fmt: skip
        while not (found := processes_of(process.pid)[1:]) and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.communicate(timeout=180)  # the pipes are closed when the last one has ended
    assert found


def processes_of(group: int) -> list[int]:
    told = subprocess.run(["pgrep", "-g", str(group)], capture_output=True, text=True, check=False)
    return [int(line) for line in told.stdout.split()]


def test_many_manifests_are_read(rehearse, tmp_path: Path) -> None:
    """As a chart of charts renders them: a thousand objects around the one set."""
    made = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{i}"}, "data": {f"k{j}": "v" * 50 for j in range(20)}}
        for i in range(1000)
    ]  # fmt: skip
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(made))
    (tmp_path / "etcd.yaml").write_text((ROOT / ETCD).read_text())
    assert rehearse(str(tmp_path), "--drill", "pod-delete").returncode == 0


def test_help_explains_the_columns(rehearse) -> None:
    done = rehearse("--help")
    for word in ("VERDICT", "QUORUM", "OUTAGE", "RECOVERY", "AT RISK", "skipped", "Exit code"):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
