"""What follows the end of a container: nothing, a restart, or the crash back-off (kubelet: kuberuntime doBackOff)."""

from dataclasses import replace

from quorate.contract.plan import Obj
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.nodes.simulated.life import Container, Ended
from quorate.nodes.simulated.turn import Role, Turn
from quorate.objects.times import duration_text

FIRST_WAIT, LONGEST_WAIT = 10 * SECOND, 5 * MINUTE
FORGIVEN_AFTER = 2 * LONGEST_WAIT
"""A container that ran this long since its last restart has its back-off forgotten."""
NOTICED_AFTER = SECOND
"""The kubelet asks its runtime once a second what became of the containers."""


def doubled(wait: Duration) -> Duration:
    """The next back-off, of crashes and of image pulls."""
    return min(max(2 * wait, FIRST_WAIT), LONGEST_WAIT)


def exit_reason(code: int) -> str:
    """A container that dies of SIGKILL by itself was killed for lack of memory."""
    return "Completed" if code == 0 else "OOMKilled" if code == 137 else "Error"


def ended(turn: Turn, spec: Obj, container: Container, role: Role, code: int, reason: str) -> Container:
    """The container has exited with `code`: whether and when it runs again."""
    now = turn.now
    end = Ended(code, reason, container.since, now, container.attempt)
    over = replace(
        container, state="ended", end=end, since=now, due=None, up=None, readiness=None, liveness=None,
        ready=role == "init" and code == 0, reason="", message="", fault="",
    )  # fmt: skip
    if not _restarts(turn, spec, role, code):
        return over
    wait = container.crash_wait
    if now - container.crash_from > FORGIVEN_AFTER:
        wait = 0
    if not wait:
        # One that dies as it starts is seen dead at once: both runs fall into one look.
        return replace(over, due=now if now == container.since else now + NOTICED_AFTER, crash_wait=0)
    pod = turn.pod["metadata"]
    where = f"{pod['name']}_{pod['namespace']}({pod['uid']})"
    message = f"Back-off restarting failed container {container.name} in pod {where}"
    turn.tell("Warning", "BackOff", message, container.name, role)
    return replace(
        over, state="waiting", end=None, last=end, due=now + wait,
        reason="CrashLoopBackOff", fault=turn.behaviour.fault if role == "main" else "",
        message=f"back-off {duration_text(wait)} restarting failed container={container.name} pod={where}",
    )  # fmt: skip


def killed(turn: Turn, spec: Obj, container: Container, role: Role, probe: str) -> Container:
    """Its `probe` ("liveness", "startup") failed too often: it is killed, and restarted as one that failed."""
    message = f"Container {container.name} failed {probe} probe, will be restarted"
    turn.tell("Normal", "Killing", message, container.name, role)
    return ended(turn, spec, container, role, 137, "Error")


def _restarts(turn: Turn, spec: Obj, role: Role, code: int) -> bool:
    if turn.stopping:
        return False
    if role == "sidecar":
        return True
    policy = spec.get("restartPolicy") or turn.pod["spec"].get("restartPolicy", "Always")
    if role == "init":
        return code != 0 and policy != "Never"
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def extended(container: Container, now: Instant) -> tuple[Duration, Instant]:
    """(crash_wait, crash_from) of a container that is now restarted."""
    return doubled(container.crash_wait), now
