"""/metrics of 10,000 pods: the first scrape, the next ones, and what stays in memory for them."""

import os
import time

from bench.startup import resident
from quorate.assemble.world import Shape, world
from quorate.kernel.clock import MINUTE, SECOND
from quorate.observe.metrics import Exposition

PODS, EACH, NODES = 10_000, 100, 500


def main() -> None:
    made = world(seed=1, shape=Shape(nodes=NODES, zones=3))
    for i in range(PODS // EACH):
        labels = {"app": f"web-{i}"}
        container = {
            "name": "main", "image": "app:1",
            "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        }  # fmt: skip
        made.client().create("deployments.apps", {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": f"web-{i}", "namespace": "default"},
            "spec": {
                "replicas": EACH, "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
        })  # fmt: skip
    made.run_for(2 * MINUTE)
    before = resident(os.getpid())
    exposition = Exposition()
    took = []
    for _ in range(4):
        began = time.perf_counter()
        text = exposition.render(made.reader, made.now)
        took.append(time.perf_counter() - began)
        made.run_for(15 * SECOND)
    size, lines = len(text) / 1e6, text.count(b"\n")
    del text
    print(
        f"{PODS:,} pods, {lines:,} lines, {size:.0f} MB: first scrape {took[0]:.2f} s, then {min(took[1:]) * 1000:.0f} to "
        f"{max(took[1:]) * 1000:.0f} ms; {resident(os.getpid()) - before:.0f} MB kept for it"
    )


if __name__ == "__main__":
    main()
