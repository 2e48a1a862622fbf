"""Rollouts that stop, pods that do not end, nodes that vanish, budgets that hold everything."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.hand import on_hand
from bench.faulty.play import NAMESPACE, Obj, Play
from quorate.kernel.clock import HOUR, MINUTE, SECOND

STS, DEPLOY = "statefulsets.apps", "deployments.apps"


def broken_rollback(play: Play) -> str:
    name = play.statefulset()
    bad = play.random.choice([{"fault": "CrashLoopBackOff"}, {"fault": "NeverReady"}, {"fault": "ImagePullBackOff"}])
    play.annotate_template(STS, name, **bad)
    play.run(3 * MINUTE)
    play.patch_template(STS, name, lambda t: t["metadata"].update(annotations={}))
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def rolled_back(play: Play) -> str:
    name = play.statefulset()
    play.annotate_template(STS, name, fault="CrashLoopBackOff")
    play.run(2 * MINUTE)
    play.patch_template(STS, name, lambda t: t["metadata"].update(annotations={}))
    play.run(10 * SECOND)
    play.client.delete("pods", NAMESPACE, f"{name}-2")
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def partition(play: Play) -> str:
    name = play.statefulset()

    def canary(obj: Obj) -> None:
        obj["spec"]["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
        obj["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/app:2.0"

    play.change(STS, name, canary)
    play.run(play.random.choice([5 * MINUTE, 3 * HOUR]))
    return f"statefulset/{name}"


def partition_idle(play: Play) -> str:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    return f"statefulset/{play.statefulset(updateStrategy=strategy)}"


def on_delete(play: Play) -> str:
    name = play.statefulset(updateStrategy={"type": "OnDelete"})
    play.image(STS, name, "registry.example.com/app:2.0")
    play.run(HOUR)
    return f"statefulset/{name}"


def on_delete_idle(play: Play) -> str:
    return f"statefulset/{play.statefulset(updateStrategy={'type': 'OnDelete'})}"


def paused(play: Play) -> str:
    name = play.deployment()
    play.change(DEPLOY, name, lambda o: o["spec"].update(paused=True))
    play.run(SECOND)
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(10 * MINUTE)
    return f"deployment/{name}"


def paused_idle(play: Play) -> str:
    name = play.deployment()
    play.change(DEPLOY, name, lambda o: o["spec"].update(paused=True))
    play.run(10 * MINUTE)
    return f"deployment/{name}"


def deadline(play: Play) -> str:
    name = play.deployment(progressDeadlineSeconds=60)
    play.annotate_template(DEPLOY, name, ready_after="2h")
    play.run(5 * MINUTE)
    return f"deployment/{name}"


def surge(play: Play) -> str:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    name = play.deployment(strategy=strategy)
    play.annotate_template(DEPLOY, name, ready="false")
    play.run(5 * MINUTE)
    return f"deployment/{name}"


GATE = "example.com/load-balancer"


def gate_shut(play: Play) -> str:
    name = play.deployment(pod={"readinessGates": [{"conditionType": GATE}]}, wait=False)
    play.run(4 * MINUTE)
    return f"deployment/{name}"


def gate_open(play: Play) -> str:
    """Whoever keeps the gate has set the condition, as a load balancer's controller does."""
    name = play.deployment(pod={"readinessGates": [{"conditionType": GATE}]}, wait=False)
    play.run(20 * SECOND)
    for pod in play.pods(name):
        play.world.client().patch(
            "pods", NAMESPACE, pod["metadata"]["name"], {"status": {"conditions": [{"type": GATE, "status": "True"}]}},
            type="strategic", subresource="status",
        )  # fmt: skip
    play.run(20 * SECOND)
    return f"deployment/{name}"


def updated(play: Play) -> str:
    name = play.deployment()
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def under_way(play: Play) -> str:
    name = play.statefulset(replicas=5, annotations={"ready_after": "30s"}, wait=False)
    play.run(4 * MINUTE)
    play.image(STS, name, "registry.example.com/app:2.0")
    play.run(play.random.choice([40, 70, 100]) * SECOND)
    return f"statefulset/{name}"


def deadlock(play: Play) -> str:
    name = play.name("db")
    play.count -= 1
    peers = ",".join(f"{name}-{i}={name}-{i}.{name}:2380" for i in range(3))
    args = {"args": [f"--initial-cluster={peers}"], "readinessProbe": {"httpGet": {"path": "/health", "port": 8080}}}
    play.statefulset(container=args, annotations={"needs_peers": "2"}, wait=False)
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def no_deadlock(play: Play) -> str:
    name = play.name("db")
    play.count -= 1
    peers = ",".join(f"{name}-{i}={name}-{i}.{name}:2380" for i in range(3))
    play.statefulset(container={"args": [f"--initial-cluster={peers}"]}, podManagementPolicy="Parallel")
    return f"statefulset/{name}"


def node_lost(play: Play) -> str:
    name = play.statefulset()
    play.fault("node-down", node=play.get("pods", f"{name}-1")["spec"]["nodeName"])
    play.run(play.random.choice([2 * MINUTE, 8 * MINUTE]))
    return f"statefulset/{name}"


def node_back(play: Play) -> str:
    name = play.statefulset()
    node = play.get("pods", f"{name}-1")["spec"]["nodeName"]
    play.world.client().patch("nodes", "", node, {"metadata": {"annotations": {"sim.quorate.dev/down": "true"}}})
    play.run(2 * MINUTE)
    play.world.client().patch("nodes", "", node, {"metadata": {"annotations": {"sim.quorate.dev/down": None}}})
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def finalizer(play: Play) -> str:
    name = play.statefulset()
    pod = play.get("pods", f"{name}-1")
    play.client.update("pods", {**pod, "metadata": {**pod["metadata"], "finalizers": ["example.com/deregister"]}})
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def stopping(play: Play) -> str:
    name = play.statefulset(pod={"terminationGracePeriodSeconds": 120}, annotations={"stop_after": "100s"})
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    play.run(50 * SECOND)
    return f"statefulset/{name}"


def stopped(play: Play) -> str:
    name = play.statefulset(pod={"terminationGracePeriodSeconds": 120}, annotations={"stop_after": "20s"})
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def terminating(play: Play) -> str:
    """The node answers, but its kubelet never finishes the pod."""
    hand, there = on_hand(play)
    name = play.statefulset(replicas=1, pod=there, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.runs(pod)
    play.run(5 * SECOND)
    play.client.delete("pods", NAMESPACE, f"{name}-0")
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def evicted(play: Play) -> str:
    hand, there = on_hand(play)
    name = play.deployment(replicas=2, pod=there, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.runs(pod)
    play.run(MINUTE)
    hand.presses("MemoryPressure")
    message = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 61Mi. Container app "
        "was using 900Mi, request is 128Mi"
    )
    pod = hand.pods()[0]
    hand.tells(pod, "Warning", "Evicted", message, 1)
    live = hand.client.get("pods", NAMESPACE, pod["metadata"]["name"])
    hand.client.update(
        "pods", {**live, "status": {"phase": "Failed", "reason": "Evicted", "message": message}}, "status"
    )
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def service_missing(play: Play) -> str:
    return f"statefulset/{play.statefulset(service=False)}"


def service_there(play: Play) -> str:
    return f"statefulset/{play.statefulset()}"


def service_with_address(play: Play) -> str:
    name = play.statefulset(service=False)
    play.service(name)
    play.run(SECOND)
    return f"statefulset/{name}"


def service_mismatch(play: Play) -> str:
    name = play.statefulset(service=False)
    play.service(name, headless=True, selector={"app": f"{name}-server"})
    play.run(SECOND)
    return f"statefulset/{name}"


def _budget(play: Play, app: str, **spec: Any) -> None:
    play.create(
        "poddisruptionbudgets.policy",
        "policy/v1",
        "PodDisruptionBudget",
        play.name(f"{app}-pdb"),
        {"selector": {"matchLabels": {"app": app}}, **spec},
    )


def budget(play: Play) -> str:
    name = play.statefulset()
    _budget(play, name, **play.random.choice([{"minAvailable": 3}, {"maxUnavailable": 0}, {"minAvailable": "100%"}]))
    play.run(10 * SECOND)
    return f"statefulset/{name}"


def budget_of_majority(play: Play) -> str:
    name = play.statefulset()
    _budget(play, name, minAvailable=2)
    play.run(10 * SECOND)
    return f"statefulset/{name}"


def budgets(play: Play) -> str:
    name = play.statefulset()
    _budget(play, name, minAvailable=2)
    _budget(play, name, maxUnavailable=1)
    play.run(10 * SECOND)
    return f"statefulset/{name}"


CASES = (
    Case("broken-rollback", broken_rollback, rolled_back),
    Case("partition-forgotten", partition, partition_idle),
    Case("on-delete-drift", on_delete, on_delete_idle),
    Case("deployment-paused", paused, paused_idle),
    Case("progress-deadline", deadline, updated, also=("not-ready",)),
    Case("unhealthy-surge", surge, updated, also=("not-ready",)),
    Case("readiness-gate", gate_shut, gate_open),
    Case("rollout-in-progress", under_way, updated),
    Case("bootstrap-deadlock", deadlock, no_deadlock),
    Case("node-lost", node_lost, node_back, reach="wide"),
    Case("finalizer-stuck", finalizer, stopped),
    Case("grace-period-running", stopping, stopped),
    Case("terminating-stuck", terminating, stopped),
    Case("evicted", evicted, updated),
    Case("headless-service-missing", service_missing, service_there),
    Case("service-not-headless", service_with_address, service_there),
    Case("service-selector-mismatch", service_mismatch, service_there),
    Case("budget-blocks", budget, budget_of_majority),
    Case("budgets-overlap", budgets, budget_of_majority),
)
