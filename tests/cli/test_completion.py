"""Completion in a real shell, of what is in a real cluster."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.faulty.record import FOLDER

from quorate.cli.completion import SCRIPTS
from quorate.cli.main import main
from quorate.testing import Cluster

Complete = Callable[..., list[str]]
DUMP = FOLDER / "crash-application.application.tar.xz"
SETS = """
apiVersion: v1
kind: Namespace
metadata: {name: prod}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: kafka}
spec:
  serviceName: kafka
  selector: {matchLabels: {app: kafka}}
  template: {metadata: {labels: {app: kafka}}, spec: {containers: [{name: main, image: kafka}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: etcd, namespace: prod}
spec:
  serviceName: etcd
  selector: {matchLabels: {app: etcd}}
  template: {metadata: {labels: {app: etcd}}, spec: {containers: [{name: main, image: etcd}]}}
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(nodes=1) as made:
        made.apply(SETS)
        yield made


@pytest.fixture
def complete(tmp_path: Path) -> Complete:
    """What bash offers for the last of the words; it must say nothing else."""
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    program = tmp_path / "bin" / "quorate"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m quorate.cli.main "$@"\n')
    program.chmod(0o755)

    def complete(*words: str, kubeconfig: Path | str = "/nowhere") -> list[str]:
        script = (
            'eval "$(quorate completion bash)"; compopt() { :; }; complete -p quorate >/dev/null || exit 9; '
            'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _quorate quorate; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        env = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "KUBECONFIG": str(kubeconfig)}
        done = subprocess.run(
            ["bash", "-c", script, "bash", "quorate", *words], capture_output=True, text=True, env=env, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    return complete


def test_kinds(complete: Complete) -> None:
    assert complete("diagnose", "sta") == ["statefulset/"]
    assert complete("diagnose", "sts") == ["sts/"]


def test_names_of_a_cluster(cluster: Cluster, complete: Complete) -> None:
    there = cluster.kubeconfig

    def offered(*words: str, **more: Path) -> list[str]:
        """It gives up on a server that takes long, as this one may on a busy machine."""
        return next((found for _ in range(9) if (found := complete(*words, **more))), [])

    assert offered("diagnose", "sts/", kubeconfig=there) == ["sts/kafka"]
    assert offered("diagnose", "-n", "prod", "statefulset/e", kubeconfig=there) == ["statefulset/etcd"]
    assert offered("diagnose", "-A", "sts/", kubeconfig=there) == ["sts/etcd", "sts/kafka"]
    assert offered("diagnose", "-n", "pr", kubeconfig=there) == ["prod"]
    assert offered("diagnose", "--kubeconfig", str(there), "--context", "quor") == ["quorate", "quorate-certificate"]
    assert offered("diagnose", "--kubeconfig", str(there), "-n", "prod", "sts/") == ["sts/etcd"]


def test_names_of_a_dump(complete: Complete) -> None:
    assert complete("diagnose", "--dump", str(DUMP), "sts/") == ["sts/db"]
    assert complete("diagnose", "--dump", str(DUMP), "-n", "pr") == ["prod"]


def test_what_is_built_in(complete: Complete) -> None:
    assert complete("diag") == ["diagnose"]
    assert complete("diagnose", "--playbook", "pod-p") == ["pod-pending"]
    assert complete("diagnose", "--fix", "--remedy", "und") == ["undo"]
    assert complete("completion", "z") == ["zsh"]


@pytest.mark.parametrize(
    "words", [("sts/",), ("-n", ""), ("--context", ""), ("nonsense/",), ("--dump", "/nowhere", "sts/")]
)
def test_nothing_is_said_when_nobody_answers(complete: Complete, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "kubeconfig").write_text("hello")
    assert complete("diagnose", *words) == []
    assert complete("diagnose", *words, kubeconfig=tmp_path / "kubeconfig") == []


@pytest.mark.parametrize("shell", SCRIPTS)
def test_scripts(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["completion", shell])
    script = capsys.readouterr().out
    assert ended.value.code == 0 and f"complete_{shell}" in script
    if shutil.which(shell) is not None:
        subprocess.run([shell, "-n", "-c", script], check=True, timeout=120)


def test_another_shell(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["completion", "tcsh"])
    assert (ended.value.code, capsys.readouterr().err) == (2, "quorate: no completion for tcsh (bash, zsh, fish)\n")
