"""Pass, degraded or fail, and the sentence that says why."""

import pytest

from quorate.kernel.clock import MILLISECOND, MINUTE, SECOND
from quorate.rehearsal.absence import Absence, Away, deletion_cause, listed, sentence, worst
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.models.record import RaftReport
from quorate.rehearsal.play import Log
from quorate.rehearsal.verdict import judge
from quorate.rehearsal.workload import Workload

THREE = Workload("default", "db", 3, 2, True, ("data",))


def judged(outage=0, *, planned=True, lost=0, away=(), workload=THREE, **log):
    outages = ((10 * SECOND, 10 * SECOND + outage),) if outage else ()
    report = RaftReport(1.0, outages, outage, 0, lost, 0, ())
    absences = [Absence(10 * SECOND, tuple(away))]
    return judge(workload, Drill("x", "", planned, ()), Log(**log), report, 0, absences)


@pytest.mark.parametrize(
    ("outage", "planned", "verdict"),
    [
        (0, True, "pass"), (5 * SECOND, True, "pass"), (5 * SECOND + 1, True, "fail"), (5 * SECOND, False, "pass"),
        (5 * SECOND + 1, False, "degraded"), (MINUTE, False, "degraded"), (MINUTE + 1, False, "fail"),
    ],
)  # fmt: skip
def test_how_long_an_outage_may_last(outage: int, planned: bool, verdict: str) -> None:
    assert judged(outage, planned=planned).verdict == verdict


A, B, C = (Away(f"db-{i}", "evicted") for i in range(3))


@pytest.mark.parametrize(
    ("outcome", "verdict", "why"),
    [
        (judged(), "pass", "a quorum served throughout"),
        (judged(1234 * MILLISECOND), "pass", "a new leader after 1.2s"),
        (judged(1), "pass", "a new leader after 100ms"),
        (judged(blocked=["x"]), "pass", "the budget held evictions back until it was safe"),
        (judged(noted=["a", "b"]), "pass", "a quorum served throughout; a"),
        (judged(by_hand=["help"]), "degraded", "help"),
        (judged(failed=["stuck"], by_hand=["help"]), "fail", "stuck"),
        (judged(9 * SECOND, away=(A, B), failed=["stuck"]), "fail",
         "no quorum for 9s: db-0 and db-1 away at once (evicted); 2 of 3 must serve; then stuck"),
        (judged(95 * SECOND, away=(A, B, C)), "fail",
         "no quorum for 1m35s: db-0, db-1 and db-2 away at once (evicted); 2 of 3 must serve"),
        (judged(9 * SECOND, away=(A,)), "fail", "no leader for 9s: db-0 away (evicted)"),
        (judged(9 * SECOND), "fail", "no quorum for 9s; 2 of 3 must serve"),
        (judged(9 * SECOND, away=(A,), workload=Workload("default", "db", 1, 1, True, ())), "fail",
         "no quorum for 9s: db-0 away (evicted); it is the only member"),
        (judged(lost=7, failed=["stuck"]), "fail", "7 acknowledged writes went with a majority's volumes"),
        (judged(lost=7, workload=Workload("default", "db", 3, 2, True, ())), "fail", "7 acknowledged writes went with the pods"),
        (judged(skipped="no need"), "skipped", "no need"),
    ],
)  # fmt: skip
def test_why(outcome, verdict: str, why: str) -> None:
    assert (outcome.verdict, outcome.why) == (verdict, why)


def test_the_facts_are_all_there() -> None:
    outcome = judged(failed=["a"], by_hand=["b"], blocked=["c"], noted=["d"])
    assert outcome.facts == ("a", "b", "c", "d")


def on(name, node, zone):
    return Away(name, "power", node, zone)


@pytest.mark.parametrize(
    ("away", "says"),
    [
        ((), ""),
        ((on("a", "n1", "z1"),), "a away (n1 lost power)"),
        ((on("a", "n1", "z1"), on("b", "n1", "z1")), "a and b away at once (n1 lost power)"),
        ((on("a", "n1", "z1"), on("b", "n2", "z1")), "a and b away at once (z1 lost power)"),
        ((on("a", "n1", "z1"), on("b", "n2", "z2")), "a and b away at once (z1 and z2 lost power)"),
        ((on("a", "n1", ""), on("b", "n2", "")), "a and b away at once (n1 and n2 lost power)"),
        ((Away("a", "evicted"), Away("b", "deleted"), Away("c", "evicted")),
         "a and c away at once (evicted) and b away (deleted)"),
    ],
)  # fmt: skip
def test_who_was_away(away, says: str) -> None:
    assert sentence(away) == says


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_of_words(words, text: str) -> None:
    assert listed(words) == text


def test_the_worst_moment_is_the_first_with_most_away_within_the_outage() -> None:
    moments = [Absence(1, (A, B, C)), Absence(5, (A,)), Absence(6, (A, B)), Absence(7, (B, C)), Absence(9, (A, B, C))]
    assert worst(moments, 5, 9) is moments[2]
    assert worst(moments, 2, 3) is None


def pod(revision="old", **conditions):
    return {
        "metadata": {"name": "db-2", "labels": {"controller-revision-hash": revision}},
        "status": {"conditions": [{"type": k, "status": "True", "reason": v} for k, v in conditions.items()]},
    }  # fmt: skip


def owner(replicas=3, update="old", generation=1, observed=1, start=0):
    return {
        "metadata": {"generation": generation}, "spec": {"replicas": replicas, "ordinals": {"start": start}},
        "status": {"updateRevision": update, "observedGeneration": observed},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "of", "cause"),
    [
        (pod(), owner(), "deleted"), (pod(), None, "deleted"),
        (pod(DisruptionTarget="EvictionByEvictionAPI"), owner(update="new"), "evicted"),
        (pod(DisruptionTarget="DeletionByTaintManager"), owner(update="new"), "deleted"),
        (pod(), owner(update="new"), "replaced by the update"),
        (pod(), owner(generation=2), "replaced by the update"),
        (pod(), owner(replicas=2, generation=2), "scaled away"), (pod(), owner(replicas=2, start=1), "deleted"),
    ],
)  # fmt: skip
def test_why_a_pod_was_told_to_go(gone, of, cause: str) -> None:
    assert deletion_cause(gone, of) == cause
