"""Programmes: what users, operators and misfortune do to a world, drawn by hypothesis and written down as plain data.

A programme is a seed, a lag, a shape and moves; each move is `(milliseconds before it, verb, arguments...)`. Its repr can
be pasted into kept.py.
"""

from typing import Any, NamedTuple

from hypothesis import strategies as st

Move = tuple[Any, ...]

FAULTS = (
    "ImagePullBackOff", "CreateContainerConfigError", "CrashLoopBackOff", "Failed", "Succeeded", "NeverReady",
    "ready=false", "crash-after=3s", "ready-after=20s", "start-after=5s", "stop-after=10s",
)  # fmt: skip
"""What a template may be spoiled with: a fault by name, or another annotation with its value."""

LIVE = ("NeverReady", "ready=false", "crash-after=2s", "")
"""What a running pod may be told; "" takes it back."""

STOPPABLE = (
    "statefulset-controller", "default-scheduler", "persistentvolume-controller", "disruption-controller",
    "garbage-collector-controller", "deployment-controller", "replicaset-controller", "endpointslice-controller",
)  # fmt: skip


class Programme(NamedTuple):
    """lag in milliseconds; `moves` as above."""

    seed: int
    lag: int
    nodes: int
    zones: int
    moves: tuple[Move, ...]


sets = st.sampled_from(("web", "db"))
ordinals = st.integers(0, 4)
nodes = st.integers(0, 3)
waits = st.sampled_from((0, 0, 1, 7, 50, 200, 600, 1_500, 5_000, 20_000, 60_000, 130_000, 400_000))

layouts = st.fixed_dictionaries({
    "replicas": st.sampled_from((3, 3, 2, 1, 4, 0)),
    "policy": st.sampled_from(("OrderedReady", "OrderedReady", "Parallel")),
    "storage": st.sampled_from(("", "standard", "topology-aware", "retained")),
    "apart": st.booleans(),
    "min_ready": st.sampled_from((0, 0, 5)),
    "probe": st.booleans(),
    "ready_after": st.sampled_from((0, 300, 3_000)),
    "stop_after": st.sampled_from((0, 0, 2_000)),
    "retention": st.sampled_from(("Retain/Retain", "Delete/Retain", "Retain/Delete", "Delete/Delete")),
    "cpu": st.sampled_from(("100m", "1500m")),
})  # fmt: skip


budgets = st.sampled_from(("min 0", "min 1", "min 2", "min 3", "min 50%", "max 0", "max 1", "max 34%"))
retentions = st.sampled_from(("Retain/Retain", "Delete/Retain", "Retain/Delete", "Delete/Delete"))
labels = st.sampled_from(("app", "controller-revision-hash", "statefulset.kubernetes.io/pod-name"))
propagations = st.sampled_from(("Background", "Foreground", "Orphan"))
stoppable = st.sampled_from(STOPPABLE)

VERBS: tuple[tuple[int, str, tuple[st.SearchStrategy[Any], ...]], ...] = (
    (6, "scale", (sets, ordinals)),
    (6, "image", (sets, st.integers(1, 3))),
    (3, "spoil", (sets, st.sampled_from(FAULTS))),
    (3, "mend", (sets,)),
    (3, "partition", (sets, ordinals)),
    (2, "strategy", (sets, st.sampled_from(("RollingUpdate", "OnDelete", "bare")))),
    (2, "start", (sets, st.integers(0, 2))),
    (2, "retention", (sets, retentions)),
    (1, "min_ready", (sets, st.sampled_from((0, 5)))),
    (6, "delete_pod", (sets, ordinals, st.sampled_from((None, None, 1, 0)))),
    (8, "evict", (sets, ordinals)),
    (3, "live", (sets, ordinals, st.sampled_from(LIVE))),
    (2, "relabel", (sets, ordinals, labels)),
    (1, "unrelabel", (sets, ordinals)),
    (1, "squat", (sets, ordinals, st.booleans())),
    (3, "delete_set", (sets, propagations)),
    (3, "create", (sets, layouts)),
    (2, "delete_claim", (sets, ordinals)),
    (1, "delete_volume", (sets, ordinals)),
    (1, "delete_revision", (sets, st.integers(0, 3))),
    (2, "cordon", (nodes,)),
    (2, "uncordon", (nodes,)),
    (4, "drain", (nodes,)),
    (4, "down", (nodes,)),
    (4, "up", (nodes,)),
    (1, "delete_node", (nodes,)),
    (4, "budget", (sets, budgets, st.booleans())),
    (1, "no_budget", (sets,)),
    (2, "stop", (stoppable,)),
    (3, "start_again", (stoppable,)),
    (2, "deploy", (st.integers(0, 3),)),
    (2, "redeploy", (st.integers(1, 3),)),
    (1, "pause", (st.booleans(),)),
    (1, "undeploy", (propagations,)),
    (1, "end_namespace", ()),
)
"""(weight, verb, what its arguments are drawn from)."""

ARGUMENTS = {verb: arguments for _, verb, arguments in VERBS}
DRAWN = st.sampled_from(["", *(verb for weight, verb, _ in VERBS for _ in range(weight))])
"""No move comes first, so that what does not matter shrinks away."""


@st.composite
def a_move(draw: st.DrawFn) -> Move | None:
    verb = draw(DRAWN)
    return None if not verb else (draw(waits), verb, *(draw(a) for a in ARGUMENTS[verb]))


@st.composite
def programmes(draw: st.DrawFn, length: int = 22) -> Programme:
    both = draw(st.booleans())
    first = ((0, "create", "web", draw(layouts)), *(((0, "create", "db", draw(layouts)),) if both else ()))
    then = tuple(move for move in (draw(a_move()) for _ in range(length)) if move is not None)
    return Programme(
        seed=draw(st.integers(0, 2**16)), lag=draw(st.sampled_from((0, 0, 1, 20, 150, 500))), nodes=draw(st.integers(1, 4)),
        zones=draw(st.integers(1, 3)), moves=first + then,
    )  # fmt: skip
