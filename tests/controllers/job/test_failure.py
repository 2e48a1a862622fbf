from typing import Any

import pytest

from quorate.controllers.job.backoff import Record, ends_at, finish_time, updated
from quorate.controllers.job.failure import fails_index, fails_job, has_failed, judge, restarted_too_often
from quorate.kernel.clock import EPOCH, MINUTE, SECOND
from quorate.objects.times import time_text

Obj = dict[str, Any]
TARGET = {"onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}


def job(rules: list[Obj] | None = None, **spec: Any) -> Obj:
    if rules is not None:
        spec["podFailurePolicy"] = {"rules": rules}
    return {"spec": {"template": {"spec": {"restartPolicy": "Never"}}, **spec}}


def pod(code: int | None = None, name: str = "main", phase: str = "Failed", going: bool = False, **rest: Any) -> Obj:
    status: Obj = {"phase": phase, "containerStatuses": [], **rest.pop("status", {})}
    if code is not None:
        status["containerStatuses"] = [{"name": name, "state": {"terminated": {"exitCode": code}}}]
    meta = {"name": "work-x", "namespace": "default", "creationTimestamp": time_text(EPOCH), **rest}
    if going:
        meta["deletionTimestamp"] = time_text(EPOCH + 30 * SECOND)
    return {"metadata": meta, "spec": {}, "status": status}


def codes(action: str, *values: int, operator: str = "In", container: str | None = None) -> Obj:
    wanted: Obj = {"operator": operator, "values": list(values)}
    return {"action": action, "onExitCodes": {**wanted, **({"containerName": container} if container else {})}}


@pytest.mark.parametrize(
    ("found", "replacement", "failed"),
    [
        (pod(), "TerminatingOrFailed", True),
        (pod(phase="Running"), "TerminatingOrFailed", False),
        (pod(phase="Running", going=True), "TerminatingOrFailed", True),
        (pod(phase="Running", going=True), "Failed", False),
        (pod(phase="Succeeded", going=True), "TerminatingOrFailed", False),
    ],
)
def test_when_a_pod_counts_as_failed(found: Obj, replacement: str, failed: bool) -> None:
    assert has_failed(found, job(podReplacementPolicy=replacement)) is failed


@pytest.mark.parametrize(
    ("rules", "found", "counts", "action"),
    [
        ([], pod(1), True, ""),
        ([codes("Ignore", 1)], pod(1), False, "Ignore"),
        ([codes("Ignore", 1)], pod(2), True, ""),
        ([codes("Ignore", 1, operator="NotIn")], pod(2), False, "Ignore"),
        ([codes("Ignore", 2, operator="NotIn")], pod(0), True, ""),
        ([codes("Count", 1), codes("Ignore", 1)], pod(1), True, "Count"),
        ([codes("FailIndex", 1)], pod(1), True, "FailIndex"),
        ([codes("Ignore", 1, container="side")], pod(1), True, ""),
        ([codes("Ignore", 1, container="side")], pod(1, name="side"), False, "Ignore"),
        (
            [{"action": "Ignore", **TARGET}],
            pod(1, status={"conditions": [{"type": "DisruptionTarget", "status": "True"}]}),
            False,
            "Ignore",
        ),
        (
            [{"action": "Ignore", **TARGET}],
            pod(1, status={"conditions": [{"type": "DisruptionTarget", "status": "False"}]}),
            True,
            "",
        ),
    ],
)
def test_the_first_rule_that_fits_decides(rules: list[Obj], found: Obj, counts: bool, action: str) -> None:
    verdict = judge(job(rules), found)
    assert (verdict.counts, verdict.action, verdict.message) == (counts, action, None)


def test_a_job_fails_in_words() -> None:
    rules = [codes("Ignore", 9), codes("FailJob", 42, container="main")]
    message = "Container main for pod default/work-x failed with exit code 42 matching FailJob rule at index 1"
    assert fails_job(job(rules), [pod(1), pod(42)]) == message
    found = pod(1, status={"conditions": [{"type": "DisruptionTarget", "status": "True"}]})
    message = "Pod default/work-x has condition DisruptionTarget matching FailJob rule at index 0"
    assert fails_job(job([{"action": "FailJob", **TARGET}]), [found]) == message


@pytest.mark.parametrize(
    ("rules", "code", "before", "fails"),
    [
        (None, 1, 0, False),
        (None, 1, 1, True),
        ([codes("Ignore", 1)], 1, 5, False),
        ([codes("FailIndex", 1)], 1, 0, True),
    ],
)
def test_when_an_index_has_failed(rules: Any, code: int, before: int, fails: bool) -> None:
    found = pod(code, annotations={"batch.kubernetes.io/job-index-failure-count": str(before)})
    assert fails_index(job(rules, backoffLimitPerIndex=1), found) is fails


@pytest.mark.parametrize(
    ("policy", "limit", "restarts", "over"),
    [("OnFailure", 2, 1, False), ("OnFailure", 2, 2, True), ("OnFailure", 0, 1, True), ("Never", 0, 5, False)],
)
def test_restarts_count_where_pods_are_restarted(policy: str, limit: int, restarts: int, over: bool) -> None:
    it = job(backoffLimit=limit)
    it["spec"]["template"]["spec"]["restartPolicy"] = policy
    found = pod(phase="Running", status={"containerStatuses": [{"name": "main", "restartCount": restarts}]})
    assert restarted_too_often(it, [found]) is over


def ended(second: int) -> Obj:
    at = {"finishedAt": time_text(EPOCH + second * SECOND)}
    return pod(status={"containerStatuses": [{"name": "main", "state": {"terminated": at}}]})


def test_the_wait_doubles_and_a_success_ends_it() -> None:
    record = updated(Record(), [], [ended(5), ended(3)])
    assert record == Record(2, EPOCH + 5 * SECOND)
    assert ends_at(record) == EPOCH + 25 * SECOND
    assert updated(record, [ended(9)], []) == Record()
    assert updated(record, [ended(4)], [ended(3), ended(5)]) == Record(1, EPOCH + 5 * SECOND)
    assert updated(record, [], []) == record
    assert ends_at(Record(50, EPOCH)) == EPOCH + 10 * MINUTE
    assert ends_at(Record(7, EPOCH)) == EPOCH + 10 * MINUTE
    assert ends_at(Record(6, EPOCH)) == EPOCH + 320 * SECOND


def test_when_a_pod_ended() -> None:
    unready = {"type": "Ready", "status": "False", "lastTransitionTime": time_text(EPOCH + 2 * SECOND)}
    assert finish_time(ended(5)) == EPOCH + 5 * SECOND
    assert finish_time(pod(status={"conditions": [unready]})) == EPOCH + 2 * SECOND
    assert finish_time(pod(going=True, deletionGracePeriodSeconds=30)) == EPOCH
    assert finish_time(pod()) == EPOCH
