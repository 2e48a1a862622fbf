"""However many ask at once, a ResourceQuota is never exceeded; and what it says is used is what there is."""

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.apiserver.store.store import Change
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import MILLISECOND, MINUTE, SECOND
from quorate.objects.pod import is_finished
from quorate.objects.quantity import milli
from quorate.objects.times import parse_time

Obj = dict[str, Any]
LONG = int(os.environ.get("QUORATE_EXAMPLES", "0"))
SPACE = "team"
HARD = {"pods": "5", "requests.cpu": "1", "configmaps": "4", "count/jobs.batch": "2"}
CPUS = ("100m", "300m", "700m")
MOVES = st.tuples(
    st.sampled_from((0, 0, 1, 300, 2_000, 15_000)),
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 6), st.sampled_from(CPUS)),
        st.tuples(st.just("job"), st.integers(0, 6), st.sampled_from(CPUS)),
        st.tuples(st.just("pod"), st.integers(0, 6), st.sampled_from(CPUS)),
        st.tuples(st.just("map"), st.integers(0, 6), st.just("")),
        st.tuples(st.just("delete"), st.integers(0, 6), st.sampled_from(("pods", "configmaps", "jobs.batch"))),
        st.tuples(st.just("finish"), st.integers(0, 6), st.just("")),
        st.tuples(st.just("forget"), st.just(0), st.just("")),
    ),
)


class Team:
    """A namespace with a quota in force, whose every commit is counted."""

    def __init__(self, seed: int, lag: int) -> None:
        self.world: World = world(seed, Shape(nodes=2, lag=lag * MILLISECOND))
        self.client, self.made = self.world.client(), 0
        self.client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
        self.world.run_for(MINUTE)
        self.client.create("resourcequotas", self.named("ResourceQuota", "most", spec={"hard": HARD}))
        self.world.run_for(MINUTE)
        self.world.follow(self.hear)

    def named(self, kind: str, name: str, version: str = "v1", **rest: Any) -> Obj:
        return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": SPACE}, **rest}

    def used(self) -> dict[str, int]:
        """In thousandths, counted from the objects themselves."""
        reader = self.world.reader
        pods = [pod for pod in reader.list("pods", SPACE) if not is_finished(pod) and not self.late(pod)]
        cpu = sum(milli(pod["spec"]["containers"][0]["resources"]["requests"]["cpu"]) for pod in pods)
        count = {"configmaps": "configmaps", "count/jobs.batch": "jobs.batch"}
        counted = {name: 1000 * len(reader.list(resource, SPACE)) for name, resource in count.items()}
        return {"pods": 1000 * len(pods), "requests.cpu": cpu, **counted}

    def late(self, pod: Obj) -> bool:
        """Whether it should have been gone by now: what a finalizer keeps is charged to nobody."""
        meta = pod["metadata"]
        grace = int(meta.get("deletionGracePeriodSeconds") or 0) * SECOND
        return bool(meta.get("deletionTimestamp")) and self.world.now > parse_time(meta["deletionTimestamp"]) + grace

    def hear(self, change: Change) -> None:
        if change.type == "ADDED" and change.new["metadata"].get("namespace") == SPACE:
            over = {name: amount for name, amount in self.used().items() if amount > milli(HARD[name])}
            assert not over, f"{over} with {HARD}"

    def do(self, verb: str, number: int, value: str) -> None:
        containers = [{"name": "c", "image": "app:1", "resources": {"requests": {"cpu": value}}}]
        labels = {"app": f"set-{number}"}
        self.made += 1
        match verb:
            case "set":
                template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
                spec = {"replicas": number, "selector": {"matchLabels": labels}, "template": template}
                self.client.create("replicasets.apps", self.named("ReplicaSet", f"set-{number}", "apps/v1", spec=spec))
            case "job":
                template = {"spec": {"restartPolicy": "Never", "containers": containers}}
                self.client.create(
                    "jobs.batch",
                    self.named(
                        "Job", f"job-{self.made}", "batch/v1", spec={"parallelism": number, "template": template}
                    ),
                )
            case "pod":
                self.client.create("pods", self.named("Pod", f"pod-{self.made}", spec={"containers": containers}))
            case "map":
                self.client.create("configmaps", self.named("ConfigMap", f"map-{self.made}"))
            case "delete" if there := self.world.reader.list(value, SPACE):
                self.client.delete(
                    value, SPACE, there[number % len(there)]["metadata"]["name"], propagation="Background"
                )
            case "finish" if there := self.world.reader.list("pods", SPACE):
                name = there[number % len(there)]["metadata"]["name"]
                self.client.patch("pods", SPACE, name, {"status": {"phase": "Succeeded"}}, subresource="status")
            case "forget":
                # Somebody writes nonsense into its status; what binds is what there is.
                status = {"hard": HARD, "used": dict.fromkeys(HARD, "0")}
                self.client.patch("resourcequotas", SPACE, "most", {"status": status}, subresource="status")


@settings(max_examples=LONG or 40, deadline=None, derandomize=not LONG, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 999), lag=st.sampled_from((0, 0, 30, 400)), moves=st.lists(MOVES, max_size=14))
def test_no_quota_is_ever_exceeded(seed: int, lag: int, moves: list[Any]) -> None:
    on = Team(seed, lag)
    for wait, move in moves:
        on.world.run_for(wait * MILLISECOND)
        try:
            on.do(*move)
        except Refused as refused:
            assert refused.reason in ("Forbidden", "AlreadyExists", "Invalid", "Conflict"), refused
    on.world.run_for(6 * MINUTE)
    quota = on.world.get("resourcequotas", SPACE, "most")
    assert quota is not None
    assert {name: milli(amount) for name, amount in quota["status"]["used"].items()} == on.used()
