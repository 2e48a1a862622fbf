"""A kubelet's decision about one pod: events, at most one status, and the final delete."""

from quorate.contract.plan import Delete, Plan, Update
from quorate.kernel.clock import Instant
from quorate.nodes.simulated.advance import advanced, begun
from quorate.nodes.simulated.life import Life
from quorate.nodes.simulated.status import status
from quorate.nodes.simulated.turn import Seen, Turn


def decide(seen: Seen, now: Instant) -> Plan:
    """While its node is down nothing happens to a pod, and its times stand still."""
    if seen.down:
        return Plan(remember=seen.life)
    turn = Turn(seen, now)
    life = seen.life or _taken_up(turn)
    life = advanced(turn, life)
    post = None
    if not any(isinstance(a, Delete) for a in turn.actions):
        wanted = status(turn, life)
        if wanted != turn.pod.get("status"):
            post = Update("pods", {**turn.pod, "status": wanted}, "status")
    return Plan(tuple(turn.actions), post, turn.due, life)


def _taken_up(turn: Turn) -> Life:
    life = begun(turn.pod, turn.now)
    if turn.seen.refused is None:
        return life
    reason, message = turn.seen.refused
    turn.tell("Warning", reason, message)
    return Life(
        life.uid, life.acked, inits=life.inits, mains=life.mains, phase="Failed", reason=reason,
        message=f"Pod was rejected: {message}",
    )  # fmt: skip
