"""Evictions in a whole world never take a budget below its floor, whatever the lag and the order."""

from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.assemble.world import Shape, World, thaw, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import MILLISECOND, MINUTE
from quorate.objects.pod import is_ready, is_terminating

Obj = dict[str, Any]
REPLICAS = 4


@lru_cache
def ready_world(lag: int) -> bytes:
    made = world(seed=5, shape=Shape(lag=lag))
    client = made.client()
    labels = {"app": "db"}
    template = {
        "metadata": {
            "labels": labels,
            "annotations": {"sim.quorate.dev/ready-after": "3s", "sim.quorate.dev/stop-after": "2s"},
        },
        "spec": {"containers": [{"name": "c", "image": "db:1"}]},
    }
    spec = {"serviceName": "db", "replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": template}
    meta = {"name": "db", "namespace": "default"}
    client.create("statefulsets.apps", {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec})
    made.run_for(MINUTE)
    return made.frozen()


class Watcher:
    """Counts, at every commit, the pods that serve."""

    def __init__(self, w: World) -> None:
        self.world, self.fewest = w, REPLICAS

    def hear(self, commit: Any) -> None:
        if commit.resource == "pods":
            serving = sum(1 for p in self.world.reader.list("pods", "default") if is_ready(p) and not is_terminating(p))
            self.fewest = min(self.fewest, serving)


STEPS = st.lists(st.tuples(st.integers(0, REPLICAS - 1), st.integers(0, 4000)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lag=st.sampled_from([0, 300]), least=st.integers(0, REPLICAS), steps=STEPS)
def test_evictions_never_take_a_budget_below_its_floor(lag: int, least: int, steps: list[tuple[int, int]]) -> None:
    w = thaw(ready_world(lag * MILLISECOND))
    budget = {"minAvailable": least, "selector": {"matchLabels": {"app": "db"}}}
    meta = {"name": "db", "namespace": "default"}
    w.client().create(
        "poddisruptionbudgets.policy",
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": budget},
    )
    watcher = Watcher(w)
    w.store.subscribe(watcher.hear)
    for ordinal, wait in steps:
        try:
            w.client().evict("default", f"db-{ordinal}")
        except Refused as refused:
            assert refused.code in (404, 429)
        w.run_for(wait * MILLISECOND)
    assert watcher.fewest >= least
    w.run_for(5 * MINUTE)
    (found,) = w.reader.list("poddisruptionbudgets.policy")
    assert found["status"]["currentHealthy"] == REPLICAS and "disruptedPods" not in found["status"]
    assert found["status"]["disruptionsAllowed"] == REPLICAS - least
