"""Dumps in the shapes of kubectl 1.27 to 1.36, written by hand: what real controllers say, on nodes that say little.

Each file of shapes/ begins with two comments: `# ask: KIND/NAME` and `# cause: ID` (or `# cause: none` for one that is well).
"""

import re
from pathlib import Path

import pytest

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.target import parse_target, resolve
from quorate.objects.times import parse_time

SHAPES = sorted((Path(__file__).parent / "shapes").glob("*.yaml"))
NOW = parse_time("2026-03-01T12:00:00Z")


@pytest.mark.parametrize("path", SHAPES, ids=lambda p: p.stem)
def test_shape(path: Path) -> None:
    text = path.read_text()
    asked, cause = re.findall(r"^# (?:ask|cause): (\S+)$", text, re.M)
    evidence = evidence_of_dump([path], NOW)
    target = parse_target([asked], "prod")
    assert target is not None
    found = diagnose(evidence, resolve(evidence, target)[0])
    assert not found.unexamined
    named = [(f.cause, f.confidence) for f in found.findings]
    if cause == "none":
        assert found.exit_code == 0, found.headline
    else:
        assert found.first is not None and found.first.cause == cause, (named, found.headline)
