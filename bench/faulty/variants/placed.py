"""Pods that find no node for several reasons at once, or of kinds whose pods are bound to nodes in other ways."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Obj, Play
from bench.faulty.variants.making import (
    DEPLOY,
    FIRST_SECONDS,
    HOST,
    STS,
    ZONE,
    bare_pod,
    daemonset,
    job,
    template,
    well,
    well_daemonset,
    well_deployment,
)
from quorate.kernel.clock import MINUTE, SECOND


def _asks(**requests: str) -> Obj:
    return {"resources": {"requests": requests}}


def _nodes(play: Play) -> list[Obj]:
    return sorted(play.client.list("nodes"), key=lambda n: str(n["metadata"]["name"]))


def _change_node(play: Play, name: str, **spec: Any) -> None:
    node = play.client.get("nodes", "", name)
    play.client.update("nodes", {**node, "spec": {**(node.get("spec") or {}), **spec}})


def _label_node(play: Play, name: str, **labels: str) -> None:
    play.client.patch("nodes", "", name, {"metadata": {"labels": labels}})


def _later(play: Play, name: str, kind: str = "statefulset") -> str:
    play.run(FIRST_SECONDS)
    return f"{kind}/{name}"


def cpu_beside_control_plane(play: Play) -> str:
    """One node is tainted for good, as control planes are; the others are too small."""
    taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
    _change_node(play, _nodes(play)[0]["metadata"]["name"], taints=[taint])
    return _later(play, play.statefulset(container=_asks(cpu="6"), wait=False))


def memory_in_a_rollout(play: Play) -> str:
    name = play.deployment()
    play.patch_template(DEPLOY, name, lambda t: t["spec"]["containers"][0].update(_asks(memory="64Gi")))
    return _later(play, name, "deployment")


def memory_of_a_set(play: Play) -> str:
    """The pod that was taken away for the update does not come back."""
    name = play.statefulset()
    play.patch_template(STS, name, lambda t: t["spec"]["containers"][0].update(_asks(memory="64Gi")))
    return _later(play, name)


def cpu_of_a_daemonset(play: Play) -> str:
    """One node is full; a pod that is bound to it by affinity finds all the others wrong, which is no news."""
    node = _nodes(play)[1]["metadata"]["name"]
    filler = template("filler", container=_asks(cpu="3"), nodeSelector={HOST: node})
    play.create("pods", "v1", "Pod", "filler", filler["spec"], metadata=filler["metadata"])
    play.run(5 * SECOND)
    return _later(play, daemonset(play, container=_asks(cpu="1500m")), "daemonset")


def cpu_where_the_selector_leads(play: Play) -> str:
    """The one node with the label is full: the label is right."""
    node = _nodes(play)[2]["metadata"]["name"]
    _label_node(play, node, disk="nvme")
    pod = {"nodeSelector": {"disk": "nvme"}}
    return _later(play, play.deployment(replicas=3, container=_asks(cpu="1800m"), pod=pod, wait=False), "deployment")


def ephemeral_storage(play: Play) -> str:
    asks = {"resources": {"requests": {"ephemeral-storage": "500Gi"}}}
    return _later(play, play.statefulset(container=asks, wait=False))


def too_many_pods(play: Play) -> str:
    for node in _nodes(play):
        status = {**node["status"]}
        for field in ("allocatable", "capacity"):
            status[field] = {**status[field], "pods": "2"}
        play.client.update("nodes", {**node, "status": status}, "status")
    play.run(SECOND)
    return _later(play, play.deployment(replicas=12, container=_asks(cpu="1m"), wait=False), "deployment")


def taint_of_the_pool(play: Play) -> str:
    """The label leads to a pool whose taint the pod does not tolerate."""
    for node in _nodes(play)[:2]:
        _label_node(play, node["metadata"]["name"], pool="gpu")
        _change_node(play, node["metadata"]["name"], taints=[{"key": "gpu", "value": "yes", "effect": "NoSchedule"}])
    return _later(play, play.deployment(pod={"nodeSelector": {"pool": "gpu"}}, wait=False), "deployment")


def no_execute(play: Play) -> str:
    name = play.deployment()
    for node in _nodes(play):
        _change_node(play, node["metadata"]["name"], taints=[{"key": "migrate", "effect": "NoExecute"}])
    return _later(play, name, "deployment")


def selector_and_cordon(play: Play) -> str:
    """The node with the label is cordoned: uncordoning it would do."""
    node = _nodes(play)[2]["metadata"]["name"]
    _label_node(play, node, disk="nvme")
    _change_node(play, node, unschedulable=True)
    play.run(SECOND)
    return _later(play, play.deployment(pod={"nodeSelector": {"disk": "nvme"}}, wait=False), "deployment")


def drained_half(play: Play) -> str:
    """Two of four nodes are cordoned, and the rest is full."""
    for node in _nodes(play)[:2]:
        _change_node(play, node["metadata"]["name"], unschedulable=True)
    play.run(SECOND)
    return _later(play, play.deployment(replicas=8, container=_asks(cpu="1500m"), wait=False), "deployment")


def not_in(play: Play) -> str:
    term = {"matchExpressions": [{"key": ZONE, "operator": "NotIn", "values": ["zone-a", "zone-b"]}]}
    terms = {"nodeSelectorTerms": [term]}
    affinity = {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}
    return _later(play, play.statefulset(pod=affinity, wait=False))


def selector_in_an_update(play: Play) -> str:
    name = play.statefulset()
    play.patch_template(STS, name, lambda t: t["spec"].update(nodeSelector={"disk": "nvme"}))
    return _later(play, name)


def selector_of_a_bare_pod(play: Play) -> str:
    return _later(play, bare_pod(play, nodeSelector={"disk": "nvme"}), "pod")


def cpu_of_a_job(play: Play) -> str:
    return _later(play, job(play, container=_asks(cpu="64")), "job")


def _apart(name: str, key: str) -> Obj:
    term = {"labelSelector": {"matchLabels": {"app": name}}, "topologyKey": key}
    return {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def _next_name(play: Play, base: str) -> str:
    name = play.name(base)
    play.count -= 1
    return name


def apart_scaled_up(play: Play) -> str:
    name = _next_name(play, "db")
    play.statefulset(replicas=2, pod=_apart(name, ZONE))
    play.change(STS, name, lambda o: o["spec"].update(replicas=3))
    return _later(play, name)


def apart_surge(play: Play) -> str:
    """As many replicas as nodes, kept apart: the one more of a rollout has no place."""
    name = _next_name(play, "web")
    play.deployment(
        replicas=4,
        pod=_apart(name, HOST),
        strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    )
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    return _later(play, name, "deployment")


def kept_away_by_others(play: Play) -> str:
    """The others do not want it near them."""
    term = {"labelSelector": {"matchLabels": {"tier": "batch"}}, "topologyKey": HOST}
    lonely = {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}
    spec = {
        "selector": {"matchLabels": {"app": "lonely"}},
        "template": template("lonely", **lonely),
    }
    play.create("daemonsets.apps", "apps/v1", "DaemonSet", "lonely", spec)
    play.run(10 * SECOND)
    name = play.name("batch")
    made = template(name)
    made["metadata"]["labels"]["tier"] = "batch"
    body = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": made}
    play.create(DEPLOY, "apps/v1", "Deployment", name, body)
    return _later(play, name, "deployment")


def _spread(name: str, **more: Any) -> Obj:
    one = {
        "maxSkew": 1,
        "topologyKey": ZONE,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": name}},
        **more,
    }
    return {"topologySpreadConstraints": [one]}


def fewest_zones(play: Play) -> str:
    name = _next_name(play, "web")
    play.deployment(pod=_spread(name, minDomains=3), wait=False)
    return _later(play, name, "deployment")


def zone_full(play: Play) -> str:
    """The zone where the next one has to go is cordoned."""
    name = _next_name(play, "web")
    for node in _nodes(play):
        if node["metadata"]["labels"][ZONE] == "zone-b":
            _change_node(play, node["metadata"]["name"], unschedulable=True)
    play.run(SECOND)
    play.deployment(pod=_spread(name), wait=False)
    return _later(play, name, "deployment")


def two_gates(play: Play) -> str:
    gates = [{"name": "example.com/quota"}, {"name": "example.com/license"}]
    return _later(play, bare_pod(play, schedulingGates=gates), "pod")


def port_of_a_rollout(play: Play) -> str:
    ports = {"ports": [{"containerPort": 8080, "hostPort": 8080}]}
    name = play.deployment(
        replicas=4,
        container=ports,
        strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    )
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    return _later(play, name, "deployment")


def near_in_another_zone(play: Play) -> str:
    term = {"labelSelector": {"matchLabels": {"app": "cache"}}, "topologyKey": ZONE, "namespaces": ["caches"]}
    near = {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}
    return _later(play, play.deployment(pod=near, wait=False), "deployment")


def scheduler_of_a_job(play: Play) -> str:
    return _later(play, job(play, schedulerName="kueue-scheduler"), "job")


def preempted_in_a_set(play: Play) -> str:
    klass = {"value": 100000, "preemptionPolicy": "PreemptLowerPriority"}
    play.create("priorityclasses.scheduling.k8s.io", "scheduling.k8s.io/v1", "PriorityClass", "urgent", {}, **klass)
    name = play.statefulset(replicas=4, container=_asks(cpu="3"))
    play.deployment("urgent", replicas=2, pod={"priorityClassName": "urgent"}, container=_asks(cpu="3"))
    play.run(MINUTE)
    return f"statefulset/{name}"


def first_of_a_priority(play: Play) -> str:
    """Full, but nobody was pushed out: its priority is no higher than theirs."""
    play.deployment("filler", replicas=4, container=_asks(cpu="3900m"))
    return _later(play, play.statefulset(container=_asks(cpu="1"), wait=False))


def daemonset_on_some(play: Play) -> str:
    return f"daemonset/{daemonset(play, nodeSelector={ZONE: 'zone-a'})}"


def waits_for_a_node(play: Play) -> str:
    """A claim that is bound only when its pod has a node, and the pod finds none: the claim is not what is wrong."""
    made = play.statefulset(claim={"storageClassName": "topology-aware"}, container=_asks(cpu="64"), wait=False)
    return _later(play, made)


def deleted_zone_label(play: Play) -> str:
    """Somebody took the zone off the nodes by hand: the volumes want it."""
    name = play.statefulset(replicas=2, claim={"storageClassName": "topology-aware"})
    for node in _nodes(play):
        _label_node(play, node["metadata"]["name"], **{ZONE: "zone-z"})
    play.client.delete("pods", NAMESPACE, f"{name}-1", grace_seconds=0)
    return _later(play, name)


def zone_cordoned(play: Play) -> str:
    """The volume is in a zone whose nodes are all cordoned: uncordon one."""
    name = play.statefulset(replicas=1, claim={"storageClassName": "topology-aware"})
    node = play.get("pods", f"{name}-0")["spec"]["nodeName"]
    zone = play.client.get("nodes", "", node)["metadata"]["labels"][ZONE]
    for one in _nodes(play):
        if one["metadata"]["labels"][ZONE] == zone:
            _change_node(play, one["metadata"]["name"], unschedulable=True)
    play.client.delete("pods", NAMESPACE, f"{name}-0")
    play.run(MINUTE)
    return f"statefulset/{name}"


CASES = (
    Case("insufficient-cpu", cpu_beside_control_plane, well, reach="wide"),
    Case("insufficient-memory", memory_in_a_rollout, well_deployment),
    Case("insufficient-memory", memory_of_a_set, well),
    Case("insufficient-cpu", cpu_of_a_daemonset, well_daemonset, reach="wide"),
    Case("insufficient-cpu", cpu_where_the_selector_leads, well_deployment),
    Case("insufficient-other", ephemeral_storage, well),
    Case("insufficient-other", too_many_pods, well, reach="wide"),
    Case("taints-untolerated", taint_of_the_pool, well_deployment, reach="wide"),
    Case("taints-untolerated", no_execute, well_deployment, reach="wide"),
    Case("nodes-cordoned", selector_and_cordon, well_deployment, reach="wide"),
    Case("insufficient-cpu", drained_half, well_deployment, reach="wide", also=("nodes-cordoned",)),
    Case("node-affinity-unmatched", not_in, well),
    Case("node-selector-unmatched", selector_in_an_update, well),
    Case("node-selector-unmatched", selector_of_a_bare_pod, well),
    Case("insufficient-cpu", cpu_of_a_job, well),
    Case("anti-affinity", apart_scaled_up, well),
    Case("anti-affinity", apart_surge, well_deployment),
    Case("anti-affinity", kept_away_by_others, well_deployment),
    Case("topology-spread", fewest_zones, well_deployment),
    Case("nodes-cordoned", zone_full, well_deployment, reach="wide", also=("topology-spread",)),
    Case("scheduling-gated", two_gates, well),
    Case("host-port-taken", port_of_a_rollout, well_deployment),
    Case("pod-affinity-unmatched", near_in_another_zone, well_deployment),
    Case("scheduler-silent", scheduler_of_a_job, well),
    Case("preempted", preempted_in_a_set, well, reach="wide", later=("insufficient-cpu",)),
    Case("insufficient-cpu", first_of_a_priority, daemonset_on_some, reach="wide"),
    Case("insufficient-cpu", waits_for_a_node, well),
    Case("volume-zone", deleted_zone_label, well, reach="wide"),
    Case("nodes-cordoned", zone_cordoned, well, reach="wide"),
)
