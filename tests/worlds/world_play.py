"""Plays a programme: each move as the requests that a user or an operator would make. Refusals are part of life."""

import contextlib
from typing import Any

from world_moves import Move, Programme
from world_promises import Acting, Promises

from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import MILLISECOND

SPACE = "shop"
SETS, DEPLOYMENTS, BUDGETS = "statefulsets.apps", "deployments.apps", "poddisruptionbudgets.policy"
SIM = "sim.quorate.dev/"


class Play:
    """A world with its promises watched; `do` makes one move."""

    def __init__(self, programme: Programme, *, managed: bool = False, watched: bool = True) -> None:
        shape = Shape(
            nodes=programme.nodes, zones=programme.zones, lag=programme.lag * MILLISECOND, keep=100_000, managed_fields=managed
        )  # fmt: skip
        self.world: World = world(programme.seed, shape)
        self.promises = Promises(self.world, watched)
        self.user = Acting(self.world.server, "system:admin", "user", self.promises)
        self.lost: dict[str, Any] = {}
        self.user.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
        self.world.settle()

    def play(self, moves: tuple[Move, ...]) -> None:
        for move in moves:
            self.run_for(move[0] * MILLISECOND)
            self.do(move[1], *move[2:])

    def run_for(self, duration: int) -> None:
        """As the world's own, but a world that spins is found out."""
        assert self.world.pump.run(self.world.now + duration, 300_000), "the world spins"

    def do(self, verb: str, *arguments: Any) -> Refused | None:
        """Answers the refusal, if any."""
        try:
            getattr(self, f"_{verb}")(*arguments)
        except Refused as refused:
            return refused
        return None

    def patch(self, resource: str, name: str, body: Any, namespace: str = SPACE) -> None:
        self.user.patch(resource, namespace, name, body)

    # -- sets

    def _create(self, name: str, layout: dict[str, Any]) -> None:
        service = {"clusterIP": "None", "selector": {"app": name}, "ports": [{"port": 80}]}
        with contextlib.suppress(Refused):
            self.user.create("services", {**_head("v1", "Service", name), "spec": service})
        self.user.create(SETS, statefulset(name, layout))

    def _scale(self, name: str, replicas: int) -> None:
        self.patch(SETS, name, {"spec": {"replicas": replicas}})

    def _image(self, name: str, image: int) -> None:
        self.user.patch(
            SETS, SPACE, name, _template({"containers": [{"name": "c", "image": f"app:{image}"}]}), "strategic"
        )

    def _spoil(self, name: str, fault: str) -> None:
        self.patch(SETS, name, {"spec": {"template": {"metadata": {"annotations": _annotations(fault)}}}})

    def _mend(self, name: str) -> None:
        self.patch(SETS, name, {"spec": {"template": {"metadata": {"annotations": GOOD}}}})

    def _partition(self, name: str, partition: int) -> None:
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
        self.patch(SETS, name, {"spec": {"updateStrategy": strategy}})

    def _strategy(self, name: str, strategy: str) -> None:
        new = {"type": "RollingUpdate" if strategy == "bare" else strategy, "rollingUpdate": None}
        self.patch(SETS, name, {"spec": {"updateStrategy": new}})

    def _start(self, name: str, start: int) -> None:
        self.patch(SETS, name, {"spec": {"ordinals": {"start": start}}})

    def _retention(self, name: str, policy: str) -> None:
        self.patch(SETS, name, {"spec": {"persistentVolumeClaimRetentionPolicy": _retention(policy)}})

    def _min_ready(self, name: str, seconds: int) -> None:
        self.patch(SETS, name, {"spec": {"minReadySeconds": seconds}})

    def _delete_set(self, name: str, propagation: str) -> None:
        self.user.delete(SETS, SPACE, name, propagation=propagation)

    def _delete_revision(self, name: str, which: int) -> None:
        found = [
            r
            for r in self.world.reader.list("controllerrevisions.apps", SPACE)
            if r["metadata"]["name"].startswith(name)
        ]
        if found:
            self.user.delete("controllerrevisions.apps", SPACE, found[which % len(found)]["metadata"]["name"])

    # -- pods and their claims

    def _wait(self) -> None:
        pass

    def _delete_pod(self, name: str, ordinal: int, grace: int | None) -> None:
        self.user.delete("pods", SPACE, f"{name}-{ordinal}", grace_seconds=grace)

    def _evict(self, name: str, ordinal: int) -> None:
        self.promises.evict(self.user, SPACE, f"{name}-{ordinal}")

    def _live(self, name: str, ordinal: int, fault: str) -> None:
        annotations = (
            _annotations(fault) if fault else dict.fromkeys((SIM + "fault", SIM + "ready", SIM + "crash-after"))
        )
        self.patch("pods", f"{name}-{ordinal}", {"metadata": {"annotations": annotations}})

    def _relabel(self, name: str, ordinal: int, label: str) -> None:
        self.patch("pods", f"{name}-{ordinal}", {"metadata": {"labels": {label: None}}})

    def _unrelabel(self, name: str, ordinal: int) -> None:
        self.patch("pods", f"{name}-{ordinal}", {"metadata": {"labels": {"app": name}}})

    def _squat(self, name: str, ordinal: int, alike: bool) -> None:
        """Somebody's own pod under a name that the set wants; `alike`: with the labels that it adopts by."""
        pod = _head("v1", "Pod", f"{name}-{ordinal}")
        pod["metadata"]["labels"] = {"app": name if alike else "other"}
        self.user.create("pods", {**pod, "spec": {"containers": [{"name": "c", "image": "app:1"}]}})

    def _delete_claim(self, name: str, ordinal: int) -> None:
        self.user.delete("persistentvolumeclaims", SPACE, f"data-{name}-{ordinal}")

    def _delete_volume(self, name: str, ordinal: int) -> None:
        claim = self.world.get("persistentvolumeclaims", SPACE, f"data-{name}-{ordinal}")
        if claim is not None and claim["spec"].get("volumeName"):
            self.user.delete("persistentvolumes", "", claim["spec"]["volumeName"])

    # -- nodes

    def _cordon(self, node: int, on: bool | None = True) -> None:
        self.patch("nodes", f"node-{node}", {"spec": {"unschedulable": on}}, "")

    def _uncordon(self, node: int) -> None:
        self._cordon(node, None)

    def _drain(self, node: int) -> None:
        self._cordon(node)
        for pod in self.world.reader.indexed("pods", "node", f"node-{node}"):
            try:
                self.promises.evict(self.user, pod["metadata"]["namespace"], pod["metadata"]["name"])
            except Refused:
                continue

    def _down(self, node: int) -> None:
        self.patch("nodes", f"node-{node}", {"metadata": {"annotations": {SIM + "down": "true"}}}, "")

    def _up(self, node: int) -> None:
        name = f"node-{node}"
        if name in self.lost and self.world.get("nodes", "", name) is None:
            self.user.create("nodes", self.lost.pop(name))
        self.patch("nodes", name, {"metadata": {"annotations": {SIM + "down": None}}}, "")

    def _delete_node(self, node: int) -> None:
        found = self.world.get("nodes", "", f"node-{node}")
        self.user.delete("nodes", "", f"node-{node}")
        if found is not None:
            self.lost[f"node-{node}"] = {
                "apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{node}", "labels": found["metadata"]["labels"]},
                "spec": {}, "status": {k: found["status"][k] for k in ("capacity", "allocatable")},
            }  # fmt: skip

    # -- budgets

    def _budget(self, name: str, rule: str, always: bool) -> None:
        which, _, value = rule.partition(" ")
        amount: Any = value if value.endswith("%") else int(value)
        spec: Any = {
            "selector": {"matchLabels": {"app": name}},
            "minAvailable" if which == "min" else "maxUnavailable": amount,
        }
        if always:
            spec["unhealthyPodEvictionPolicy"] = "AlwaysAllow"
        if self.world.get(BUDGETS, SPACE, name) is not None:
            self.user.delete(BUDGETS, SPACE, name)
        self.user.create(BUDGETS, {**_head("policy/v1", "PodDisruptionBudget", name), "spec": spec})

    def _no_budget(self, name: str) -> None:
        self.user.delete(BUDGETS, SPACE, name)

    # -- controllers

    def _stop(self, name: str) -> None:
        self.world.runtime.runners[name].stop()

    def _start_again(self, name: str) -> None:
        self.world.runtime.runners[name].start()

    # -- one Deployment

    def _deploy(self, replicas: int) -> None:
        if self.world.get(DEPLOYMENTS, SPACE, "app") is not None:
            self.patch(DEPLOYMENTS, "app", {"spec": {"replicas": replicas}})
            return
        labels = {"app": "app"}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "app:1"}]}}
        spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        self.user.create(DEPLOYMENTS, {**_head("apps/v1", "Deployment", "app"), "spec": spec})

    def _redeploy(self, image: int) -> None:
        body = _template({"containers": [{"name": "c", "image": f"app:{image}"}]})
        self.user.patch(DEPLOYMENTS, SPACE, "app", body, "strategic")

    def _pause(self, paused: bool) -> None:
        self.patch(DEPLOYMENTS, "app", {"spec": {"paused": paused}})

    def _undeploy(self, propagation: str) -> None:
        self.user.delete(DEPLOYMENTS, SPACE, "app", propagation=propagation)

    # -- and the end of all

    def _end_namespace(self) -> None:
        self.user.delete("namespaces", "", SPACE)


GOOD: dict[str, str | None] = {
    SIM + key: None for key in ("fault", "ready", "crash-after", "ready-after", "start-after", "stop-after")
}


def _annotations(fault: str) -> dict[str, str]:
    key, _, value = fault.partition("=")
    return {SIM + key: value} if value else {SIM + "fault": key}


def _head(version: str, kind: str, name: str) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": SPACE}}


def _template(spec: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"template": {"spec": spec}}}


def _retention(policy: str) -> dict[str, str]:
    scaled, _, deleted = policy.partition("/")
    return {"whenScaled": scaled, "whenDeleted": deleted}


def statefulset(name: str, layout: dict[str, Any]) -> dict[str, Any]:
    """A StatefulSet as a layout of world_moves describes it."""
    labels = {"app": name}
    container: dict[str, Any] = {"name": "c", "image": "app:1", "resources": {"requests": {"cpu": layout["cpu"]}}}
    if layout["probe"]:
        container["readinessProbe"] = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}
    pod: dict[str, Any] = {"containers": [container], "terminationGracePeriodSeconds": 10}
    if layout["apart"]:
        term = {"labelSelector": {"matchLabels": labels}, "topologyKey": "kubernetes.io/hostname"}
        pod["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    annotations = {
        SIM + key: f"{layout[of]}ms" for key, of in (("ready-after", "ready_after"), ("stop-after", "stop_after"))
    }
    spec: dict[str, Any] = {
        "replicas": layout["replicas"], "serviceName": name, "selector": {"matchLabels": labels},
        "podManagementPolicy": layout["policy"], "minReadySeconds": layout["min_ready"],
        "template": {"metadata": {"labels": labels, "annotations": annotations}, "spec": pod},
        "persistentVolumeClaimRetentionPolicy": _retention(layout["retention"]),
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
    }  # fmt: skip
    if layout["storage"]:
        claim = {
            "accessModes": ["ReadWriteOnce"], "storageClassName": layout["storage"],
            "resources": {"requests": {"storage": "1Gi"}},
        }  # fmt: skip
        spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    return {**_head("apps/v1", "StatefulSet", name), "spec": spec}
