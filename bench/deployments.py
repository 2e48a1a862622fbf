"""1,000 Deployments x 10 pods on 1,000 nodes, to Ready, then all of them deleted; and what a pod costs as the world grows.

On virtual time, on one core. Prints pods per second of wall time and the memory of the process; what a pod costs is processor
time, which others on the machine do not change.
"""

import os
import time
from pathlib import Path

from quorate.assemble.world import Shape, World, world
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND

DEPLOYMENTS, PODS, NODES = 1_000, 10, 1_000
STEPS = (1_000, 5_000, 10_000, 20_000)
"""Pods in the world at which the cost of one more is measured."""


def deployment(name: str, replicas: int = PODS) -> Obj:
    labels = {"app": name}
    container = {"name": "main", "image": "app:1", "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container], "terminationGracePeriodSeconds": 1}},
        },
    }  # fmt: skip


def resident() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ready(made: World) -> int:
    return sum(d["status"].get("readyReplicas", 0) for d in made.reader.list("deployments.apps"))


def roll_out(made: World, first: int, count: int) -> float:
    """Seconds until `count` more Deployments are Ready."""
    client, wanted = made.client(), ready(made) + count * PODS
    began = time.perf_counter()
    for i in range(first, first + count):
        client.create("deployments.apps", deployment(f"web-{i}"))
    while ready(made) < wanted:
        made.run_for(SECOND)
    return time.perf_counter() - began


def main() -> None:
    made = world(seed=1, shape=Shape(nodes=NODES, zones=3))
    took = roll_out(made, 0, DEPLOYMENTS)
    pods = DEPLOYMENTS * PODS
    print(
        f"{pods:,} pods of {DEPLOYMENTS:,} Deployments Ready on {NODES:,} nodes in {took:.1f} s: {pods / took:.0f} pods/s, {resident():.0f} MB"
    )
    began = time.perf_counter()
    client = made.client()
    for pod in list(made.reader.list("deployments.apps")):
        client.delete("deployments.apps", "default", pod["metadata"]["name"], propagation="Background")
    while made.reader.list("pods"):
        made.run_for(SECOND)
    took = time.perf_counter() - began
    print(f"{pods:,} pods deleted in {took:.1f} s: {pods / took:.0f} pods/s")
    made = world(seed=1, shape=Shape(nodes=NODES, zones=3))
    done, costs = 0, []
    for step in STEPS:
        if step - 1_000 > done:
            roll_out(made, done // PODS, (step - 1_000 - done) // PODS)
            done = step - 1_000
        before = time.process_time()
        roll_out(made, done // PODS, 1_000 // PODS)
        costs.append((time.process_time() - before) / 1_000)
        done = step
    shown = ", ".join(f"{step:,}: {cost * 1e3:.2f} ms" for step, cost in zip(STEPS, costs, strict=True))
    print(f"cost of a pod in a world of N pods: {shown}; {max(costs) / costs[0]:.2f}x")


if __name__ == "__main__":
    main()
