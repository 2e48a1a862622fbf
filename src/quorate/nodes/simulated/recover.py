"""A kubelet that comes back without memory takes up its pods as the API shows them: what runs goes on running."""

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.nodes.simulated.life import Container, Ended, Life
from quorate.nodes.simulated.restarts import FIRST_WAIT
from quorate.objects.pod import is_finished
from quorate.objects.times import parse_time


def recovered(pod: Obj, now: Instant) -> Life | None:
    """None for a pod that no kubelet has taken up yet."""
    status = pod.get("status") or {}
    began = _instant(status.get("startTime"), None)
    if began is None:
        return None
    spec, policy = pod["spec"], "" if is_finished(pod) else pod["spec"].get("restartPolicy", "Always")
    own = {c["name"]: c for c in status.get("containerStatuses") or ()}
    init = {c["name"]: c for c in status.get("initContainerStatuses") or ()}
    return Life(
        pod["metadata"]["uid"], began, address=status.get("podIP") or "",
        inits=tuple(_container(s, init.get(s["name"]), policy, True, now) for s in spec.get("initContainers") or ()),
        mains=tuple(_container(s, own.get(s["name"]), policy, False, now) for s in spec.get("containers") or ()),
        phase=status["phase"] if is_finished(pod) else "",
        reason=status.get("reason") or "", message=status.get("message") or "",
    )  # fmt: skip


def _container(spec: Obj, found: Obj | None, policy: str, init: bool, now: Instant) -> Container:
    if found is None:
        return Container(spec["name"], spec["image"], since=now)
    state = found.get("state") or {}
    attempt = int(found.get("restartCount") or 0)
    last = _ended((found.get("lastState") or {}).get("terminated"), attempt - 1, now)
    wait = FIRST_WAIT if attempt else 0
    if state.get("running"):
        since = _instant(state["running"].get("startedAt"), now) or now
        return Container(
            spec["name"], spec["image"], "running", since=since, attempt=attempt, ready=bool(found.get("ready")),
            up=since if found.get("started") else None, crash_wait=wait, crash_from=since, last=last,
        )  # fmt: skip
    end = _ended(state.get("terminated"), attempt, now)
    if end is not None:
        again = end.code != 0 if init or policy == "OnFailure" else policy == "Always"
        return Container(
            spec["name"], spec["image"], "ended", since=end.finished, due=now if again else None,
            attempt=attempt, end=end, last=last, ready=bool(found.get("ready")), crash_wait=wait, crash_from=now,
        )  # fmt: skip
    waiting = state.get("waiting") or {}
    return Container(
        spec["name"], spec["image"], reason=waiting.get("reason") or "", message=waiting.get("message") or "",
        since=now, due=now if last is not None else None, attempt=attempt, crash_wait=wait, crash_from=now, last=last,
    )  # fmt: skip


def _ended(found: Obj | None, attempt: int, now: Instant) -> Ended | None:
    if not found:
        return None
    started, finished = _instant(found.get("startedAt"), now) or now, _instant(found.get("finishedAt"), now) or now
    return Ended(int(found.get("exitCode") or 0), found.get("reason") or "", started, finished, max(0, attempt))


def _instant(text: str | None, default: Instant | None) -> Instant | None:
    try:
        return parse_time(text) if text else default
    except ValueError:
        return default
