"""The control plane, nodes, budgets, Services and owners, in other kinds and other places."""

import copy
from typing import Any

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Obj, Play
from bench.faulty.variants.making import (
    DAEMON,
    DEPLOY,
    FIRST_SECONDS,
    STS,
    bare_pod,
    claim,
    daemonset,
    mounts,
    scale,
    well,
    well_daemonset,
    well_deployment,
)
from quorate.kernel.clock import MINUTE, SECOND

LEASES = "leases.coordination.k8s.io"
BUDGETS = "poddisruptionbudgets.policy"


def _later(play: Play, name: str, kind: str = "statefulset", minutes: int = 0) -> str:
    play.run(minutes * MINUTE or FIRST_SECONDS)
    return f"{kind}/{name}"


def _image(template: Obj) -> None:
    template["spec"]["containers"][0]["image"] = "registry.example.com/app:2.0"


def down_for_a_deployment(play: Play) -> str:
    name = play.deployment()
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    return _later(play, name, "deployment")


def down_for_a_daemonset(play: Play) -> str:
    name = daemonset(play)
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    play.patch_template(DAEMON, name, _image)
    return _later(play, name, "daemonset")


def down_and_a_pod_gone(play: Play) -> str:
    """No spec has changed: the generations agree, and nobody makes the pod anew."""
    name = play.statefulset()
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    return _later(play, name, minutes=2)


def down_at_birth(play: Play) -> str:
    """It was created when nobody was there: it has no status at all."""
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    return _later(play, play.deployment(wait=False), "deployment")


def down_and_scaled(play: Play) -> str:
    name = play.deployment()
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    scale(play, DEPLOY, name, 6)
    return _later(play, name, "deployment")


def down_before_a_claim(play: Play) -> str:
    """Nobody binds claims either."""
    name = play.statefulset(replicas=1)
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    scale(play, STS, name, 3)
    return _later(play, name, minutes=2)


def down_and_nothing_asked(play: Play) -> str:
    """Nobody leads, and this one needs nobody: it runs on."""
    name = play.statefulset()
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def deployments_stopped(play: Play) -> str:
    name = play.deployment()
    other = play.statefulset()
    play.fault("controller-stopped", controller="deployment-controller")
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(20 * SECOND)
    play.image(STS, other, "registry.example.com/app:2.0")
    return _later(play, name, "deployment", 2)


def replicasets_stopped(play: Play) -> str:
    """The Deployment's controller works; the one that makes pods does not."""
    name = play.deployment()
    play.fault("controller-stopped", controller="replicaset-controller")
    scale(play, DEPLOY, name, 6)
    return _later(play, name, "deployment", 2)


def fought_deployment(play: Play) -> str:
    name = play.deployment()
    play.run(20 * MINUTE)
    play.fault("spec-fought", resource=DEPLOY, name=name, namespace=NAMESPACE, every="4s")
    return _later(play, name, "deployment", 3)


def scaled_often(play: Play) -> str:
    """An autoscaler moves the number of replicas: generations climb, and nothing is wrong."""
    name = play.deployment()
    play.run(20 * MINUTE)
    for count in (4, 5, 4, 6, 5, 4):
        play.change(DEPLOY, name, lambda o, n=count: o["spec"].update(replicas=n), manager="kube-controller-manager")
        play.run(45 * SECOND)
    return _later(play, name, "deployment", 1)


def operator_fights(play: Play) -> str:
    """The custom resource's operator puts its StatefulSet back."""
    name = play.statefulset()
    owner = {
        "apiVersion": "kafka.example.com/v1",
        "kind": "Kafka",
        "name": "prod",
        "uid": "11111111-2222",
        "controller": True,
    }

    def owned(obj: Obj) -> None:
        obj["metadata"]["ownerReferences"] = [owner]
        obj["spec"]["revisionHistoryLimit"] = 7

    play.run(20 * MINUTE)
    play.change(STS, name, owned, manager="kafka-operator")
    play.run(10 * MINUTE)
    play.change(STS, name, lambda o: o["spec"].update(minReadySeconds=2, replicas=5))
    play.run(20 * SECOND)
    play.change(STS, name, lambda o: o["spec"].update(replicas=3), manager="kafka-operator")
    return _later(play, name)


def node_of_a_deployment(play: Play) -> str:
    name = play.deployment(replicas=2)
    node = play.pods(name)[0]["spec"]["nodeName"]
    play.fault("node-down", node=node)
    return _later(play, name, "deployment", 2)


def node_deleted(play: Play) -> str:
    """The machine and its Node object are gone at once."""
    name = play.statefulset(replicas=3)
    node = play.get("pods", f"{name}-1")["spec"]["nodeName"]
    play.fault("node-down", node=node)
    play.run(2 * SECOND)
    play.client.delete("nodes", "", node)
    return _later(play, name)


def node_lost_at_its_start(play: Play) -> str:
    """The pod was given a node that fell silent before it could start."""
    node = sorted(n["metadata"]["name"] for n in play.client.list("nodes"))[0]
    pod = {"nodeSelector": {"kubernetes.io/hostname": node}}
    name = play.statefulset(replicas=1, pod=pod, annotations={"start_after": "30s"}, wait=False)
    play.fault("node-down", node=node)
    return _later(play, name, minutes=2)


def node_of_a_daemonset(play: Play) -> str:
    name = daemonset(play)
    node = play.pods(name)[0]["spec"]["nodeName"]
    play.fault("node-down", node=node)
    return _later(play, name, "daemonset", 2)


def zone_lost(play: Play) -> str:
    name = play.statefulset(replicas=3, claim={"storageClassName": "topology-aware"})
    play.fault("node-down", zone="zone-a")
    return _later(play, name, minutes=8)


def node_long_lost(play: Play) -> str:
    """A Deployment's pods were made anew elsewhere; what is left is what cannot end."""
    name = play.deployment(replicas=2)
    node = play.pods(name)[0]["spec"]["nodeName"]
    play.fault("node-down", node=node)
    return _later(play, name, "deployment", 12)


def drained(play: Play) -> str:
    """A node was drained for maintenance, and all found another place."""
    name = play.statefulset(replicas=2)
    node = play.get("pods", f"{name}-0")["spec"]["nodeName"]
    play.change("nodes", node, lambda o: o["spec"].update(unschedulable=True), namespace="")
    for pod in play.client.list("pods", NAMESPACE):
        if pod["spec"].get("nodeName") == node:
            play.client.delete("pods", NAMESPACE, pod["metadata"]["name"])
    return _later(play, name, minutes=2)


def _budget(play: Play, app: str, **spec: Any) -> None:
    body = {"selector": {"matchLabels": {"app": app}}, **spec}
    play.create(BUDGETS, "policy/v1", "PodDisruptionBudget", play.name(f"{app}-pdb"), body)
    play.run(5 * SECOND)


def budget_by_rounding(play: Play) -> str:
    """67 % of three is rounded up to three."""
    name = play.statefulset()
    _budget(play, name, minAvailable="67%")
    return _later(play, name)


def budget_of_two(play: Play) -> str:
    """A majority of two is two."""
    name = play.statefulset(replicas=2)
    _budget(play, name, minAvailable=2)
    return _later(play, name)


def budget_and_an_ill_one(play: Play) -> str:
    """One member is not ready: what is wrong is that member, and the budget only follows."""
    name = play.statefulset()
    _budget(play, name, minAvailable=2)
    patch = {"metadata": {"annotations": {"sim.quorate.dev/ready": "false"}}}
    play.client.patch("pods", NAMESPACE, f"{name}-1", patch)
    return _later(play, name, minutes=2)


def budget_by_share(play: Play) -> str:
    name = play.deployment(replicas=4)
    _budget(play, name, maxUnavailable="25%")
    return _later(play, name, "deployment")


def budget_of_a_namespace(play: Play) -> str:
    """One budget picks everything in the namespace, beside the workload's own."""
    name = play.statefulset()
    _budget(play, name, maxUnavailable=1)
    play.create(BUDGETS, "policy/v1", "PodDisruptionBudget", "everything", {"selector": {}, "minAvailable": 1})
    return _later(play, name)


def finalizer_of_a_daemon(play: Play) -> str:
    name = daemonset(play)
    pod = play.pods(name)[0]
    held = {**pod["metadata"], "finalizers": ["network.example.com/cleanup"]}
    play.client.update("pods", {**pod, "metadata": held})
    play.client.delete("pods", NAMESPACE, pod["metadata"]["name"])
    return _later(play, name, "daemonset", 2)


def finalizer_of_a_bare_pod(play: Play) -> str:
    name = bare_pod(play)
    play.run(10 * SECOND)
    pod = play.get("pods", name)
    play.client.update("pods", {**pod, "metadata": {**pod["metadata"], "finalizers": ["example.com/keep"]}})
    play.client.delete("pods", NAMESPACE, name)
    return _later(play, name, "pod", 2)


def service_named_otherwise(play: Play) -> str:
    """There is a headless Service, of nearly the name that the set says."""
    name = play.statefulset(service=False, serviceName="db-headles")
    play.service("db-headless", headless=True, selector={"app": name})
    return _later(play, name)


def service_deleted(play: Play) -> str:
    name = play.statefulset()
    play.client.delete("services", NAMESPACE, name)
    return _later(play, name)


def service_of_a_deployment(play: Play) -> str:
    """A Deployment's Service asks for a label that its pods do not have."""
    name = play.deployment()

    def wrong(obj: Obj) -> None:
        obj["spec"]["selector"] = {"app": name, "release": "green"}

    play.change("services", name, wrong)
    return _later(play, name, "deployment")


def service_without_selector(play: Play) -> str:
    """Somebody else keeps its endpoints: nothing to compare."""
    name = play.deployment()

    def plain(obj: Obj) -> None:
        obj["spec"].pop("selector")

    play.change("services", name, plain)
    return _later(play, name, "deployment")


def service_node_port(play: Play) -> str:
    name = play.statefulset(service=False)
    play.service(name, type="NodePort")
    return _later(play, name)


def two_services(play: Play) -> str:
    """A headless one for the peers, one with an address for clients."""
    name = play.statefulset()
    play.service(f"{name}-client")
    return _later(play, name)


def owned_by_an_operator(play: Play) -> str:
    """The owner is of a kind that nobody here knows; pods crash all the same."""
    name = play.statefulset()

    def owned(obj: Obj) -> None:
        owner = {
            "apiVersion": "db.example.com/v1",
            "kind": "Cluster",
            "name": "main",
            "uid": "1-2-3",
            "controller": True,
        }
        obj["metadata"]["ownerReferences"] = [owner]

    play.change(STS, name, owned, manager="db-operator")
    play.annotate_template(STS, name, fault="CrashLoopBackOff")
    return _later(play, name)


def shared_claim_lost_node(play: Play) -> str:
    """A Deployment of one with a volume, on a node that fell silent."""
    name = play.deployment(replicas=1, pod=mounts(claim(play, "uploads")), wait=False)
    play.run(20 * SECOND)
    play.fault("node-down", node=play.pods(name)[0]["spec"]["nodeName"])
    return _later(play, name, "deployment", 3)


def scheduler_down_when_scaled(play: Play) -> str:
    name = play.deployment(replicas=2)
    play.fault("lease-lost", component="kube-scheduler")
    play.run(MINUTE)
    scale(play, DEPLOY, name, 4)
    return _later(play, name, "deployment")


def replaced_by_hand(play: Play) -> str:
    """Deleted and created anew in one breath: its generation begins again at one."""
    name = play.statefulset()
    held = copy.deepcopy(play.get(STS, name))
    play.client.delete(STS, NAMESPACE, name, propagation="Orphan")
    play.run(5 * SECOND)
    meta = {"name": name, "namespace": NAMESPACE}
    play.client.create(STS, {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": held["spec"]})
    return _later(play, name)


CASES = (
    Case("controller-down", down_for_a_deployment, down_and_nothing_asked, reach="wide", leases=True),
    Case("controller-down", down_for_a_daemonset, down_and_nothing_asked, reach="wide", leases=True),
    Case("controller-down", down_and_a_pod_gone, down_and_nothing_asked, reach="wide", leases=True),
    Case("controller-down", down_at_birth, down_and_nothing_asked, reach="wide", leases=True),
    Case("controller-down", down_and_scaled, down_and_nothing_asked, reach="wide", leases=True),
    Case("controller-down", down_before_a_claim, down_and_nothing_asked, reach="wide", leases=True),
    Case("controller-backlogged", deployments_stopped, well_deployment, reach="wide", leases=True),
    Case("controller-backlogged", replicasets_stopped, well_deployment, reach="wide", leases=True),
    Case("spec-rewritten", fought_deployment, scaled_often, also=("owner-fights",), managed=True),
    Case("owner-fights", operator_fights, well, also=("spec-rewritten",), managed=True),
    Case("node-lost", node_of_a_deployment, drained, reach="wide"),
    Case("node-lost", node_deleted, drained, reach="wide"),
    Case("node-lost", node_lost_at_its_start, drained, reach="wide"),
    Case("node-lost", node_of_a_daemonset, well_daemonset, reach="wide"),
    Case("node-lost", zone_lost, drained, reach="wide"),
    Case("node-lost", node_long_lost, drained, reach="wide"),
    Case("node-lost", shared_claim_lost_node, drained, reach="wide"),
    Case("budget-blocks", budget_by_rounding, budget_by_share),
    Case("budget-blocks", budget_of_two, budget_by_share),
    Case("not-ready", budget_and_an_ill_one, budget_by_share),
    Case("budgets-overlap", budget_of_a_namespace, budget_by_share, reach="wide"),
    Case("finalizer-stuck", finalizer_of_a_daemon, well_daemonset),
    Case("finalizer-stuck", finalizer_of_a_bare_pod, well),
    Case("headless-service-missing", service_named_otherwise, two_services),
    Case("headless-service-missing", service_deleted, replaced_by_hand),
    Case("service-selector-mismatch", service_of_a_deployment, service_without_selector),
    Case("service-not-headless", service_node_port, two_services),
    Case("crash-application", owned_by_an_operator, well),
    Case("scheduler-silent", scheduler_down_when_scaled, well_deployment, reach="wide", leases=True),
)
