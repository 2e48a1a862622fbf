"""A Job counts every pod exactly once, whatever becomes of its pods and whenever its controller is not looking."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.contract.failures import Refused
from quorate.controllers.job.names import TRACKING, finished, index_of
from quorate.kernel.clock import MILLISECOND, MINUTE

MOVES = st.one_of(
    st.tuples(st.just("go"), st.integers(1, 3000)),
    st.tuples(st.sampled_from(["refuse and succeed", "refuse and fail"]), st.integers(0, 3)),
    st.tuples(st.sampled_from(["succeed", "fail", "delete", "kill"]), st.integers(0, 3)),
    st.tuples(st.just("refuse"), st.integers(1, 3)),
    st.tuples(st.just("stop controller"), st.just(0)),
    st.tuples(st.just("start controller"), st.just(0)),
)


class Flaky:
    """The controller's way to the server, on which some requests fail: finalizers that should go, statuses, new pods."""

    def __init__(self, writer: Any) -> None:
        self.writer, self.refuses = writer, 0

    def _try(self) -> None:
        if self.refuses:
            self.refuses -= 1
            raise Refused("InternalError", "not now")

    def create(self, resource: str, obj: Any) -> Any:
        if resource == "pods":
            self._try()
        return self.writer.create(resource, obj)

    def patch(self, *args: Any) -> Any:
        if args[0] == "pods":
            self._try()
        return self.writer.patch(*args)

    def update(self, *args: Any) -> Any:
        if self.refuses > 1:
            self._try()
        return self.writer.update(*args)

    def delete(self, *args: Any, **more: Any) -> Any:
        return self.writer.delete(*args, **more)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parallelism=st.integers(1, 4), completions=st.integers(1, 6), mode=st.sampled_from(["NonIndexed", "Indexed", "PerIndex"]),
    replacement=st.sampled_from(["Failed", "TerminatingOrFailed"]), lag=st.sampled_from([0, 0, 700 * MILLISECOND]),
    moves=st.lists(MOVES, max_size=30),
)  # fmt: skip
def test_no_pod_counts_twice_and_none_is_forgotten(
    play: Any, parallelism: int, completions: int, mode: str, replacement: str, lag: int, moves: Any
) -> None:
    on = play(lag=lag)
    spec: dict[str, Any] = {"completionMode": "NonIndexed" if mode == "NonIndexed" else "Indexed", "backoffLimit": 100}
    if mode == "PerIndex":
        spec |= {"backoffLimitPerIndex": 50}
    on.apply(parallelism=parallelism, completions=completions, podReplacementPolicy=replacement, **spec)
    runner = on.world.runtime.runners["job-controller"]
    flaky = runner.hand.writer = Flaky(runner.hand.writer)
    for what, n in moves:
        running = [p for p in on.pods() if p["status"]["phase"] in ("Running", "Pending")]
        pod = running[n % len(running)] if running else None
        match what:
            case "go":
                on.go(n * MILLISECOND)
            case "refuse and succeed" | "refuse and fail" if pod is not None:
                # Once it has been written down that it has ended, its finalizer stays for a while.
                flaky.refuses = 1
                on.finish(pod, "Succeeded" if what == "refuse and succeed" else "Failed")
                on.go(1500 * MILLISECOND)
            case "refuse":
                flaky.refuses = n
            case "stop controller":
                runner.stop()
            case "start controller":
                runner.start()
            case "succeed" if pod is not None:
                on.finish(pod, "Succeeded")
            case "fail" if pod is not None:
                on.finish(pod, "Failed")
            case "delete" | "kill" if pod is not None:
                grace = 0 if what == "kill" else None
                on.client.delete("pods", "default", pod["metadata"]["name"], grace_seconds=grace)
        _promises(on, parallelism, completions)
    runner.start()
    flaky.refuses = 0
    for _ in range(60):
        if finished(on.it) is not None:
            break
        on.go(MINUTE // 4)
        for pod in on.pods():
            if pod["status"]["phase"] == "Running" and not pod["metadata"].get("deletionTimestamp"):
                on.finish(pod, "Succeeded")
        _promises(on, parallelism, completions)
    on.go(MINUTE)
    assert (finished(on.it) or {}).get("type") == "Complete"
    won = [p for p in on.made.values() if p["status"]["phase"] == "Succeeded"]
    lost = [p for p in on.made.values() if p["status"]["phase"] != "Succeeded"]
    status = on.it["status"]
    assert status.get("succeeded", 0) == (len(won) if mode == "NonIndexed" else len({index_of(p) for p in won}))
    assert status.get("failed", 0) == len(lost)
    assert status["uncountedTerminatedPods"] == {}
    assert not any(TRACKING in (p["metadata"].get("finalizers") or ()) for p in on.pods())


def _promises(on: Any, parallelism: int, completions: int) -> None:
    status = on.it.get("status") or {}
    won = sum(p["status"]["phase"] == "Succeeded" for p in on.made.values())
    assert status.get("succeeded", 0) <= won
    assert status.get("succeeded", 0) + status.get("failed", 0) <= len(on.made)
    active = [
        p for p in on.pods()
        if p["status"]["phase"] in ("Pending", "Running") and not p["metadata"].get("deletionTimestamp")
    ]  # fmt: skip
    assert len(active) <= parallelism
