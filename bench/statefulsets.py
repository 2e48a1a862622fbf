"""100 StatefulSets x 10 pods with claims on 100 nodes, to Ready, on virtual time, on one core.

Everything counts: claims, volumes, scheduling, kubelets, events, status. Prints pods per second of wall time.
"""

import time

from quorate.assemble.world import Shape, world
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND

SETS, PODS, NODES = 100, 10, 100


def stateful_set(name: str) -> Obj:
    labels = {"app": name}
    container = {"name": "main", "image": "app:1", "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "serviceName": name, "replicas": PODS, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
        },
    }  # fmt: skip


def main() -> None:
    made = world(seed=1, shape=Shape(nodes=NODES, zones=3))
    client = made.client()
    before, began, virtual = made.store.revision, time.perf_counter(), made.now
    for i in range(SETS):
        client.create("statefulsets.apps", stateful_set(f"web-{i}"))

    def ready() -> int:
        return sum(s["status"].get("readyReplicas", 0) for s in made.reader.list("statefulsets.apps"))

    while ready() < SETS * PODS:
        made.run_for(SECOND)
    took = time.perf_counter() - began
    writes = made.store.revision - before
    print(
        f"{SETS * PODS} pods Ready in {took:.2f} s: {SETS * PODS / took:.0f} pods/s; {writes} writes, "
        f"{took / writes * 1e6:.0f} us each; {(made.now - virtual) / SECOND:.0f} s of the world's time"
    )


if __name__ == "__main__":
    main()
