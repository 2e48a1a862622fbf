"""What a simulated container has logged: a pure function of its status, so that asking twice gives the same lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from quorate.contract.failures import bad_request
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.times import micro_time_text, parse_time

SIGN_OF_LIFE: Duration = 30 * SECOND


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a container: from `started` until `finished` (None: it still runs)."""

    image: str
    attempt: int
    started: Instant
    finished: Instant | None = None
    code: int = 0
    reason: str = ""


def lines(pod: Obj, container: str, query: dict[str, str], now: Instant) -> Iterator[str]:
    """The lines, oldest first. `query` as in the API: previous, tailLines, sinceSeconds, sinceTime, timestamps.

    Raises Refused (400) with the kubelet's words when the container has not run.
    """
    run = _run(pod, container, query.get("previous") in ("true", "1"))
    since = _since(query, now)
    until = now if run.finished is None else run.finished
    count = _count(run, until)
    first = 0
    while first < count and _at(run, first, count) < since:
        # The signs of life in between are evenly spaced: jump over those that are too old.
        ahead = (since - _at(run, first, count)) // SIGN_OF_LIFE if first else 0
        first = min(count, first + max(1, ahead))
    tail = query.get("tailLines") or ""
    if tail.isdecimal():
        first = max(first, count - int(tail))
    stamped = query.get("timestamps") in ("true", "1")
    return _lines(run, first, count, stamped)


def _lines(run: Run, first: int, count: int, stamped: bool) -> Iterator[str]:
    for i in range(first, count):
        text = _text(run, i, count)
        yield f"{micro_time_text(_at(run, i, count))[:-1]}000Z {text}" if stamped else text


def _count(run: Run, until: Instant) -> int:
    """A first line, one each SIGN_OF_LIFE, and a last one when it has ended."""
    return 1 + max(0, until - run.started) // SIGN_OF_LIFE + (run.finished is not None)


def _at(run: Run, index: int, count: int) -> Instant:
    if run.finished is not None and index == count - 1:
        return run.finished
    return run.started + index * SIGN_OF_LIFE


def _text(run: Run, index: int, count: int) -> str:
    if run.finished is not None and index == count - 1:
        if run.code == 0:
            return "INFO  done, exiting with code 0"
        return f"FATAL {'out of memory' if run.reason == 'OOMKilled' else 'cannot go on'}, exiting with code {run.code}"
    if index == 0:
        return f"INFO  starting {run.image}" + (f" (restart {run.attempt})" if run.attempt else "")
    return f"INFO  up for {index * SIGN_OF_LIFE // SECOND}s"


def _run(pod: Obj, container: str, previous: bool) -> Run:
    name, status = pod["metadata"]["name"], pod.get("status") or {}
    if not pod["spec"].get("nodeName"):
        raise bad_request(f"pod {name} does not have a host assigned")
    found = next(
        (
            c
            for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
            for c in status.get(field) or ()
            if c["name"] == container
        ),
        None,
    )
    where = f'container "{container}" in pod "{name}"'
    if found is None:
        raise bad_request(f"{where} is not available")
    state, attempt = found.get("state") or {}, int(found.get("restartCount") or 0)
    last = (found.get("lastState") or {}).get("terminated")
    if previous:
        if not last:
            raise bad_request(f"previous terminated {where} not found")
        return _over(found, last, attempt - 1 if "waiting" not in state else attempt)
    if state.get("running"):
        return Run(found["image"], attempt, parse_time(state["running"]["startedAt"]))
    if state.get("terminated"):
        return _over(found, state["terminated"], attempt)
    if last:
        return _over(found, last, attempt)
    reason = (state.get("waiting") or {}).get("reason") or "ContainerCreating"
    known = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
    raise bad_request(f"{where} is waiting to start: {known.get(reason, reason)}")


def _over(found: Obj, ended: Obj, attempt: int) -> Run:
    started, finished = parse_time(ended["startedAt"]), parse_time(ended["finishedAt"])
    return Run(found["image"], max(0, attempt), started, finished, int(ended["exitCode"]), ended.get("reason") or "")


def _since(query: dict[str, str], now: Instant) -> Instant:
    seconds = query.get("sinceSeconds") or ""
    if seconds.isdecimal():
        return now - int(seconds) * SECOND
    if query.get("sinceTime"):
        try:
            return parse_time(query["sinceTime"])
        except ValueError:
            raise bad_request(f"sinceTime: {query['sinceTime']!r} is no time") from None
    return 0
