"""quorate diagnose --watch: told when something changes, ended when all is well or by Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest
from bench.faulty.play import NAMESPACE, Play

from quorate.cli.diagnose_watch import changes, others_blamed
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.target import parse_target, resolve
from quorate.kernel.clock import MINUTE
from quorate.testing import Cluster

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {NOTE}}
    spec: {containers: [{name: main, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
"""
CRASH = {"sim.quorate.dev/fault": "CrashLoopBackOff"}
BAD = '"sim.quorate.dev/fault": CrashLoopBackOff'


def look(play: Play, name: str) -> list[Diagnosis]:
    asked = parse_target([name], NAMESPACE)
    assert asked is not None
    evidence = play.evidence()
    return [diagnose(evidence, obj) for obj in resolve(evidence, asked)]


def test_what_changes_is_told() -> None:
    play = Play(1)
    db = play.statefulset("db")
    well = look(play, f"sts/{db}")
    play.change(
        "statefulsets.apps",
        db,
        lambda o: o["spec"]["template"]["metadata"].update(annotations=CRASH),
    )
    play.run(5 * MINUTE)
    ill = look(play, f"sts/{db}")
    assert list(changes(well, well)) == list(changes(ill, ill)) == []
    said = list(changes(well, ill))
    assert said[0] == "StatefulSet/db: problem, was healthy"
    assert "StatefulSet/db: 2 of 3 ready; majority of 2 holds" in said
    assert any(s.startswith("StatefulSet/db: found: The application ends with an error: db-2 crashes") for s in said), (
        said
    )
    assert others_blamed(well, ill) and not others_blamed(ill, ill) and not others_blamed(ill, well)
    assert list(changes(ill, well)) == [f"StatefulSet/db: healthy, was problem: {well[0].headline}"]
    assert list(changes(ill, [])) == ["StatefulSet/db: it is gone"]
    assert list(changes([], well)) == [] and next(iter(changes([], ill))).startswith("StatefulSet/db: problem: ")


# -- in a process of its own


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster(nodes=2, speed=10) as made:
        made.apply(SET.replace("NOTE", BAD))
        made.advance("5m")
        yield made


@contextmanager
def watching(cluster: Cluster) -> "Iterator[tuple[subprocess.Popen[str], IO[str]]]":
    command = [sys.executable, "-m", "quorate.cli.main", "diagnose", "sts/web", "--watch", "--every", "200ms"]
    env = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as watch:
        assert watch.stdout is not None
        try:
            yield watch, watch.stdout
        finally:
            watch.kill()


def until(lines: IO[str], sign: str) -> str:
    """What is printed up to the line with this sign."""
    said = ""
    for line in lines:
        said += line
        if sign in line:
            return said
    raise AssertionError(f"{sign!r} was never said:\n{said}")


def test_it_follows_until_all_is_well(cluster: Cluster) -> None:
    with watching(cluster) as (watch, lines):
        first = until(lines, "-v shows")
        assert first.startswith("StatefulSet/web in default: problem") and "crash-application" in first
        cluster.apply(SET.replace("NOTE", ""))
        # Bad pods hold the update up; without any there is none to wait for.
        cluster.apply(SET.replace("NOTE", "").replace("replicas: 3", "replicas: 0"))
        cluster.advance("2m")
        cluster.apply(SET.replace("NOTE", ""))
        cluster.advance("2m")
        rest = lines.read()
        assert watch.wait(60) == 0, rest
    last = rest.strip().splitlines()[-1]
    assert "StatefulSet/web: healthy, was " in last and "Z (+" in last


def test_ctrl_c_ends_it_without_a_word(cluster: Cluster) -> None:
    with watching(cluster) as (watch, lines):
        until(lines, "-v shows")
        watch.send_signal(signal.SIGINT)
        assert watch.wait(60) == 130
        assert watch.stderr is not None and watch.stderr.read() == ""


def test_a_server_that_goes_is_asked_again(cluster: Cluster) -> None:
    with watching(cluster) as (watch, lines):
        until(lines, "-v shows")
        cluster.stop()
        until(lines, "; asking again")
        watch.send_signal(signal.SIGINT)
        assert watch.wait(60) == 130
