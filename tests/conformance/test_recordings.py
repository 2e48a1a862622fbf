"""Every scenario that real Kubernetes was recorded in, played in a world of its own and compared."""

import sys
from pathlib import Path

import pytest

from quorate.kernel.clock import SECOND

sys.path.insert(0, str(Path(__file__).parent))
from player import SCENARIOS, play

PENDING = {
    line.split()[0]: line.partition("#")[2].strip()
    for line in (Path(__file__).parent / "pending.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
}
"""Scenarios that do not conform yet, with the reason."""


def named(name: str) -> object:
    marks = [pytest.mark.xfail(reason=PENDING[name], strict=True)] if name in PENDING else []
    return pytest.param(name, marks=marks)


@pytest.mark.recordings
@pytest.mark.parametrize("name", [named(f.stem) for f in sorted(SCENARIOS.glob("*.yaml"))])
def test_it_did_what_real_kubernetes_did(name: str) -> None:
    # The node scenarios were recorded with --node-monitor-grace-period=8s.
    found = play(name, 8 * SECOND if name.startswith("node-") else 40 * SECOND)
    assert not found, "\n".join(found)
