"""A Deployment's rollout in a whole world: after every commit its bounds hold, and in the end it is what was last asked for."""

import os
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quorate.apiserver.store.store import Change
from quorate.assemble.world import Shape, World, world
from quorate.controllers.deployment import amounts
from quorate.kernel.clock import MILLISECOND, MINUTE
from quorate.objects.pod import is_ready, is_terminating

DEPLOYMENTS = "deployments.apps"
SIM, REVISION = "sim.quorate.dev/", "deployment.kubernetes.io/revision"
MOVES = st.tuples(
    st.sampled_from((0, 3, 40, 700, 1_500, 6_000, 40_000)),
    st.one_of(
        st.tuples(st.just("image"), st.integers(1, 3)),
        st.tuples(st.just("spoil"), st.sampled_from(("ImagePullBackOff", "NeverReady", "CrashLoopBackOff"))),
        st.tuples(st.just("touch"), st.integers(0, 9)),
        st.tuples(st.just("pause"), st.booleans()),
        st.tuples(
            st.sampled_from(("stop", "start")), st.sampled_from(("deployment-controller", "replicaset-controller"))
        ),
    ),
)
SIZES = st.one_of(st.integers(0, 3), st.sampled_from(("0%", "25%", "34%", "100%")))


class Rollout:
    """A Deployment that has come to rest; from then on its bounds are watched."""

    def __init__(self, seed: int, lag: int, replicas: int, surge: Any, unavailable: Any) -> None:
        self.world: World = world(seed, Shape(nodes=3, lag=lag * MILLISECOND))
        self.client = self.world.client()
        self.misled = False
        """Going back to a ReplicaSet whose status counts pods that have gone, Kubernetes' controller takes too many away."""
        if not any(int(str(size).rstrip("%")) for size in (surge, unavailable)):
            unavailable = 1
        strategy = {"maxSurge": surge, "maxUnavailable": unavailable}
        annotations = {SIM + "ready-after": "900ms", SIM + "stop-after": "1200ms"}
        template = {
            "metadata": {"labels": {"app": "web"}, "annotations": annotations},
            "spec": {"containers": [{"name": "c", "image": "app:0"}]},
        }
        self.client.create(DEPLOYMENTS, {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
            "spec": {
                "replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": strategy},
            },
        })  # fmt: skip
        self.world.run_for(MINUTE)
        self.most = replicas + amounts.max_surge(self.it)
        self.least = replicas - amounts.max_unavailable(self.it)
        self.world.follow(self.hear)

    @property
    def it(self) -> dict[str, Any]:
        found = self.world.get(DEPLOYMENTS, "default", "web")
        assert found is not None
        return found

    def hear(self, change: Change) -> None:
        """The surge is a promise about what the ReplicaSets are to have: they work beside each other."""
        if change.resource == "replicasets.apps":
            sets = self.world.reader.list(change.resource, "default")
            asked = sum(found["spec"]["replicas"] for found in sets)
            assert asked <= self.most, f"{asked} pods are asked for, but a surge to {self.most} is allowed"
            if change.old is not None and change.new["spec"]["replicas"] < change.old["spec"]["replicas"]:
                newest = max(sets, key=lambda found: int(found["metadata"]["annotations"][REVISION]))
                self.misled = newest["status"].get("availableReplicas", 0) > newest["spec"]["replicas"]
        elif change.resource == "pods" and not self.misled:
            ready = sum(map(is_ready, self.staying()))
            assert ready >= self.least, f"{ready} are available, but {self.least} must stay"

    def staying(self) -> list[dict[str, Any]]:
        return [pod for pod in self.world.reader.list("pods", "default") if not is_terminating(pod)]

    def run_for(self, milliseconds: int) -> None:
        self.world.run_for(milliseconds * MILLISECOND)
        runner = self.world.runtime.runners["replicaset-controller"]
        if not runner.stopped and runner.idle:
            assert len(self.staying()) <= self.most

    def do(self, verb: str, value: Any) -> None:
        match verb:
            case "image":
                self.template({"spec": {"containers": [{"name": "c", "image": f"app:{value}"}]}})
            case "spoil":
                self.template({"metadata": {"annotations": {SIM + "fault": value}}})
            case "touch":
                self.client.patch(DEPLOYMENTS, "default", "web", {"metadata": {"annotations": {"touched": str(value)}}})
            case "pause":
                self.client.patch(DEPLOYMENTS, "default", "web", {"spec": {"paused": value}})
            case "stop":
                self.world.runtime.runners[value].stop()
            case "start":
                self.world.runtime.runners[value].start()

    def template(self, change: dict[str, Any]) -> None:
        self.client.patch(DEPLOYMENTS, "default", "web", {"spec": {"template": change}}, "strategic")


LONG = int(os.environ.get("QUORATE_EXAMPLES", "0"))
STOPPED = [(0, ("stop", "replicaset-controller")), (0, ("image", 1)), (0, ("image", 2))]
"""An old ReplicaSet's status counts pods that it is to have no more: once that was believed."""


@settings(max_examples=LONG or 40, deadline=None, derandomize=not LONG, suppress_health_check=[HealthCheck.too_slow])
@example(seed=0, lag=0, replicas=2, surge=0, unavailable=1, moves=STOPPED)
@example(seed=2, lag=20, replicas=5, surge=0, unavailable=2, moves=[(0, ("image", 1))])
@given(
    seed=st.integers(0, 999), lag=st.sampled_from((0, 0, 20, 300)), replicas=st.integers(1, 6), surge=SIZES, unavailable=SIZES,
    moves=st.lists(MOVES, max_size=10),
)  # fmt: skip
def test_a_rollout_keeps_its_bounds_and_ends(
    seed: int, lag: int, replicas: int, surge: Any, unavailable: Any, moves: list[Any]
) -> None:
    on = Rollout(seed, lag, replicas, surge, unavailable)
    for wait, (verb, value) in moves:
        on.run_for(wait)
        on.do(verb, value)
    for name in ("deployment-controller", "replicaset-controller"):
        on.do("start", name)
    on.do("pause", False)
    on.template({"metadata": {"annotations": {SIM + "fault": None}}})
    on.world.run_for(15 * MINUTE)
    wanted = on.it["spec"]["template"]["spec"]["containers"][0]["image"]
    pods = on.world.reader.list("pods", "default")
    assert [pod["spec"]["containers"][0]["image"] for pod in pods] == [wanted] * replicas
    assert on.it["status"]["availableReplicas"] == on.it["status"]["updatedReplicas"] == replicas
