"""A pod's way on its node: mount, sandbox, init containers, containers, the end; or being asked to stop."""

from dataclasses import replace

from quorate.contract.plan import Delete, Obj, Outcome, Ref
from quorate.kernel.clock import MILLISECOND, SECOND, Duration, Instant
from quorate.nodes.simulated import hooks
from quorate.nodes.simulated.annotations import END_FAULTS
from quorate.nodes.simulated.containers import step
from quorate.nodes.simulated.life import Container, Ended, Life
from quorate.nodes.simulated.restarts import exit_reason
from quorate.nodes.simulated.turn import Role, Turn
from quorate.objects.pod import grace_period, is_finished

MOUNT_FIRST, MOUNT_MOST = 500 * MILLISECOND, 122 * SECOND
"""Waits between tries to mount a volume, doubling (kubelet: goroutinemap/exponentialbackoff)."""
ATTACH_WAIT: Duration = 123 * SECOND
"""How long a kubelet waits for volumes in one go (podAttachAndMountTimeout)."""
CLAIM_RETRY: Duration = 10 * SECOND
"""A claim that is not bound is looked at again with the next sync of the pod."""
STATUS_SYNC: Duration = 10 * SECOND
"""How often a kubelet looks whether all it knows of its pods has been posted."""
BRIEFEST: Duration = 100 * MILLISECOND
"""A container that ends as soon as it starts has taken this long: who replaces its pod at once is not at it without end."""
STOPPED = 143
"""The exit code of a container that SIGTERM has ended."""
DEADLINE = "Pod was active on the node longer than the specified deadline"
GONE = Outcome(fine=frozenset({"NotFound", "Conflict"}))
"""The pod has been removed already, or another one has its name."""


def begun(pod: Obj, now: Instant) -> Life:
    spec = pod["spec"]
    inits = tuple(Container(c["name"], c["image"], since=now) for c in spec.get("initContainers") or ())
    mains = tuple(Container(c["name"], c["image"], since=now) for c in spec.get("containers") or ())
    return Life(pod["metadata"]["uid"], now, inits=inits, mains=mains, mount_due=now)


def advanced(turn: Turn, life: Life) -> Life:
    """As far as the pod gets by now; the end of a stop goes into the turn's actions."""
    if not life.phase and is_finished(turn.pod):
        # Somebody else (an operator, the pod garbage collector) has ended it: it never runs again.
        had = turn.pod["status"]
        reason, message = had.get("reason") or "", had.get("message") or ""
        life = replace(_all_ended(turn, life, 137, "Error"), phase=had["phase"], reason=reason, message=message)
    life = _stopped(turn, life)
    if life.phase:
        return life
    life = _overdue(turn, life)
    if life.phase:
        return life
    if not life.address:
        life = _mounted(turn, life)
        if not life.address:
            return life
    specs = turn.pod["spec"]
    inits, done = _initialised(turn, life, specs.get("initContainers") or ())
    mains = life.mains
    if done:
        begin = turn.now if inits else _first_start(turn, life)
        mains = _stepped(turn, life, specs["containers"], begin)
    if inits != life.inits or mains is not life.mains:
        life = replace(life, inits=inits, mains=mains)
    return _finished(turn, life)


def role_of(init: Obj) -> Role:
    return "sidecar" if init.get("restartPolicy") == "Always" else "init"


def _initialised(turn: Turn, life: Life, specs: list[Obj] | tuple[()]) -> tuple[tuple[Container, ...], bool]:
    """(init containers, whether all are done). They start one after the other; a sidecar is done once it is up."""
    if not specs:
        return life.inits, True
    out = list(life.inits)
    begin = _first_start(turn, life)
    for i, spec in enumerate(specs):
        role, container = role_of(spec), out[i]
        if container.due is None and container.state == "waiting":
            container = replace(container, due=begin)
        out[i] = container = step(turn, spec, container, role, life.told_pulling)
        if role == "sidecar":
            if container.up is None and not any(c.has_run for c in life.mains):
                return tuple(out), False
        elif container.end is None or container.end.code != 0:
            return tuple(out), False
        begin = turn.now
    return tuple(out), True


def _stepped(turn: Turn, life: Life, specs: list[Obj], begin: Instant) -> tuple[Container, ...]:
    out = []
    for spec, container in zip(specs, life.mains, strict=False):
        if container.due is None and container.state == "waiting":
            container = replace(container, due=begin)
        out.append(step(turn, spec, container, "main", life.told_pulling))
    after = tuple(out)
    return life.mains if after == life.mains else after


def _first_start(turn: Turn, life: Life) -> Instant:
    said = turn.behaviour
    wait = max(said.start_after, BRIEFEST) if said.fault in END_FAULTS else said.start_after
    if said.pull_after and life.told_pulling:
        wait = max(wait, said.pull_after)
    return life.acked + wait


def _mounted(turn: Turn, life: Life) -> Life:
    """The sandbox once all volumes are there; a FailedMount event for each try that fails."""
    if turn.stopping:
        return life
    if turn.seen.missing:
        return _unattached(turn, life)
    why = turn.seen.mount
    if why:
        if life.mount_due is not None and turn.now < life.mount_due and why == life.mount_told:
            turn.wake(life.mount_due)
            return life
        turn.tell("Warning", "FailedMount", why)
        unbound = why.startswith("Unable")
        wait = CLAIM_RETRY if unbound else min(max(2 * life.mount_wait, MOUNT_FIRST), MOUNT_MOST)
        turn.wake(turn.now + wait)
        return replace(life, mount_due=turn.now + wait, mount_wait=wait, mount_told=why)
    told: set[str] = set()
    if turn.behaviour.pull_after:
        specs = turn.pod["spec"]
        for field, role in (("initContainers", "init"), ("containers", "main")):
            for spec in specs.get(field) or ():
                image = spec["image"]
                if image not in turn.seen.present and image not in told:
                    told.add(image)
                    turn.tell("Normal", "Pulling", f'Pulling image "{image}"', spec["name"], role)  # type: ignore[arg-type]
    return replace(life, address=turn.seen.address, mount_due=None, told_pulling=frozenset(told))


def _unattached(turn: Turn, life: Life) -> Life:
    """Attaching is the control plane's affair: the kubelet waits, and tells of it every two minutes."""
    names = " ".join(turn.seen.missing)
    due = life.mount_due
    if life.mount_told != names or due is None:
        due = turn.now + ATTACH_WAIT
    elif turn.now >= due:
        turn.tell(
            "Warning", "FailedMount", f"Unable to attach or mount volumes: unmounted volumes=[{names}], "
            f"unattached volumes=[{names}], failed to process volumes=[]: context deadline exceeded",
        )  # fmt: skip
        due = turn.now + ATTACH_WAIT
    turn.wake(due)
    return replace(life, mount_due=due, mount_told=names)


def _overdue(turn: Turn, life: Life) -> Life:
    seconds = turn.pod["spec"].get("activeDeadlineSeconds")
    if seconds is None or turn.stopping:
        return life
    at = life.acked + int(seconds) * SECOND
    if turn.now < at:
        turn.wake(at)
        return life
    turn.tell("Normal", "DeadlineExceeded", DEADLINE)
    _tell_killing(turn, life)
    over = _all_ended(turn, life, 137, "Error")
    return replace(over, phase="Failed", reason="DeadlineExceeded", message=DEADLINE)


def _finished(turn: Turn, life: Life) -> Life:
    """Its phase once all containers have ended for good, or a fault says so."""
    said, mains = turn.behaviour, life.mains
    if said.fault in END_FAULTS and not turn.stopping and all(c.state == "running" for c in mains):
        code = 0 if said.fault == "Succeeded" else said.exit_code or 1
        return replace(_all_ended(turn, life, code, exit_reason(code)), phase=said.fault)
    failed_init = any(
        c.state == "ended" and c.due is None and c.end is not None and c.end.code != 0 for c in life.inits
    )
    if failed_init:
        return replace(life, phase="Failed")
    if not mains or any(c.state != "ended" or c.due is not None for c in mains):
        return life
    good = all(c.end is not None and c.end.code == 0 for c in mains)
    return replace(_all_ended(turn, life, 0, "Completed"), phase="Succeeded" if good else "Failed")


def _all_ended(turn: Turn, life: Life, code: int, reason: str) -> Life:
    return replace(
        life,
        inits=tuple(_ended(turn, c, 0, "Completed") for c in life.inits),
        mains=tuple(_ended(turn, c, code, reason) for c in life.mains),
    )


def _ended(turn: Turn, container: Container, code: int, reason: str) -> Container:
    if container.state != "running":
        return replace(container, due=None)
    end = Ended(code, reason, container.since, turn.now, container.attempt)
    return replace(container, state="ended", end=end, since=turn.now, due=None, up=None, ready=False)


def _stopped(turn: Turn, life: Life) -> Life:
    """Asked to stop: preStop hooks and then the containers, all within the grace period; then the pod is let go."""
    if not turn.stopping:
        return life
    grace = grace_period(turn.pod)
    if life.stop_from is None or life.stop_by is None:
        if not life.phase:
            _tell_killing(turn, life)
        life = replace(life, stop_from=turn.now, stop_by=turn.now + grace)
    elif turn.now + grace < life.stop_by:
        life = replace(life, stop_by=turn.now + grace)
    assert life.stop_from is not None and life.stop_by is not None
    gone_at = life.stop_from
    if not life.phase and any(c.state == "running" for c in (*life.inits, *life.mains)):
        gone_at = min(life.stop_from + _hook(turn) + turn.behaviour.stop_after, life.stop_by)
    if turn.now < gone_at:
        turn.wake(gone_at)
    elif turn.pod["metadata"].get("deletionGracePeriodSeconds"):
        meta = turn.pod["metadata"]
        ref = Ref("pods", meta["namespace"], meta["name"])
        turn.actions.append(Delete(ref, uid=meta["uid"], grace_seconds=0, outcome=GONE))
    elif not life.phase and turn.pod["metadata"].get("finalizers"):
        return _kept(turn, life, gone_at)
    return life


def _kept(turn: Turn, life: Life, gone_at: Instant) -> Life:
    """What finalizers keep after it has stopped is told of with the next sync of statuses: it has failed."""
    if turn.now < gone_at + STATUS_SYNC:
        turn.wake(gone_at + STATUS_SYNC)
        return life
    life = replace(_all_ended(turn, life, STOPPED, "Error"), phase="Failed")
    return replace(
        life,
        mains=tuple(replace(c, end=replace(c.end, finished=gone_at)) if c.end is not None else c for c in life.mains),
    )


def _hook(turn: Turn) -> Duration:
    return max((hooks.duration(c, "preStop") for c in turn.pod["spec"].get("containers") or ()), default=0)


def _tell_killing(turn: Turn, life: Life) -> None:
    specs = turn.pod["spec"].get("initContainers") or ()
    for container in life.mains:
        if container.state == "running":
            turn.tell("Normal", "Killing", f"Stopping container {container.name}", container.name)
    for container, spec in zip(life.inits, specs, strict=False):
        if container.state == "running":
            turn.tell("Normal", "Killing", f"Stopping container {container.name}", container.name, role_of(spec))
