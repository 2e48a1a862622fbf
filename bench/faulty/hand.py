"""A node whose kubelet is played by hand: it keeps its node alive and says of its pods what the case wants.

It makes the requests that a kubelet makes (heartbeats, pod status, events), so that what a diagnosis reads is what it
would read of a node with such a trouble.
"""

from typing import Any

from bench.faulty.play import Play
from quorate.contract.failures import Refused
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.times import time_text

Obj = dict[str, Any]
LABEL = "bench/hand"
BEAT = 5 * SECOND
AGAIN = 5 * MINUTE


class Hand:
    """Pods with the node selector LABEL=its name go to its node."""

    def __init__(self, play: Play, name: str) -> None:
        self.play, self.node = play, name
        self.client = play.world.client(user=f"system:node:{name}", manager="kubelet")
        big = {"cpu": "8", "memory": "32Gi", "pods": "110", "ephemeral-storage": "100Gi"}
        labels = {
            LABEL: name,
            "kubernetes.io/hostname": name,
            "topology.kubernetes.io/zone": "zone-a",
            "topology.kubernetes.io/region": "region-1",
        }
        meta = {"name": name, "labels": labels, "annotations": {"sim.quorate.dev/down": "true"}}
        node: Obj = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": meta,
            "spec": {"taints": [{"key": LABEL, "effect": "NoSchedule"}]},
            "status": {"capacity": big, "allocatable": big, "conditions": self._conditions()},
        }
        play.world.client(manager="kubelet").create("nodes", node)
        play.client.update("nodes", {**play.client.get("nodes", "", name), "status": node["status"]}, "status")
        self._beat()
        play.run(10 * SECOND)

    def _conditions(self) -> list[Obj]:
        now = time_text(self.play.world.now)
        kinds = (("MemoryPressure", "False"), ("DiskPressure", "False"), ("PIDPressure", "False"), ("Ready", "True"))
        return [
            {"type": k, "status": v, "lastHeartbeatTime": now, "lastTransitionTime": now, "reason": "Kubelet"}
            for k, v in kinds
        ]

    def _beat(self) -> None:
        now = time_text(self.play.world.now)
        node = self.client.get("nodes", "", self.node)
        held = (node.get("status") or {}).get("conditions") or self._conditions()
        fresh = [{**c, "lastHeartbeatTime": now} for c in held]
        if not any(c["type"] == "Ready" and c["status"] == "True" for c in fresh):
            fresh = self._conditions()
        self.client.update("nodes", {**node, "status": {**(node.get("status") or {}), "conditions": fresh}}, "status")
        self.play.world.pump.after(BEAT, self._beat)

    def presses(self, kind: str) -> None:
        """A condition such as MemoryPressure becomes True."""
        node = self.client.get("nodes", "", self.node)
        now = time_text(self.play.world.now)
        changed = [
            {**c, "status": "True", "lastTransitionTime": now} if c["type"] == kind else c
            for c in node["status"]["conditions"]
        ]
        self.client.update("nodes", {**node, "status": {**node["status"], "conditions": changed}}, "status")

    def pods(self) -> list[Obj]:
        return [p for p in self.client.list("pods") if p["spec"].get("nodeName") == self.node]

    def waits(
        self, pod: Obj, reason: str, message: str = "", exit: Obj | None = None, restarts: int = 0, init: bool = False
    ) -> None:
        state: Obj = {"waiting": {"reason": reason, **({"message": message} if message else {})}}
        self._status(pod, state, exit, restarts, False, "Pending" if restarts == 0 else "Running", init)

    def crashes(
        self,
        pod: Obj,
        code: int,
        reason: str = "Error",
        restarts: int = 6,
        message: str = "",
        lasted: int = 5,
        init: bool = False,
    ) -> None:
        now = self.play.world.now
        ended = {
            "exitCode": code,
            "reason": reason,
            "startedAt": time_text(now - (20 + lasted) * SECOND),
            "finishedAt": time_text(now - 20 * SECOND),
        }
        if message:
            ended["message"] = message
        meta = pod["metadata"]
        name = pod["spec"]["initContainers" if init else "containers"][0]["name"]
        back = (
            f"back-off 2m40s restarting failed container={name} pod={meta['name']}_{meta['namespace']}({meta['uid']})"
        )
        self.waits(pod, "CrashLoopBackOff", back, ended, restarts, init)

    def runs(self, pod: Obj, ready: bool = True, restarts: int = 0, exit: Obj | None = None) -> None:
        state = {"running": {"startedAt": time_text(self.play.world.now)}}
        self._status(pod, state, exit, restarts, ready, "Running", False)

    def _status(
        self, pod: Obj, state: Obj, exit: Obj | None, restarts: int, ready: bool, phase: str, init: bool
    ) -> None:
        meta = pod["metadata"]
        now = time_text(self.play.world.now)
        field = "initContainers" if init else "containers"
        spec = pod["spec"][field][0]
        container = {
            "name": spec["name"], "image": spec["image"], "imageID": "", "ready": ready, "restartCount": restarts, "state": state,
            "lastState": {"terminated": exit} if exit else {}, "started": "running" in state,
        }  # fmt: skip
        was = {c["type"]: c for c in (pod.get("status") or {}).get("conditions") or ()}
        flags = {
            "Initialized": "False" if init else "True",
            "Ready": str(ready),
            "ContainersReady": str(ready),
            "PodScheduled": "True",
        }
        conditions = [
            was[k] if k in was and was[k]["status"] == v else {"type": k, "status": v, "lastTransitionTime": now, **({} if v == "True" else {"reason": "ContainersNotReady"})}
            for k, v in flags.items()
        ]  # fmt: skip
        status: Obj = {"phase": phase, "conditions": conditions, "startTime": now}
        status["initContainerStatuses" if init else "containerStatuses"] = [container]
        live = self.client.get("pods", meta["namespace"], meta["name"])
        self.client.update("pods", {**live, "status": {**(live.get("status") or {}), **status}}, "status")

    def tells(
        self,
        about: Obj,
        type: str,
        reason: str,
        message: str,
        count: int = 4,
        field: str = "",
        component: str = "kubelet",
    ) -> None:
        now = time_text(self.play.world.now)
        meta = about["metadata"]
        body = {
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": f"{meta['name']}.{self.play.world.chance.uid()[:16].replace('-', '')}", "namespace": meta.get("namespace") or "default"},
            "involvedObject": {"kind": about["kind"], "namespace": meta.get("namespace"), "name": meta["name"], "uid": meta["uid"], "apiVersion": about["apiVersion"], "fieldPath": field},
            "reason": reason, "message": message, "type": type, "count": count, "firstTimestamp": now, "lastTimestamp": now,
            "source": {"component": component, "host": self.node}, "reportingComponent": component, "reportingInstance": self.node,
        }  # fmt: skip
        self.client.create("events", body)
        if count > 1:
            self.play.world.pump.after(AGAIN, self._tell_again, body["metadata"]["namespace"], body["metadata"]["name"])

    def _tell_again(self, namespace: str, name: str) -> None:
        """What lasts is told again, as often as a recorder lets it through."""
        try:
            event = self.client.get("events", namespace, name)
        except Refused:
            return
        seen = {"count": event["count"] + 1, "lastTimestamp": time_text(self.play.world.now)}
        self.client.update("events", {**event, **seen})
        self.play.world.pump.after(AGAIN, self._tell_again, namespace, name)


def on_hand(play: Play) -> tuple[Hand, Obj]:
    """A kubelet by hand, and what a pod spec needs to come to its node."""
    hand = Hand(play, play.name("hand"))
    return hand, {"nodeSelector": {LABEL: hand.node}, "tolerations": [{"key": LABEL, "operator": "Exists"}]}
