"""quorate diagnose --fix, against a served cluster by its kubeconfig."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
import yaml

from quorate.cli.main import main
from quorate.testing import Cluster

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
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
BAD = '"sim.quorate.dev/fault": CrashLoopBackOff'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster(nodes=3, speed=30) as made:
        made.apply(SET.replace("NOTE", ""))
        made.wait_for("statefulset/web", "rollout", within="5m")
        yield made


@pytest.fixture
def ill(cluster: Cluster) -> Cluster:
    cluster.apply(SET.replace("NOTE", BAD))
    cluster.advance("5m")
    return cluster


@pytest.fixture
def run(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, target: str = "sts/web") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["diagnose", *([target] if target else []), "--kubeconfig", str(cluster.kubeconfig), *words])
        out, err = capsys.readouterr()
        code = ended.value.code
        return int(code or 0), out, err

    return run


class Requests(list[tuple[str, str, bytes]]):
    """(method, path with query, body) of all that goes over the wire."""

    @property
    def writes(self) -> list[tuple[str, str, bytes]]:
        return [r for r in self if r[0] not in ("GET", "HEAD")]


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Requests:
    heard = Requests()
    real = urllib3.PoolManager.request

    def request(self: Any, method: str, url: str, **more: Any) -> Any:
        at = urlsplit(url)
        heard.append((method, f"{at.path}?{at.query}", more.get("body") or b""))
        return real(self, method, url, **more)

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    return heard


def test_without_fix_nothing_but_reads(ill: Cluster, run: Run, requests: Requests) -> None:
    code, _, _ = run()
    assert code == 1
    assert requests and not requests.writes


def test_a_dry_run_asks_the_server_and_changes_nothing(ill: Cluster, run: Run, requests: Requests) -> None:
    before = ill.get("statefulset/web")
    code, out, _ = run("--fix", "--dry-run")
    assert code == 1
    assert all("dryRun=All" in path or b'"dryRun":["All"]' in body for _, path, body in requests.writes)
    assert len(requests.writes) == 2
    assert "-        sim.quorate.dev/fault: CrashLoopBackOff" in out
    assert "- Pod/web-2" in out and "nothing was changed" in out
    after = ill.get("statefulset/web")
    assert before is not None and after is not None and before["spec"] == after["spec"]


def test_yes_mends_it(ill: Cluster, run: Run) -> None:
    code, out, err = run("--fix", "--yes", "-o", "json")
    told = json.loads(out)
    assert (code, told["exitCode"], told["state"], told["after"]) == (0, 0, "fixed", "healthy"), told
    assert told["apiVersion"] == "quorate.dev/v1" and told["kind"] == "FixReport"
    assert told["object"] == {"kind": "StatefulSet", "namespace": "default", "name": "web"}
    assert told["plan"]["remedy"] == "fix-then-delete" and told["plan"]["risks"]
    assert [s["verb"] for s in told["steps"]] == ["patch", "watch", "delete"]
    assert {s["state"] for s in told["steps"]} == {"done"} and told["left"] == []
    assert "Plan:" in err, "what is no answer is not on stdout"
    template = (ill.get("statefulset/web") or {})["spec"]["template"]
    assert not template["metadata"].get("annotations")
    code, out, _ = run("--fix", "--yes", "-o", "yaml")
    assert code == 0 and yaml.safe_load(out)["state"] == "needless"


@pytest.mark.parametrize(("said", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_it_asks(ill: Cluster, run: Run, monkeypatch: pytest.MonkeyPatch, said: str, code: int) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda: said)
    ended, out, _ = run("--fix")
    assert ended == code
    assert "Carry this out?" in out
    assert ("Nothing was changed" in out) == bool(code)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--yes"], "--yes goes with --fix"),
        (["--dry-run"], "--dry-run goes with --fix"),
        (["--remedy", "undo"], "--remedy goes with --fix"),
        (["--set", "to=1"], "--set goes with --fix"),
        (["--fix"], "there is no terminal to ask on"),
        (["--fix", "--yes", "--dry-run"], "say one of them"),
        (["--fix", "--yes", "--dump", "."], "a dump cannot be fixed"),
        (["--fix", "--yes", "--watch"], "leave out --watch"),
        (["--fix", "--yes", "-o", "html"], "--fix answers as text, json, yaml"),
        (["--fix", "--yes", "--timeout", "soon"], "--timeout"),
        (["--fix", "--yes", "--set", "to"], "write it as KEY=VALUE"),
    ],
)
def test_what_does_not_go_together(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", "sts/web", *words])
    assert ended.value.code == 2
    assert why in capsys.readouterr().err


def test_who_may_only_read_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    with Cluster(nodes=3, speed=30, authorization="rbac") as made:
        made.apply(SET.replace("NOTE", ""))
        made.wait_for("statefulset/web", "rollout", within="5m")
        made.apply(
            """
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
"""
        )
        made.apply(SET.replace("NOTE", BAD))
        made.advance("5m")
        with pytest.raises(SystemExit) as ended:
            main(
                [
                    "diagnose",
                    "sts/web",
                    "--kubeconfig",
                    str(made.kubeconfig_of("reader")),
                    "--fix",
                    "--yes",
                    "-o",
                    "json",
                ]
            )
        told = json.loads(capsys.readouterr().out)
        assert ended.value.code == 2 and told["state"] == "refused"
        assert "403" in told["why"] and 'cannot patch resource "statefulsets"' in told["why"]


def test_a_remedy_by_name(cluster: Cluster, run: Run) -> None:
    code, out, _ = run("--fix", "--yes", "--remedy", "scale", "--set", "to=5")
    assert code == 0 and "scale StatefulSet/web from 3 to 5" in out
    scaled = cluster.get("statefulset/web") or {}
    assert scaled["spec"]["replicas"] == 5
    assert "quorate-fix" in {m["manager"] for m in scaled["metadata"]["managedFields"]}
    code, out, _ = run("--fix", "--yes", "--remedy", "scale", "--set", "to=1")
    assert code == 2 and "majority is 3" in out
    node = (cluster.get("pod/web-0") or {})["spec"]["nodeName"]
    code, out, _ = run("--fix", "--yes", "--remedy", "drain", target=f"node/{node}")
    assert code == 0, out
    assert (cluster.get("pod/web-0") or {})["spec"]["nodeName"] != node
