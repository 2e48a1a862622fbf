"""Every cause has a fault that produces it, a dump of that, and a look-alike that must not be blamed.

The faults are those of `python -m bench diagnosis` (bench/faulty); the dumps are renewed by `python -m bench.faulty.record`.
"""

import json
import re
import shlex
import tarfile
from itertools import pairwise

import pytest
from bench.faulty.case import Case
from bench.faulty.catalogue import CASES, VARIANTS
from bench.faulty.play import NAMESPACE, Play
from bench.faulty.record import FOLDER, recorded

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.causes import load
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.evidence import Evidence
from quorate.diagnosis.ranking import BLAMED
from quorate.diagnosis.target import parse_target, resolve

PASSING = ("rollout-in-progress", "grace-period-running")
"""What is no problem, but under way."""


def answer(evidence: Evidence, target: str) -> Diagnosis:
    wanted = parse_target([target], NAMESPACE)
    assert wanted is not None
    return diagnose(evidence, resolve(evidence, wanted)[0])


def blamed(found: Diagnosis) -> list[str]:
    """Causes that are named as such, and not only as a consequence of another."""
    return [
        f.cause for f in found.findings
        if f.severity != "progress" and f.confidence >= BLAMED and not f.explained_by
    ]  # fmt: skip


def can_be_typed(command: str) -> None:
    """It is kubectl's, a shell reads it as it is meant, and patches are JSON. What is in <> is for people to fill in."""
    words = shlex.split(re.sub(r"<[^<>]*>", "X", command.split("   #")[0]))
    assert words[0] == "kubectl" and words[1] in VERBS, command
    for flag, value in pairwise(words):
        if flag == "-p":
            assert isinstance(json.loads(value), dict | list), command


VERBS = (
    "annotate", "cordon", "create", "debug", "delete", "describe", "drain", "edit", "exec", "get", "label", "logs", "patch",
    "replace", "rollout", "scale", "set", "taint", "uncordon",
)  # fmt: skip

by_id = pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
played = pytest.mark.parametrize("case", (*CASES, *VARIANTS), ids=lambda c: c.id)


@played
def test_the_fault_is_told_in_its_world(case: Case) -> None:
    play = Play(2, leases=case.leases)
    target = case.play(play)
    found = answer(play.evidence(), target)
    assert found.findings and found.findings[0].cause in (case.cause, *case.also), found.headline
    assert (found.verdict == "problem") is (case.cause not in PASSING), found.headline
    assert not found.unexamined
    for command in (c for f in found.findings for c in f.remedy.commands):
        can_be_typed(command)


@played
def test_the_look_alike_is_not_blamed(case: Case) -> None:
    play = Play(2, leases=case.leases)
    target = case.alike(play)
    found = answer(play.evidence(), target)
    assert found.exit_code == 0, found.headline
    assert not found.unexamined


@by_id
def test_the_fault_is_told_in_its_dump(case: Case) -> None:
    path, target = recorded(case)
    found = answer(evidence_of_dump([path]), target)
    right = {case.cause, *case.also}
    assert found.findings and found.findings[0].cause in right, found.headline
    assert not found.unexamined
    # Every dump is a look-alike, sick with something else, for all other causes.
    assert set(blamed(found)) <= right, found.headline


def test_every_cause_has_a_case() -> None:
    """And so a fault, a look-alike and a dump."""
    assert {c.id for c in load()} - {c.cause for c in CASES} == set()
    assert {c.cause for c in CASES} - {c.id for c in load()} == set()


def test_every_case_has_a_name_of_its_own() -> None:
    ids = [c.id for c in (*CASES, *VARIANTS)]
    assert len(ids) == len(set(ids))


def test_every_dump_belongs_to_a_case() -> None:
    assert {p.name.removesuffix(".tar.xz") for p in FOLDER.glob("*.tar.xz")} == {c.id for c in CASES}


def test_dumps_are_as_kubectl_writes_them() -> None:
    """Without managedFields, unless the cause cannot be seen without them."""
    for case in CASES:
        if not case.managed:
            with tarfile.open(recorded(case)[0]) as archive:
                for member in archive:
                    held = archive.extractfile(member)
                    assert held is not None and b"managedFields" not in held.read(), f"{case.id}: {member.name}"
