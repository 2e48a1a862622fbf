"""An informer written with lightkube runs unchanged against `quorate up`, for a custom resource."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from serving import served


def test_an_informer_keeps_its_cache(tmp_path: Path) -> None:
    pytest.importorskip("lightkube")
    informer = Path(__file__).parent / "well_informer.py"
    with served(tmp_path, "--nodes", "1") as kubeconfig:
        run = subprocess.run([sys.executable, informer, kubeconfig], capture_output=True, text=True, timeout=180)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        "seen": [
            ["ADDED", "new", {"depth": 7, "lined": False}],
            ["MODIFIED", "old", {"depth": 3, "lined": True}],
            ["DELETED", "new", {"depth": 7, "lined": False}],
        ],
        "cache": {"old": {"depth": 3, "lined": True}},
        "refused": 'Well.water.example "deep" is invalid: '
        "spec.depth: Invalid value: 101: spec.depth in body should be less than or equal to 100",
    }
