"""CronJobs in whole worlds, which begin at midnight of 1 January 2026."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import DAY, HOUR, MINUTE, SECOND, Duration
from quorate.objects.times import parse_time, time_text

Obj = dict[str, Any]
CRON_JOBS, JOBS = "cronjobs.batch", "jobs.batch"
RUNS = {"sim.quorate.dev/fault": "Succeeded", "sim.quorate.dev/start-after": "5s"}


class Play:
    def __init__(self, made: World) -> None:
        self.world, self.client = made, made.client()

    def apply(
        self, schedule: str = "* * * * *", sim: dict[str, str] | None = RUNS, job: Obj | None = None, **spec: Any
    ) -> None:
        pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "app:1"}]}
        template = {"metadata": {"annotations": sim or {}}, "spec": pod}
        made = {"metadata": {"labels": {"a": "b"}}, "spec": {"template": template, **(job or {})}}
        self.client.create(CRON_JOBS, {
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "tick", "namespace": "default"},
            "spec": {"schedule": schedule, "jobTemplate": made, **spec},
        })  # fmt: skip
        self.world.settle()

    def go(self, duration: Duration = MINUTE) -> None:
        self.world.run_for(duration)

    def go_to(self, text: str) -> None:
        self.world.run_for(parse_time(f"2026-01-01T{text}Z") - self.world.now)

    @property
    def it(self) -> Obj:
        found = self.world.get(CRON_JOBS, "default", "tick")
        assert found is not None
        return found

    @property
    def status(self) -> Obj:
        return self.it.get("status") or {}

    def active(self) -> list[str]:
        return [ref["name"] for ref in self.status.get("active", [])]

    def edit(self, **spec: Any) -> None:
        self.client.patch(CRON_JOBS, "default", "tick", {"spec": spec})

    def jobs(self) -> list[str]:
        """The scheduled times of the Jobs that there are."""
        found = self.world.reader.list(JOBS, "default")
        return [time_text(int(j["metadata"]["name"].rpartition("-")[2]) * MINUTE)[11:16] for j in found]

    def told(self, reason: str = "") -> list[str]:
        found = [e for e in self.world.reader.list("events", "default") if e["involvedObject"]["kind"] == "CronJob"]
        found.sort(key=lambda e: (e["firstTimestamp"], e["metadata"]["name"]))
        return [e["message"] for e in found if reason in ("", e["reason"])]


@pytest.fixture
def on() -> Play:
    return Play(world(seed=3, shape=Shape(nodes=2)))


def test_a_job_a_minute(on: Play) -> None:
    on.apply()
    on.go_to("00:01:01")
    assert on.jobs() == ["00:01"]
    job = on.world.reader.list(JOBS, "default")[0]
    assert job["metadata"]["name"] == "tick-29453761"
    assert job["metadata"]["annotations"] == {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:01:00Z"}
    assert job["metadata"]["labels"] == {"a": "b"}
    assert job["metadata"]["ownerReferences"][0]["kind"] == "CronJob"
    assert on.active() == ["tick-29453761"]
    assert on.status["active"][0].keys() == {"kind", "namespace", "name", "uid", "apiVersion", "resourceVersion"}
    assert on.status["lastScheduleTime"] == "2026-01-01T00:01:00Z"
    on.go_to("00:01:30")
    assert on.active() == []
    assert on.status["lastSuccessfulTime"] == "2026-01-01T00:01:06Z"
    assert on.told() == ["Created job tick-29453761", "Saw completed job: tick-29453761, condition: Complete"]


def test_only_so_many_finished_jobs_are_kept(on: Play) -> None:
    on.apply(successfulJobsHistoryLimit=2)
    on.go_to("00:05:30")
    assert on.jobs() == ["00:04", "00:05"]
    assert on.told("SuccessfulDelete") == [f"Deleted job tick-2945376{n}" for n in (1, 2, 3)]


def test_failed_ones_are_kept_apart(on: Play) -> None:
    on.apply(sim={"sim.quorate.dev/fault": "Failed"}, job={"backoffLimit": 0}, failedJobsHistoryLimit=1)
    on.go_to("00:03:30")
    assert on.jobs() == ["00:03"]
    assert "lastSuccessfulTime" not in on.status
    assert on.told("SawCompletedJob")[-1].endswith("condition: Failed")


@pytest.mark.parametrize(
    ("policy", "jobs", "active"),
    [("Allow", ["00:01", "00:02", "00:03"], 3), ("Forbid", ["00:01"], 1), ("Replace", ["00:03"], 1)],
)
def test_jobs_that_take_longer_than_a_minute(on: Play, policy: str, jobs: list[str], active: int) -> None:
    on.apply(sim=None, concurrencyPolicy=policy)
    on.go_to("00:03:30")
    assert on.jobs() == jobs
    assert len(on.active()) == active
    told = on.told("JobAlreadyActive")
    text = "Not starting job because prior execution is running and concurrency policy is Forbid"
    assert told == ([text] if policy == "Forbid" else [])
    assert len(on.told("SuccessfulDelete")) == (2 if policy == "Replace" else 0)


def test_a_forbidden_one_comes_as_soon_as_it_may(on: Play) -> None:
    on.apply(sim=None, concurrencyPolicy="Forbid")
    on.go_to("00:04:30")
    pod = on.world.reader.list("pods", "default")[0]
    on.client.patch(
        "pods", "default", pod["metadata"]["name"], {"status": {"phase": "Succeeded"}}, subresource="status"
    )
    on.go_to("00:04:40")
    # Of the times that it missed it is started for the last.
    assert on.jobs() == ["00:01", "00:04"]
    assert on.status["lastScheduleTime"] == "2026-01-01T00:04:00Z"


def test_suspended_it_starts_nothing_and_afterwards_what_it_missed_last(on: Play) -> None:
    on.apply(suspend=True)
    on.go_to("00:07:30")
    assert on.jobs() == []
    on.edit(suspend=False)
    on.go(SECOND)
    assert on.jobs() == ["00:07"]


def test_what_is_too_late_is_missed(on: Play) -> None:
    on.apply("*/10 * * * *", suspend=True, startingDeadlineSeconds=30)
    on.go_to("00:12:00")
    on.edit(suspend=False)
    on.go(SECOND)
    assert on.jobs() == []
    on.go_to("00:20:10")
    assert on.jobs() == ["00:20"]


def test_a_controller_that_was_away_comes_too_late(on: Play) -> None:
    on.apply("*/10 * * * *", startingDeadlineSeconds=30)
    runner = on.world.runtime.runners["cronjob-controller"]
    runner.stop()
    on.go_to("00:10:20")
    runner.start()
    on.go(SECOND)
    assert on.jobs() == ["00:10"]
    runner.stop()
    on.go_to("00:31:00")
    runner.start()
    on.go(SECOND)
    assert on.jobs() == ["00:10"]
    on.go_to("00:41:00")
    assert on.jobs() == ["00:10", "00:40"]


def test_very_many_missed_times_are_told(on: Play) -> None:
    on.apply(suspend=True)
    on.go(2 * HOUR)
    on.edit(suspend=False)
    on.go(SECOND)
    text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
    assert on.told("TooManyMissedTimes") == [text]
    assert len(on.jobs()) == 1


def test_a_new_schedule_is_not_acted_upon_at_once(on: Play) -> None:
    on.apply("0 * * * *")
    on.go_to("00:30:30")
    on.edit(schedule="*/10 * * * *")
    on.go(SECOND)
    assert on.jobs() == []
    on.go_to("00:41:00")
    assert on.jobs() == ["00:40"]


def test_its_days_are_those_of_its_time_zone(on: Play) -> None:
    on.apply("0 9 * * *", timeZone="Asia/Tokyo")
    on.go(DAY - MINUTE)
    assert on.jobs() == []
    on.go(2 * MINUTE)
    job = on.world.reader.list(JOBS, "default")[0]
    stamp = job["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"]
    assert stamp == "2026-01-02T09:00:00+09:00"


def test_a_job_made_by_hand_is_no_surprise_to_the_schedule(on: Play) -> None:
    on.apply("0 * * * *", sim=None, concurrencyPolicy="Forbid")
    owner = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": "tick",
        "uid": on.it["metadata"]["uid"],
        "controller": True,
    }
    meta = {"name": "by-hand", "namespace": "default", "ownerReferences": [owner]}
    job = {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": meta,
        "spec": on.it["spec"]["jobTemplate"]["spec"],
    }  # fmt: skip
    on.client.create(JOBS, job)
    on.go_to("01:00:30")
    assert on.told("UnexpectedJob") == ["Saw a job that the controller did not create or forgot: by-hand"]
    assert on.active() == ["tick-29453820"]


def test_an_active_job_that_has_gone(on: Play) -> None:
    on.apply(sim=None)
    on.go_to("00:01:30")
    on.client.delete(JOBS, "default", "tick-29453761", propagation="Background")
    on.go(SECOND)
    assert on.active() == []
    assert on.told("MissingJob") == ["Active job went missing: tick-29453761"]


def test_somebody_else_s_job_of_that_name_is_left_alone(on: Play) -> None:
    on.apply(sim=None)
    on.go_to("00:00:30")
    job = {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "tick-29453761", "namespace": "default"},
        "spec": on.it["spec"]["jobTemplate"]["spec"],
    }  # fmt: skip
    on.client.create(JOBS, job)
    on.go_to("00:01:30")
    assert on.active() == [] and on.told() == []


def test_a_day_that_never_comes_is_told(on: Play) -> None:
    on.apply("0 0 31 2 *")
    on.go(SECOND)
    text = "invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second"
    assert on.told("InvalidSchedule") == [text]


def test_its_jobs_go_with_it(on: Play) -> None:
    on.apply(sim=None)
    on.go_to("00:02:30")
    on.client.delete(CRON_JOBS, "default", "tick", propagation="Background")
    on.go()
    assert on.jobs() == [] and list(on.world.reader.list("pods", "default")) == []
