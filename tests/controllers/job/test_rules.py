"""podFailurePolicy, limits per index and time limits of Jobs, played in a world."""

from typing import Any

from quorate.controllers.job.names import INDEX
from quorate.kernel.clock import MINUTE, SECOND

CODES = {"operator": "In", "values": [137]}
"""What the kubelet says of a container that somebody else has ended."""


def index_of(pod: Any) -> str:
    return str(pod["metadata"]["annotations"][INDEX])


def test_fail_index_ends_the_index_at_once_and_leaves_the_others(play: Any) -> None:
    on = play()
    rules = [{"action": "FailIndex", "onExitCodes": CODES}]
    on.apply(
        parallelism=2, completions=2, completionMode="Indexed", backoffLimitPerIndex=5, podFailurePolicy={"rules": rules},
    )  # fmt: skip
    on.go(2 * SECOND)
    on.finish(on.pods()[0], "Failed")
    on.go(2 * MINUTE)
    assert on.status == {"active": 1, "ready": 1, "failed": 1, "failedIndexes": "0"}
    assert [index_of(pod) for pod in on.made.values()] == ["0", "1"]
    on.finish(on.pods()[1], "Succeeded")
    on.go(3 * SECOND)
    why = ("FailedIndexes", "Job has failed indexes")
    assert on.conditions() == [("FailureTarget", "True", *why), ("Failed", "True", *why)]
    assert on.told("FailedIndexes") == [why[1]]


def test_an_ignored_failure_of_an_index_is_carried_on_apart(play: Any) -> None:
    on = play()
    rules = [{"action": "Ignore", "onExitCodes": CODES}]
    on.apply(completions=1, completionMode="Indexed", backoffLimitPerIndex=0, podFailurePolicy={"rules": rules})
    on.go(2 * SECOND)
    on.finish(on.pods()[0], "Failed")
    on.go(20 * SECOND)
    again = on.pods()[-1]["metadata"]["annotations"]
    assert again["batch.kubernetes.io/job-index-failure-count"] == "0"
    assert again["batch.kubernetes.io/job-index-ignored-failure-count"] == "1"
    assert on.status == {"active": 1, "ready": 1}


def test_a_suspended_indexed_job_goes_on_where_it_was(play: Any) -> None:
    on = play()
    on.apply(parallelism=2, completions=3, completionMode="Indexed")
    on.go(2 * SECOND)
    on.finish(on.pods()[0])
    on.go(2 * SECOND)
    on.edit(suspend=True)
    on.go(3 * SECOND)
    assert on.status == {"succeeded": 1, "completedIndexes": "0"}
    on.edit(suspend=False)
    on.go(3 * SECOND)
    assert on.status == {"active": 2, "ready": 2, "succeeded": 1, "completedIndexes": "0"}
    assert sorted(index_of(pod) for pod in on.pods() if pod["status"]["phase"] == "Running") == ["1", "2"]


def test_a_deadline_of_nought_fails_it_before_it_has_begun(play: Any) -> None:
    on = play()
    on.apply(activeDeadlineSeconds=0, ttlSecondsAfterFinished=5)
    on.go(2 * SECOND)
    assert on.made == {}
    assert on.conditions()[-1][:3] == ("Failed", "True", "DeadlineExceeded")
    assert "completionTime" not in on.it["status"]
    on.go(10 * SECOND)
    assert on.world.get("jobs.batch", "default", "work") is None


def test_a_limit_counts_restarts_where_pods_are_restarted(play: Any) -> None:
    on = play()
    on.apply(policy="OnFailure", backoffLimit=2, sim={"crash-after": "1s"})
    on.go(5 * MINUTE)
    assert len(on.made) == 1
    assert on.conditions()[-1][:3] == ("Failed", "True", "BackoffLimitExceeded")
    assert on.status == {"failed": 1} and on.pods() == []
