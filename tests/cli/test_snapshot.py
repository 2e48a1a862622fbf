"""quorate snapshot: against a served world and back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quorate.cli.main import main
from quorate.edge.durable import Durable
from quorate.testing import Cluster


def run(*argv: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(argv))
    return int(ended.value.code or 0)


def test_save_up_from_and_restore(cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}, "data": {"a": "b"}})
    file, data = tmp_path / "before.snap", tmp_path / "data"
    assert run("snapshot", "save", str(file), "--kubeconfig", str(cluster.kubeconfig)) == 0
    assert capsys.readouterr().out.startswith("Saved ")
    assert file.stat().st_mode & 0o777 == 0o600
    with Cluster(snapshot=file) as other:
        assert other.get("configmap/kept") == cluster.get("configmap/kept")

    assert run("snapshot", "restore", str(file), "--data", str(data)) == 0
    assert f"quorate up --data {data}" in capsys.readouterr().out
    durable = Durable(data)
    assert any(b'"kept"' in v.json for v in durable.load().versions)
    durable.close()
    assert run("snapshot", "restore", str(file), "--data", str(data)) == 2
    assert "holds a world already" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("up", "--kubeconfig", "k", "--from"), ("snapshot", "restore", "--data", "d")])
def test_what_is_no_snapshot_is_refused_in_a_line(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("it.snap").write_text("nothing")
    assert run(*command, "it.snap") == 2
    said = capsys.readouterr().err
    assert said == "quorate: it.snap is no snapshot of quorate\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["it.snap"]


def test_a_running_world_is_not_put_back(cluster: Cluster) -> None:
    import httpx

    with httpx.Client(verify=False, headers={"Authorization": f"Bearer {cluster.token}"}) as client:
        told = client.post(f"{cluster.url}/quorate/snapshot", content=b"x")
    assert told.status_code == 405
    assert "quorate up --from" in told.json()["message"]


def test_nobody_answers(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k != "KUBECONFIG"}
    done = subprocess.run(
        [sys.executable, "-m", "quorate.cli.main", "snapshot", "save", "x.snap"],
        cwd=tmp_path, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "cannot read the kubeconfig" in done.stderr
