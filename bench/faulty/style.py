"""What workloads look like beside what is wrong with them: names, labels, sidecars."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

Obj = dict[str, Any]

SETS = ("db", "kafka", "pg-main", "etcd", "shard-1", "redis-cluster-node", "z")
DEPLOYMENTS = ("web", "api", "checkout", "front-2", "ingress-gateway-controller-internal", "b")


@dataclass(frozen=True, slots=True)
class Style:
    """`sidecar`: beside the application runs another container ("plain"), or an init container that stays ("native")."""

    names: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    sidecar: str = ""

    def template(self, template: Obj) -> Obj:
        meta, spec = template["metadata"], dict(template["spec"])
        extra = {
            "image": "registry.example.com/exporter:0.9",
            "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
        }
        if self.sidecar == "plain":
            spec["containers"] = [*spec["containers"], {"name": "metrics", **extra}]
        elif self.sidecar == "native" and "initContainers" not in spec:
            spec["initContainers"] = [{"name": "proxy", "restartPolicy": "Always", **extra}]
        return {"metadata": {**meta, "labels": {**self.labels, **meta["labels"]}}, "spec": spec}


PLAIN = Style()


def drawn(draw: Random) -> Style:
    labels = {"app.kubernetes.io/part-of": "shop", "team": draw.choice(["a", "b"])} if draw.random() < 0.5 else {}
    names = {"db": draw.choice(SETS), "web": draw.choice(DEPLOYMENTS)}
    return Style(names, labels, draw.choice(["", "", "plain", "native"]))
