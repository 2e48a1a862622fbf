"""Dumps that leave things out: the answer is the right one, a weaker one that is true as well, or that it cannot be told.

It is never somebody else's fault, and never a crash. What is not there is said to be missing.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from bench.faulty.case import Case
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE, Play
from bench.faulty.record import recorded
from bench.faulty.views import VIEWS

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.evidence import Evidence
from quorate.diagnosis.target import CannotTell, parse_target, resolve, workloads
from quorate.edge.dump import read_dump
from quorate.kernel.clock import Instant

Obj = dict[str, Any]

CRASH = {"crash-application", "crash-signal"}
SILENT = {"start-silent"}
CLAIM = {"claim-pending"}
WEAKER: dict[str, set[str]] = {
    "registry-unreachable": {"image-not-found"}, "registry-refused": {"image-not-found"},
    "pull-secret-missing": {"image-not-found", "registry-refused"}, "secret-missing": {"config-error"},
    "config-map-missing": {"config-error", *SILENT}, "config-key-missing": {"config-error"},
    "crash-out-of-memory": CRASH, "crash-command": CRASH, "crash-signal": CRASH, "volume-full": CRASH,
    "volume-permission": CRASH, "data-corrupt": CRASH, "dns-not-ready": CRASH, "liveness-probe-wrong": CRASH,
    "readiness-probe-wrong": {"not-ready"}, "slow-start": {"not-ready"}, "broken-rollback": {"not-ready"},
    "bootstrap-deadlock": {"not-ready"}, "preempted": {"insufficient-cpu"}, "evicted": {"insufficient-cpu"},
    "sandbox-failed": SILENT, "mount-failed": SILENT, "volume-attach-failed": SILENT, "volume-multi-attach": SILENT,
    "storage-class-missing": CLAIM, "storage-class-unset": CLAIM, "provisioning-failed": CLAIM, "provisioner-silent": CLAIM,
    "no-matching-volume": CLAIM, "controller-backlogged": {"controller-down"},
    "writes-rejected": {"controller-down", "controller-backlogged"}, "spec-rewritten": {"controller-down"},
    "init-stuck": {"progress-deadline"}, "node-lost": {"terminating-stuck"},
}  # fmt: skip
"""What is true as well, and says less, where the evidence for more is missing."""

UNSEEN = {
    "owner-fights", "spec-rewritten", "claim-lost", "claim-terminating", "volume-resize-pending", "budget-blocks",
    "budgets-overlap", "headless-service-missing", "service-not-headless", "service-selector-mismatch",
}  # fmt: skip
"""What nothing tells of where its objects (or managedFields) are missing: the workload itself is well."""

FLASHES = ("mute nodes", "crash-application.crashes_slowly")
"""A crash loop that is looked at between two crashes, on a node that tells nothing of the earlier ones."""

LEAST = {
    "as kubectl shows it": 92, "mute nodes": 78, "no events": 80, "no nodes": 91, "no revisions": 92, "get all,events": 78,
    "get all": 64, "workloads and pods": 60,
}  # fmt: skip
"""How many of the 98 dumps must still give the right answer."""


def seen(path: Path, objects: Iterable[Obj], now: Instant) -> Evidence:
    """What is found in one file, as `kubectl get KINDS -o json` writes it."""
    path.write_bytes(orjson.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    return evidence_of_dump([path], now)


def answer(evidence: Evidence, target: str) -> Diagnosis:
    wanted = parse_target([target], NAMESPACE)
    assert wanted is not None
    return diagnose(evidence, resolve(evidence, wanted)[0])


@pytest.mark.parametrize("view", [v for v in VIEWS if v != "pods"])
def test_says_what_can_be_told(view: str, tmp_path: Path) -> None:
    right, wrong = 0, []
    for case in CASES:
        path, target = recorded(case)
        whole = evidence_of_dump([path])
        found = answer(seen(tmp_path / "seen.json", VIEWS[view](read_dump([path]).objects), whole.now), target)
        assert not found.unexamined, f"{case.id}: {found.unexamined}"
        first = found.findings[0].cause if found.findings else ""
        if first in (case.cause, *case.also):
            right += 1
        elif found.verdict == "healthy":
            if case.cause not in UNSEEN and (view, case.id) != FLASHES:
                wrong.append(f"{case.id}: healthy: {found.headline}")
        elif found.verdict != "unknown" and first not in WEAKER.get(case.cause, ()):
            wrong.append(f"{case.id}: {found.verdict}, {first}: {found.headline}")
    assert not wrong, "\n".join(wrong)
    assert right >= LEAST[view], f"{right} of {len(CASES)}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_blames_nobody_who_is_well(case: Case, tmp_path: Path) -> None:
    play = Play(3, leases=case.leases)
    target = case.alike(play)
    for name, view in VIEWS.items():
        if name == "pods":
            continue
        found = answer(seen(tmp_path / "seen.json", view(play.objects()), play.world.now), target)
        assert found.exit_code == 0, f"{name}: {found.headline}"


@pytest.mark.parametrize("view", VIEWS)
def test_everything_in_it_can_be_looked_at(view: str, tmp_path: Path) -> None:
    for case in CASES:
        path, _ = recorded(case)
        kept = VIEWS[view](read_dump([path]).objects)
        if not kept:
            continue
        evidence = seen(tmp_path / "seen.json", kept, evidence_of_dump([path]).now)
        for obj in workloads(evidence):
            found = diagnose(evidence, obj)
            assert not found.unexamined, f"{case.id}: {found.unexamined}"


def test_says_what_is_missing(tmp_path: Path) -> None:
    case = next(c for c in CASES if c.id == "quota-exceeded.quota_exceeded")
    path, target = recorded(case)
    objects = VIEWS["get all"](read_dump([path]).objects)
    found = answer(seen(tmp_path / "seen.json", objects, evidence_of_dump([path]).now), target)
    assert found.verdict == "unknown" and found.exit_code == 2
    assert {"events: none among what was read", "resourcequotas: none among what was read"} <= set(found.unread)


def test_pods_that_were_not_read_are_not_missing(tmp_path: Path) -> None:
    """A dump of the workloads alone: what their controllers counted is all that there is."""
    case = next(c for c in CASES if c.id == "image-not-found.image_missing")
    path, target = recorded(case)
    objects = [o for o in read_dump([path]).objects if o["kind"] in ("StatefulSet", "Deployment")]
    found = answer(seen(tmp_path / "seen.json", objects, evidence_of_dump([path]).now), target)
    assert found.verdict == "unknown"
    assert "2 of 3 are ready, and its pods were not read" in found.headline


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    path, _ = recorded(CASES[0])
    with pytest.raises(CannotTell, match="did you mean db"):
        answer(evidence_of_dump([path]), "statefulset/dbb")
