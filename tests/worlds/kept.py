"""Programmes that once broke a promise: each is played again at every run."""

from world_moves import Programme

LAYOUT = {
    "replicas": 3, "policy": "OrderedReady", "storage": "", "apart": True, "min_ready": 5, "probe": False, "ready_after": 300,
    "stop_after": 2000, "retention": "Retain/Retain", "cpu": "100m",
}  # fmt: skip

KEPT: dict[str, Programme] = {
    "a node that came back left its pods out of their service": Programme(
        seed=1975, lag=0, nodes=4, zones=3,
        moves=((0, "create", "web", LAYOUT), (400000, "delete_node", 1), (50, "evict", "web", 0)),
    ),
    "a pod that ends as it starts was replaced without end, and no time passed": Programme(
        seed=1, lag=0, nodes=3, zones=3,
        moves=((0, "create", "web", LAYOUT), (5000, "spoil", "web", "Succeeded"), (60000, "scale", "web", 4)),
    ),
    "a pod that owns its claims and goes in the foreground waits for them as they wait for it": Programme(
        seed=714, lag=0, nodes=3, zones=2,
        moves=(
            (0, "create", "db", {**LAYOUT, "storage": "standard", "retention": "Delete/Retain"}), (600, "down", 0),
            (0, "scale", "db", 0), (20000, "delete_set", "db", "Foreground"),
        ),
    ),
    "a pod adopted without the volume that the set wants kept the status from being written": Programme(
        seed=208, lag=0, nodes=2, zones=2,
        moves=(
            (0, "create", "db", {**LAYOUT, "apart": False, "min_ready": 0}), (20000, "down", 1),
            (400000, "delete_set", "db", "Orphan"), (60000, "create", "db", {**LAYOUT, "storage": "retained", "replicas": 2}),
            (60000, "wait"),
        ),
    ),
}  # fmt: skip
"""What went wrong -> the programme that showed it."""
