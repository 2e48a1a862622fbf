"""What a kubelet keeps of a pod between two looks: instants finer than the API's seconds, back-offs, probe results.

All of it is frozen and hashable (`Plan.remember`). The API's status is drawn from it by `status.py`.
"""

from dataclasses import dataclass, field
from typing import Literal

from quorate.kernel.clock import Duration, Instant

State = Literal["waiting", "running", "ended"]


@dataclass(frozen=True, slots=True)
class Ended:
    """One run of a container that is over. `attempt` counts from 0."""

    code: int
    reason: str
    started: Instant
    finished: Instant
    attempt: int


@dataclass(frozen=True, slots=True)
class Answers:
    """How a probe's target answers, and since when. `warned`: when the last Unhealthy event was told."""

    well: bool
    since: Instant
    warned: Instant | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A container of the pod.

    since       when it began to run (running), or ended, or began to wait
    due         when it does something by itself: starts, is pulled again, comes out of its back-off; None: never
    up          when its startup probe passed (at once without one); None: not yet
    crash_wait  the crash back-off that its next failure meets; 0: none, it is restarted at once
    crash_from  when that back-off was last extended (it is forgotten after ten minutes of running)
    pull_wait   the same for pulls of its image, in force until `pull_until`
    fault       the simulated fault for which it waits
    last        the run before the present one
    end         how it ended (state "ended")
    """

    name: str
    image: str
    state: State = "waiting"
    reason: str = ""
    message: str = ""
    since: Instant = 0
    due: Instant | None = None
    attempt: int = 0
    up: Instant | None = None
    ready: bool = False
    readiness: Answers | None = None
    liveness: Answers | None = None
    crash_wait: Duration = 0
    crash_from: Instant = 0
    pull_wait: Duration = 0
    pull_until: Instant = 0
    fault: str = ""
    last: Ended | None = None
    end: Ended | None = None

    @property
    def has_run(self) -> bool:
        return self.state != "waiting" or self.last is not None


@dataclass(frozen=True, slots=True)
class Life:
    """A pod on its node.

    acked      when the kubelet took it up: status.startTime
    address    of the sandbox; "" until its volumes are mounted
    inits      init containers in the order of the spec; `mains` the others
    mount_due, mount_wait, mount_told   the next try to mount, the wait after it, and what was last said about it
    stop_from, stop_by                  when it was asked to stop, and when its grace period ends
    phase, reason, message              once it is over for good: Failed or Succeeded, and why
    """

    uid: str
    acked: Instant
    address: str = ""
    inits: tuple[Container, ...] = ()
    mains: tuple[Container, ...] = ()
    mount_due: Instant | None = None
    mount_wait: Duration = 0
    mount_told: str = ""
    stop_from: Instant | None = None
    stop_by: Instant | None = None
    phase: str = ""
    reason: str = ""
    message: str = ""
    told_pulling: frozenset[str] = field(default=frozenset())

    @property
    def settled(self) -> bool:
        """Whether nothing of it waits for volumes, images or configuration."""
        if self.phase:
            return True
        return bool(self.address) and all(c.state != "waiting" for c in (*self.inits, *self.mains))
