"""Kubernetes' own client for Node runs unchanged against `quorate up`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fetched import node_client
from serving import served


def test_informer_patches_apply_scale_and_logs(tmp_path: Path) -> None:
    script = node_client() / "node_client.mjs"
    shutil.copyfile(Path(__file__).parent / "node_client.mjs", script)
    with served(tmp_path, "--nodes", "2") as kubeconfig:
        run = subprocess.run(["node", script, kubeconfig], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    exec_told = told.pop("exec")
    assert "101" in exec_told or "400" in exec_told or "Unexpected server response" in exec_told, exec_told
    assert told == {
        "seen": [
            ["add", "one", "1"],
            ["add", "two", "1"],
            ["update", "one", "2"],
            ["update", "one", "3"],
            ["delete", "two", "1"],
        ],
        "cache": [["one", "3"]],
        "revisionIsNewest": True,
        "conflict": {"code": 409, "message": 'Apply failed with 1 conflict: conflict with "first": .data.k'},
        "owned": "b",
        "log": "INFO  starting docker.io/library/app:1",
        "followed": "INFO  starting docker.io/library/app:1",
        "missing": {"code": 404, "message": 'pods "nobody" not found'},
        "invalid": {
            "code": 422,
            "message": 'Deployment.apps "bad" is invalid: '
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        },
    }
