"""Plays a programme in this process and writes its trace, for processes to be compared.

trace_of.py whole          the trace of BUSY from beginning to end
trace_of.py freeze FILE    the first half of BUSY, then the play itself into FILE
trace_of.py thaw FILE      the play of FILE, taken to the end
"""

import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from world_moves import Programme
from world_play import Play
from world_rest import mend

LAYOUT = {
    "replicas": 4, "policy": "OrderedReady", "storage": "topology-aware", "apart": True, "min_ready": 5, "probe": True,
    "ready_after": 300, "stop_after": 2000, "retention": "Delete/Delete", "cpu": "100m",
}  # fmt: skip
OTHER = {**LAYOUT, "policy": "Parallel", "storage": "standard", "apart": False, "retention": "Retain/Retain"}
BUSY = Programme(
    seed=7, lag=150, nodes=4, zones=3,
    moves=(
        (0, "create", "web", LAYOUT), (0, "create", "db", OTHER), (50, "deploy", 3), (20000, "budget", "web", "min 2", False),
        (20000, "image", "web", 2), (1500, "evict", "web", 1), (200, "drain", 1), (5000, "down", 2), (200, "spoil", "db", "Failed"),
        (7, "scale", "db", 2), (60000, "live", "web", 0, "NeverReady"), (130000, "mend", "db"), (200, "delete_node", 3),
        (400000, "up", 2), (600, "stop", "statefulset-controller"), (600, "delete_pod", "web", 0, 0), (1500, "scale", "web", 1),
        (5000, "start_again", "statefulset-controller"), (200, "redeploy", 2), (5000, "delete_claim", "db", 1),
        (20000, "delete_set", "db", "Foreground"), (1500, "undeploy", "Background"),
    ),
)  # fmt: skip
HALF = 9


def trace(play: Play) -> bytes:
    """Every commit with its time, a line each."""
    lines = (b"%d %d %s %s %s\n" % (at, n, t.encode(), r.encode(), raw) for at, n, t, r, raw in play.promises.trace)
    return b"".join(lines)


def begin(moves: int) -> Play:
    play = Play(BUSY, managed=True)
    play.play(BUSY.moves[:moves])
    return play


def end(play: Play, moves: int) -> bytes:
    play.play(BUSY.moves[moves:])
    mend(play)
    return trace(play)


def main(verb: str, file: str = "") -> None:
    if verb == "freeze":
        Path(file).write_bytes(pickle.dumps(begin(HALF)))
    else:
        play = pickle.loads(Path(file).read_bytes()) if verb == "thaw" else begin(HALF)
        sys.stdout.buffer.write(end(play, HALF))


if __name__ == "__main__":
    main(*sys.argv[1:])
