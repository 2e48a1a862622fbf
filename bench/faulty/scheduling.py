"""Pods that find no node."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.play import Obj, Play
from quorate.kernel.clock import MINUTE, SECOND

STS, DEPLOY = "statefulsets.apps", "deployments.apps"
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def _set(play: Play, minutes: int = 3, replicas: int = 2, claims: bool = True, **spec: Any) -> str:
    name = play.statefulset(replicas=replicas, wait=False, claims=claims, **spec)
    play.run(minutes * MINUTE)
    return f"statefulset/{name}"


def _asks(**requests: str) -> Obj:
    return {"resources": {"requests": requests}}


def cpu(play: Play) -> str:
    return _set(play, container=_asks(cpu="64", memory="128Mi"))


def cpu_full(play: Play) -> str:
    """Each would fit on an empty node; together they do not."""
    name = play.deployment(replicas=14, container=_asks(cpu="1500m"), wait=False)
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def cpu_enough(play: Play) -> str:
    return _set(play, container=_asks(cpu="500m", memory="128Mi"))


def memory(play: Play) -> str:
    return _set(play, container=_asks(memory="200Gi"))


def gpu(play: Play) -> str:
    resources = {"requests": {"example.com/gpu": "1"}, "limits": {"example.com/gpu": "1"}}
    return _set(play, container={"resources": resources})


def selector(play: Play) -> str:
    name = play.deployment(pod={"nodeSelector": {"disk": "nvme"}}, wait=False)
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def selector_met(play: Play) -> str:
    return f"deployment/{play.deployment(pod={'nodeSelector': {'kubernetes.io/os': 'linux'}})}"


def _node_affinity(*zones: str) -> Obj:
    term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": list(zones)}]}
    return {
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    }


def node_affinity(play: Play) -> str:
    return _set(play, pod=_node_affinity("zone-x"))


def node_affinity_met(play: Play) -> str:
    return _set(play, pod=_node_affinity("zone-a", "zone-x"))


def _near(app: str, key: str, field: str) -> Obj:
    term = {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key}
    return {"affinity": {field: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def pod_affinity(play: Play) -> str:
    return _set(play, pod=_near("cache", HOST, "podAffinity"))


def pod_affinity_met(play: Play) -> str:
    other = play.deployment("cache")
    return _set(play, pod=_near(other, ZONE, "podAffinity"))


def anti_affinity(play: Play) -> str:
    name = play.name("db")
    play.count -= 1
    key, replicas = (ZONE, 3) if play.random.random() < 0.5 else (HOST, 5)
    return _set(play, replicas=replicas, pod=_near(name, key, "podAntiAffinity"))


def anti_affinity_met(play: Play) -> str:
    name = play.name("db")
    play.count -= 1
    return _set(play, replicas=3, pod=_near(name, HOST, "podAntiAffinity"))


def _spread(name: str, key: str, **more: Any) -> Obj:
    one = {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": name}},
        **more,
    }
    return {"topologySpreadConstraints": [one]}


def spread(play: Play) -> str:
    name = play.name("db")
    play.count -= 1
    return _set(play, replicas=3, pod=_spread(name, "example.com/rack"))


def spread_met(play: Play) -> str:
    name = play.name("db")
    play.count -= 1
    return _set(play, replicas=3, pod=_spread(name, ZONE))


def _nodes(play: Play) -> list[str]:
    return [n["metadata"]["name"] for n in play.client.list("nodes")]


def _node(play: Play, name: str, **spec: Any) -> None:
    node = play.client.get("nodes", "", name)
    play.client.update("nodes", {**node, "spec": {**(node.get("spec") or {}), **spec}})


def taints(play: Play) -> str:
    for name in _nodes(play):
        _node(play, name, taints=[{"key": "dedicated", "value": "batch", "effect": "NoSchedule"}])
    return _set(play)


def taints_tolerated(play: Play) -> str:
    for name in _nodes(play):
        _node(play, name, taints=[{"key": "dedicated", "value": "batch", "effect": "NoSchedule"}])
    return _set(play, pod={"tolerations": [{"key": "dedicated", "operator": "Exists"}]})


def cordoned(play: Play) -> str:
    for name in _nodes(play):
        _node(play, name, unschedulable=True)
    play.run(SECOND)
    return _set(play)


def one_cordoned(play: Play) -> str:
    _node(play, _nodes(play)[0], unschedulable=True)
    play.run(SECOND)
    return _set(play)


def gates(play: Play) -> str:
    return _set(play, pod={"schedulingGates": [{"name": "example.com/capacity"}]})


def host_port(play: Play) -> str:
    name = play.deployment(replicas=6, container={"ports": [{"containerPort": 8080, "hostPort": 8080}]}, wait=False)
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def host_port_free(play: Play) -> str:
    name = play.deployment(replicas=2, container={"ports": [{"containerPort": 8080, "hostPort": 8080}]})
    return f"deployment/{name}"


def zone_of_volume(play: Play) -> str:
    """Its volume is in a zone whose nodes are full."""
    name = play.statefulset(replicas=1, claim={"storageClassName": "topology-aware"})
    claim = play.get("persistentvolumeclaims", f"data-{name}-0")
    volume = play.get("persistentvolumes", claim["spec"]["volumeName"], "")
    zone = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0]["matchExpressions"][0]["values"][0]
    for node in play.client.list("nodes"):
        if node["metadata"]["labels"][ZONE] == zone:
            # The nodes of the zone have been replaced by others elsewhere.
            play.client.delete("nodes", "", node["metadata"]["name"])
    play.client.delete("pods", "prod", f"{name}-0", grace_seconds=0)
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def zone_of_volume_met(play: Play) -> str:
    name = play.statefulset(replicas=2, claim={"storageClassName": "topology-aware"})
    play.client.delete("pods", "prod", f"{name}-0")
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def volume_limit(play: Play) -> str:
    for name in _nodes(play):
        spec = {
            "drivers": [
                {"name": "csi.sim.quorate.dev", "nodeID": name, "topologyKeys": [], "allocatable": {"count": 1}}
            ]
        }
        play.create("csinodes.storage.k8s.io", "storage.k8s.io/v1", "CSINode", name, spec)
    play.run(SECOND)
    return _set(play, replicas=6)


def one_pod_only(play: Play) -> str:
    claim = play.name("only")
    spec = {"accessModes": ["ReadWriteOncePod"], "resources": {"requests": {"storage": "1Gi"}}}
    play.create("persistentvolumeclaims", "v1", "PersistentVolumeClaim", claim, spec)
    volumes = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]}
    name = play.deployment(replicas=2, pod=volumes, wait=False)
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def preempted(play: Play) -> str:
    play.create("priorityclasses.scheduling.k8s.io", "scheduling.k8s.io/v1", "PriorityClass", "gold", {}, value=100000)
    name = play.deployment(replicas=4, container=_asks(cpu="3"))
    play.deployment("gold", replicas=4, pod={"priorityClassName": "gold"}, container=_asks(cpu="3"))
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def scheduler_down(play: Play) -> str:
    play.fault("lease-lost", component="kube-scheduler")
    play.run(MINUTE)
    return _set(play)


def scheduler_unknown(play: Play) -> str:
    return _set(play, pod={"schedulerName": "volcano"})


CASES = (
    Case("insufficient-cpu", cpu, cpu_enough),
    Case("insufficient-cpu", cpu_full, cpu_enough, reach="wide"),
    Case("insufficient-memory", memory, cpu_enough),
    Case("insufficient-other", gpu, cpu_enough),
    Case("node-selector-unmatched", selector, selector_met),
    Case("node-affinity-unmatched", node_affinity, node_affinity_met),
    Case("pod-affinity-unmatched", pod_affinity, pod_affinity_met),
    Case("anti-affinity", anti_affinity, anti_affinity_met),
    Case("topology-spread", spread, spread_met),
    Case("taints-untolerated", taints, taints_tolerated, reach="wide"),
    Case("nodes-cordoned", cordoned, one_cordoned, reach="wide"),
    Case("scheduling-gated", gates, cpu_enough),
    Case("host-port-taken", host_port, host_port_free),
    Case("volume-zone", zone_of_volume, zone_of_volume_met, reach="wide"),
    Case("volume-limit", volume_limit, cpu_enough, reach="wide"),
    Case("volume-in-use", one_pod_only, cpu_enough),
    Case("preempted", preempted, cpu_enough, reach="wide", later=("insufficient-cpu",)),
    Case("scheduler-silent", scheduler_down, cpu_enough, reach="wide", leases=True),
    Case("scheduler-silent", scheduler_unknown, cpu_enough),
)
