"""Probes of a running container (kubelet: pkg/kubelet/prober), without playing each of them.

A probe asks at once when its container starts and then every period, but not before its initial delay. What it would
be told is known from the annotations, so the tick at which its threshold is reached is computed, and only then is the
pod looked at again.
"""

from dataclasses import replace
from typing import Any

from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.nodes.simulated import hooks
from quorate.nodes.simulated.life import Answers, Container
from quorate.nodes.simulated.restarts import killed
from quorate.nodes.simulated.turn import Role, Turn

Obj = dict[str, Any]

PEERS_EVERY = 5 * SECOND
WARN_EVERY = 5 * MINUTE
"""After its first events the recorder lets one through per five minutes: more need not be told."""


def probed(turn: Turn, spec: Obj, container: Container, role: Role) -> Container:
    """The container after its probes have had their say: readiness, and a restart when it fails to start or live."""
    ready_at = container.since + max(turn.behaviour.ready_after, hooks.duration(spec, "postStart"))
    if container.up is None:
        container = _starting_up(turn, spec, container, role, ready_at)
        if container.state != "running" or container.up is None:
            return container
    liveness = spec.get("livenessProbe")
    if liveness and not turn.stopping:
        container = _living(turn, spec, liveness, container, role)
        if container.state != "running":
            return container
    return _readiness(turn, spec, container, role, ready_at)


def _starting_up(turn: Turn, spec: Obj, container: Container, role: Role, ready_at: Instant) -> Container:
    probe = spec.get("startupProbe")
    if not probe or turn.stopping:
        return replace(container, up=turn.now)
    first = _tick(probe, container.since, container.since)
    passes = _tick(probe, container.since, ready_at)
    gives_up = first + (_number(probe, "failureThreshold", 3) - 1) * _period(probe)
    if passes <= gives_up:
        if turn.now >= passes:
            return replace(container, up=turn.now)
        turn.wake(passes)
    elif turn.now >= gives_up:
        _unhealthy(turn, spec, probe, "Startup", container, role, starting=True)
        return killed(turn, spec, container, role, "startup")
    else:
        turn.wake(gives_up)
    if container.readiness is None and turn.now >= first:
        _unhealthy(turn, spec, probe, "Startup", container, role, starting=True)
        return replace(container, readiness=Answers(False, container.since, turn.now))
    if turn.now < first:
        turn.wake(first)
    return container


def _living(turn: Turn, spec: Obj, probe: Obj, container: Container, role: Role) -> Container:
    lives, was = turn.behaviour.live, container.liveness
    if was is None or was.well != lives:
        was = Answers(lives, turn.now)
        container = replace(container, liveness=was)
    if lives:
        return container
    first = _tick(probe, container.since, max(was.since, container.up or 0))
    kill = first + (_number(probe, "failureThreshold", 3) - 1) * _period(probe)
    if turn.now >= kill:
        _unhealthy(turn, spec, probe, "Liveness", container, role)
        return killed(turn, spec, container, role, "liveness")
    if turn.now >= first and was.warned is None:
        _unhealthy(turn, spec, probe, "Liveness", container, role)
        container = replace(container, liveness=replace(was, warned=turn.now))
    turn.wake(first if turn.now < first else kill)
    return container


def _readiness(turn: Turn, spec: Obj, container: Container, role: Role, ready_at: Instant) -> Container:
    said = turn.behaviour
    well = turn.now >= ready_at and (role != "main" or (said.ready and said.fault != "NeverReady" and _has_peers(turn)))
    was = container.readiness
    if was is None or was.well != well:
        was = Answers(well, turn.now, was.warned if was is not None else None)
        container = replace(container, readiness=was)
    if not well and turn.now < ready_at:
        turn.wake(ready_at)
    probe = spec.get("readinessProbe")
    if probe is None:
        if not well and turn.now >= ready_at and _may_warn(turn, was):
            container = _warned(turn, spec, None, container, role, starting=False)
        return container if container.ready == well else replace(container, ready=well)
    asked_from = max(was.since, container.up or 0)
    heard = _tick(probe, container.since, asked_from)
    if well:
        if container.ready:
            return container
        flips = heard + (_number(probe, "successThreshold", 1) - 1) * _period(probe)
        if turn.now >= flips:
            return replace(container, ready=True)
        turn.wake(flips)
        return container
    if turn.now < heard:
        turn.wake(heard)
    elif _may_warn(turn, was):
        container = _warned(turn, spec, probe, container, role, starting=turn.now < ready_at)
    if container.ready:
        flips = heard + (_number(probe, "failureThreshold", 3) - 1) * _period(probe)
        if turn.now >= flips:
            return replace(container, ready=False)
        turn.wake(flips)
    return container


def _has_peers(turn: Turn) -> bool:
    """A member of a cluster looks for the others again and again: nobody tells it when they come or go."""
    needed = turn.behaviour.needs_peers
    if not needed:
        return True
    turn.wake(turn.now + PEERS_EVERY)
    return turn.seen.peers >= needed


def _may_warn(turn: Turn, answers: Answers) -> bool:
    """Once when it begins to fail, then now and then."""
    if answers.warned is not None and answers.warned >= answers.since:
        turn.wake(answers.warned + WARN_EVERY)
        return turn.now >= answers.warned + WARN_EVERY
    turn.wake(turn.now + WARN_EVERY)
    return True


def _warned(turn: Turn, spec: Obj, probe: Obj | None, container: Container, role: Role, starting: bool) -> Container:
    _unhealthy(turn, spec, probe, "Readiness", container, role, starting)
    assert container.readiness is not None
    return replace(container, readiness=replace(container.readiness, warned=turn.now))


def _unhealthy(
    turn: Turn, spec: Obj, probe: Obj | None, kind: str, container: Container, role: Role, starting: bool = False
) -> None:
    why = _failure(turn, spec, probe, kind, starting)
    turn.tell("Warning", "Unhealthy", f"{kind} probe failed: {why}", container.name, role)


def _failure(turn: Turn, spec: Obj, probe: Obj | None, kind: str, starting: bool) -> str:
    """What the probe's own event would say: nothing listens yet, or the application says no."""
    if probe is None:
        return "simulated by sim.quorate.dev annotations"
    address = turn.seen.address or "127.0.0.1"
    for field in ("httpGet", "tcpSocket"):
        target = probe.get(field)
        if target:
            host = f"{target.get('host') or address}:{_port(spec, target.get('port'))}"
            refused = f"dial tcp {host}: connect: connection refused"
            if field == "tcpSocket":
                return refused
            scheme = str(target.get("scheme") or "HTTP").lower()
            url = f'Get "{scheme}://{host}{target.get("path") or "/"}": '
            return f"{url}{refused}" if starting else "HTTP probe failed with statuscode: 503"
    if probe.get("grpc"):
        return 'service unhealthy (responded with "NOT_SERVING")'
    return f"simulated {kind.lower()} command exited with 1"


def _port(spec: Obj, port: Any) -> Any:
    for known in spec.get("ports") or ():
        if known.get("name") == port:
            return known.get("containerPort")
    return port


def _number(probe: Obj, field: str, default: int) -> int:
    return int(probe.get(field) or default)


def _period(probe: Obj) -> Duration:
    return _number(probe, "periodSeconds", 10) * SECOND


def _tick(probe: Obj, since: Instant, at: Instant) -> Instant:
    """The first probe at or after `at` of a container that started at `since`."""
    period = _period(probe)
    wanted = max(at - since, int(probe.get("initialDelaySeconds") or 0) * SECOND, 0)
    return since + -(-wanted // period) * period
