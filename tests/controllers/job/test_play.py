"""Jobs in whole worlds: counting, failing, succeeding, waiting, stopping."""

from typing import Any

import pytest

from quorate.controllers.job.names import TRACKING
from quorate.kernel.clock import MINUTE, SECOND

COMPLETE = ("CompletionsReached", "Reached expected number of succeeded pods")
DONE = [("SuccessCriteriaMet", "True", *COMPLETE), ("Complete", "True", *COMPLETE)]
WINS = {"fault": "Succeeded", "start-after": "2s"}
FAILS = {"fault": "Failed", "start-after": "1s"}
INDEX = "batch.kubernetes.io/job-completion-index"


def failed(reason: str, message: str) -> list[tuple[str, str, str, str]]:
    return [("FailureTarget", "True", reason, message), ("Failed", "True", reason, message)]


LIMIT = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")


def test_as_many_pods_as_completions_a_few_at_a_time(play: Any) -> None:
    on = play()
    on.apply(parallelism=2, completions=3, sim=WINS)
    assert on.status == {"active": 2}
    assert all(TRACKING in pod["metadata"]["finalizers"] for pod in on.pods())
    on.go(MINUTE)
    assert on.status == {"succeeded": 3}
    assert on.conditions() == DONE
    assert len(on.pods()) == 3
    assert not any(pod["metadata"].get("finalizers") for pod in on.pods())
    assert on.told("Completed") == ["Job completed"]
    assert on.it["status"]["uncountedTerminatedPods"] == {}
    assert on.it["status"]["completionTime"] >= on.it["status"]["startTime"]


def test_what_happens_to_pods_is_looked_at_a_second_later(play: Any) -> None:
    on = play()
    on.apply(sim={"fault": "Succeeded"})
    assert on.conditions() == []
    on.go(SECOND)
    assert on.conditions() == DONE


def test_a_work_queue_is_done_with_its_first_success_once_all_have_ended(play: Any) -> None:
    on = play()
    on.apply(parallelism=3)
    on.go(2 * SECOND)
    assert on.status == {"active": 3, "ready": 3}
    on.finish(on.pods()[0])
    on.go(2 * SECOND)
    assert on.status == {"active": 2, "ready": 2, "succeeded": 1}
    for pod in on.pods():
        on.finish(pod)
    on.go(2 * SECOND)
    assert on.status == {"succeeded": 3}
    assert on.conditions() == DONE


def test_failed_pods_are_replaced_ever_more_slowly_until_the_limit(play: Any) -> None:
    on = play()
    on.apply(backoffLimit=2, sim=FAILS)
    begun = {}
    for second in range(60):
        on.go(SECOND)
        begun.setdefault(len(on.made), second)
    # 10 s and 20 s after the end of the one before, of which whole seconds are known; pods run for a second.
    assert 10 <= begun[2] - begun[1] <= 11
    assert 20 <= begun[3] - begun[2] <= 21
    assert on.status == {"failed": 3}
    assert on.conditions() == failed(*LIMIT)
    assert on.told("BackoffLimitExceeded") == [LIMIT[1]]
    on.go(30 * MINUTE)
    assert len(on.made) == 3


def test_a_deleted_pod_counts_as_failed(play: Any) -> None:
    on = play()
    on.apply(parallelism=2, completions=2)
    on.go(3 * SECOND)
    on.client.delete("pods", "default", on.pods()[0]["metadata"]["name"])
    on.go(3 * SECOND)
    assert on.status == {"active": 1, "ready": 1, "failed": 1}
    on.go(10 * SECOND)
    assert on.status == {"active": 2, "ready": 2, "failed": 1}


def test_a_stopping_pod_is_waited_for_where_only_failed_ones_are_replaced(play: Any) -> None:
    on = play()
    on.apply(podReplacementPolicy="Failed", sim={"stop-after": "5s"})
    on.go(3 * SECOND)
    on.client.delete("pods", "default", on.pods()[0]["metadata"]["name"])
    on.go(5 * SECOND)
    assert on.status == {"terminating": 1}
    on.go(30 * SECOND)
    assert on.status == {"active": 1, "ready": 1, "failed": 1}


def test_an_ignored_failure_does_not_count(play: Any) -> None:
    on = play()
    rule = {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [42]}}
    on.apply(backoffLimit=0, podFailurePolicy={"rules": [rule]}, sim={**FAILS, "exit-code": "42"})
    on.go(25 * SECOND)
    assert on.status.get("failed") is None
    assert len(on.made) > 1
    assert on.conditions() == []


def test_fail_job_stops_the_others_before_it_fails(play: Any) -> None:
    on = play()
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [137]}}
    on.apply(parallelism=3, completions=3, podFailurePolicy={"rules": [rule]}, sim={"stop-after": "5s"})
    on.go(3 * SECOND)
    first = on.pods()[0]
    on.finish(first, "Failed")
    on.go(2 * SECOND)
    message = (
        f"Container main for pod default/{first['metadata']['name']} "
        "failed with exit code 137 matching FailJob rule at index 0"
    )
    assert on.conditions() == failed("PodFailurePolicy", message)[:1]
    assert on.status == {"terminating": 2, "failed": 3}
    on.go(10 * SECOND)
    assert on.conditions() == failed("PodFailurePolicy", message)
    assert on.status == {"failed": 3}


def test_the_deadline_counts_from_the_start_and_starts_anew_after_a_suspension(play: Any) -> None:
    on = play()
    on.apply(activeDeadlineSeconds=10)
    on.go(5 * SECOND)
    on.edit(suspend=True)
    on.go(MINUTE)
    assert on.conditions() == [("Suspended", "True", "JobSuspended", "Job suspended")]
    assert on.status == {}
    assert "startTime" not in on.it["status"]
    on.edit(suspend=False)
    on.go(8 * SECOND)
    assert on.conditions() == [("Suspended", "False", "JobResumed", "Job resumed")]
    on.go(5 * SECOND)
    why = ("DeadlineExceeded", "Job was active longer than specified deadline")
    assert on.conditions()[1:] == failed(*why)
    assert on.status == {"failed": 1}
    assert on.told("DeadlineExceeded") == [why[1]]


def test_suspended_pods_are_no_failures(play: Any) -> None:
    on = play()
    on.apply(parallelism=2, completions=2, suspend=True)
    on.go(5 * SECOND)
    assert on.pods() == []
    on.edit(suspend=False)
    on.go(5 * SECOND)
    on.edit(suspend=True)
    on.go(5 * SECOND)
    assert on.status == {} and on.pods() == []
    assert on.told("Suspended") == ["Job suspended"]
    assert len(on.told("SuccessfulDelete")) == 2


def test_fewer_at_a_time_removes_pods_that_do_not_count(play: Any) -> None:
    on = play()
    on.apply(parallelism=3, completions=6)
    on.go(3 * SECOND)
    on.edit(parallelism=1)
    on.go(5 * SECOND)
    assert on.status == {"active": 1, "ready": 1}


def test_each_index_is_worked_on_once(play: Any) -> None:
    on = play()
    on.apply(parallelism=2, completions=3, completionMode="Indexed", sim=WINS)
    first = on.pods()[0]
    assert first["metadata"]["name"].startswith("work-0-")
    assert (first["spec"]["hostname"], first["metadata"]["labels"][INDEX]) == ("work-0", "0")
    env = {"name": "JOB_COMPLETION_INDEX", "valueFrom": {
        "fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"},
    }}  # fmt: skip
    assert first["spec"]["containers"][0]["env"] == [env]
    on.go(4 * SECOND)
    assert on.status["completedIndexes"] == "0,1"
    on.go(MINUTE)
    assert on.status == {"succeeded": 3, "completedIndexes": "0-2"}
    assert sorted(pod["metadata"]["annotations"][INDEX] for pod in on.made.values()) == ["0", "1", "2"]


def test_an_index_has_a_limit_of_its_own(play: Any) -> None:
    on = play()
    on.apply(parallelism=3, completions=3, completionMode="Indexed", backoffLimitPerIndex=1)
    on.go(2 * SECOND)

    def one(index: int) -> Any:
        return next(
            p
            for p in on.pods()
            if p["metadata"]["annotations"][INDEX] == str(index) and p["status"]["phase"] == "Running"
        )

    on.finish(one(1), "Failed")
    on.go(3 * SECOND)
    assert on.status == {"active": 2, "ready": 2}
    assert on.it["status"]["failedIndexes"] == ""
    on.go(10 * SECOND)
    again = one(1)
    assert again["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] == "1"
    assert on.status == {"active": 3, "ready": 3, "failed": 1}
    on.finish(again, "Failed")
    on.go(30 * SECOND)
    assert on.status == {"active": 2, "ready": 2, "failed": 2, "failedIndexes": "1"}
    on.finish(one(0))
    on.finish(one(2))
    on.go(3 * SECOND)
    assert on.conditions() == failed("FailedIndexes", "Job has failed indexes")
    assert on.status == {"succeeded": 2, "failed": 2, "completedIndexes": "0,2", "failedIndexes": "1"}


def test_too_many_failed_indexes_end_it_all(play: Any) -> None:
    on = play()
    on.apply(
        parallelism=4, completions=4, completionMode="Indexed", backoffLimitPerIndex=0, maxFailedIndexes=1
    )  # fmt: skip
    on.go(2 * SECOND)
    for pod in on.pods()[:2]:
        on.finish(pod, "Failed")
    on.go(5 * SECOND)
    why = ("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
    assert on.conditions() == failed(*why)
    assert on.status["failedIndexes"] == "0,1"


def test_a_success_policy_ends_it_early(play: Any) -> None:
    on = play()
    rules = [{"succeededIndexes": "3"}, {"succeededIndexes": "1-3", "succeededCount": 2}]
    on.apply(
        parallelism=4, completions=4, completionMode="Indexed", successPolicy={"rules": rules}, sim={"stop-after": "3s"}
    )
    on.go(2 * SECOND)
    for pod in on.pods()[1:3]:
        on.finish(pod)
    on.go(2 * SECOND)
    met = ("SuccessCriteriaMet", "True", "SuccessPolicy", "Matched rules at index 1")
    assert on.conditions() == [met]
    on.go(5 * SECOND)
    assert on.conditions() == [met, ("Complete", "True", *met[2:])]
    # What was stopped for it has not failed.
    assert on.status == {"succeeded": 2, "completedIndexes": "1,2"}


def test_indexes_may_be_taken_away_and_added(play: Any) -> None:
    on = play()
    on.apply(parallelism=3, completions=3, completionMode="Indexed")
    on.go(2 * SECOND)
    on.edit(parallelism=1, completions=1)
    on.go(3 * SECOND)
    assert [pod["metadata"]["annotations"][INDEX] for pod in on.pods()] == ["0"]
    on.edit(parallelism=2, completions=2)
    on.go(3 * SECOND)
    assert [pod["metadata"]["annotations"][INDEX] for pod in on.pods()] == ["0", "1"]


def test_a_job_of_another_controller_is_left_alone(play: Any) -> None:
    on = play()
    on.apply(managedBy="example.com/mine")
    on.go(10 * SECOND)
    assert on.pods() == [] and on.it["status"] == {}


@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_its_pods_go_with_it(play: Any, propagation: str) -> None:
    on = play()
    on.apply(parallelism=2)
    on.go(2 * SECOND)
    on.client.delete("jobs.batch", "default", "work", propagation=propagation)
    on.go(10 * SECOND)
    assert on.world.get("jobs.batch", "default", "work") is None
    assert on.pods() == []


def test_orphans_lose_their_finalizer(play: Any) -> None:
    on = play()
    on.apply()
    on.go(2 * SECOND)
    on.client.delete("jobs.batch", "default", "work", propagation="Orphan")
    on.go(5 * SECOND)
    assert [pod["metadata"].get("finalizers") for pod in on.pods()] == [None]


def test_a_quota_that_is_used_up_is_told_and_holds_up_no_counting(play: Any) -> None:
    on = play()
    quota = {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few", "namespace": "default"},
        "spec": {"hard": {"pods": "1"}},
    }  # fmt: skip
    on.client.create("resourcequotas", quota)
    on.go()
    on.apply(parallelism=2, completions=2, sim={"stop-after": "1s"})
    on.go(5 * SECOND)
    assert on.status == {"active": 1, "ready": 1}
    assert "is forbidden: exceeded quota: few" in on.told("FailedCreate")[0]
    on.finish(on.pods()[0])
    on.go(10 * SECOND)
    assert on.status["succeeded"] == 1
    on.go(2 * MINUTE)
    # A finished pod costs nothing any more.
    assert on.status == {"active": 1, "ready": 1, "succeeded": 1}


def test_it_is_gone_when_its_time_is_over(play: Any) -> None:
    on = play()
    on.apply(ttlSecondsAfterFinished=30, sim=WINS)
    on.go(20 * SECOND)
    assert on.conditions() == DONE
    on.go(20 * SECOND)
    assert on.world.get("jobs.batch", "default", "work") is None
    assert on.pods() == []
