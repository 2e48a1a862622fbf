"""One container's way: it waits, starts, runs, ends, and starts again."""

from dataclasses import replace

from quorate.contract.plan import Obj
from quorate.nodes.simulated.life import Container
from quorate.nodes.simulated.probes import probed
from quorate.nodes.simulated.pulling import held_up, pulled, unconfigured
from quorate.nodes.simulated.restarts import ended, exit_reason, extended
from quorate.nodes.simulated.turn import Role, Turn

MOST_STEPS = 8
"""In one look a container makes few steps: start, crash, start, crash, wait."""


def step(turn: Turn, spec: Obj, container: Container, role: Role, told: frozenset[str]) -> Container:
    """As far as it gets by now. `told`: images whose Pulling event is out already."""
    for _ in range(MOST_STEPS):
        if container.state == "running":
            after = _run(turn, spec, container, role)
            if after.state == "running":
                return after
            container = after
            continue
        if turn.stopping:
            return container
        if container.state == "waiting" and container.fault and container.fault != _fault(turn, role):
            # What held it up is gone: no need to sit out the back-off.
            container = replace(container, due=turn.now, fault="")
        if container.due is None:
            return container
        if container.due > turn.now:
            turn.wake(container.due)
            return container
        container = _start(turn, spec, container, role, told)
    return container


def _fault(turn: Turn, role: Role) -> str:
    """Faults are the application's: its init containers have none."""
    return turn.behaviour.fault if role == "main" else ""


def _start(turn: Turn, spec: Obj, container: Container, role: Role, told: frozenset[str]) -> Container:
    fault = _fault(turn, role)
    waits = held_up(turn, spec, container, fault, role)
    if waits is not None:
        return waits
    pulled(turn, spec, container, role, told)
    waits = unconfigured(turn, container, fault, role)
    if waits is not None:
        return waits
    turn.tell("Normal", "Created", "Container created", container.name, role)
    turn.tell("Normal", "Started", "Container started", container.name, role)
    again = container.has_run
    crash_wait, crash_from = extended(container, turn.now) if again else (0, turn.now)
    return replace(
        container, state="running", reason="", message="", fault="", since=turn.now, due=None, image=spec["image"],
        attempt=container.attempt + 1 if again else 0, last=container.end or container.last, end=None, ready=False,
        up=None if spec.get("startupProbe") else turn.now, readiness=None, liveness=None,
        crash_wait=crash_wait, crash_from=crash_from, pull_wait=0,
    )  # fmt: skip


def _run(turn: Turn, spec: Obj, container: Container, role: Role) -> Container:
    said = turn.behaviour
    if role == "init":
        done = container.since + said.init_after
        if turn.now >= done and not turn.stopping:
            return ended(turn, spec, container, role, 0, "Completed")
        turn.wake(done)
        return container
    if not turn.stopping:
        if role == "main":
            crash = turn.now if said.fault == "CrashLoopBackOff" else None
            if crash is None and said.crash_after is not None:
                crash = container.since + said.crash_after
            if crash is not None:
                if turn.now >= crash:
                    return ended(turn, spec, container, role, said.exit_code, exit_reason(said.exit_code))
                turn.wake(crash)
        if spec["image"] != container.image:
            message = f"Container {container.name} definition changed, will be restarted"
            turn.tell("Normal", "Killing", message, container.name, role)
            over = ended(turn, spec, replace(container, crash_wait=0), role, 0, "Completed")
            return replace(over, due=turn.now)
    return probed(turn, spec, container, role)
