"""Pods: READY, STATUS and RESTARTS, which say more than the phase does."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    TEMPLATE,
    Cells,
    Column,
    Printer,
    age,
    containers,
    is_leaving,
    labels_text,
    name,
    since,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.times import parse_time


def _pod(pod: Obj, now: Instant) -> Cells:
    has = status(pod)
    shown = _Shown(pod)
    ips, gates = has.get("podIPs") or (), spec(pod).get("readinessGates") or ()
    return [
        name(pod), f"{shown.ready}/{shown.containers}", shown.reason, shown.restarts_text(now), age(pod, now),
        (ips[0].get("ip") if ips else "") or "<none>",
        spec(pod).get("nodeName") or "<none>",
        has.get("nominatedNodeName") or "<none>",
        f"{_met(gates, has)}/{len(gates)}" if gates else "<none>",
    ]  # fmt: skip


def _met(gates: list[Obj], has: Obj) -> int:
    true = {c["type"] for c in has.get("conditions") or () if c.get("status") == "True"}
    return sum(gate["conditionType"] in true for gate in gates)


class _Shown:
    """What a pod's row counts and says, read from its container statuses."""

    def __init__(self, pod: Obj) -> None:
        has = status(pod)
        self.ready = self.restarts = 0
        self.last_restart = ""
        self.conditions = {c["type"]: c for c in has.get("conditions") or ()}
        self.init = spec(pod).get("initContainers") or ()
        self.sidecars = {c.get("name") for c in self.init if c.get("restartPolicy") == "Always"}
        self.containers = len(spec(pod).get("containers") or ()) + len(self.sidecars)
        self.reason: str = has.get("reason") or has.get("phase") or ""
        if self.conditions.get("PodScheduled", {}).get("reason") == "SchedulingGated":
            self.reason = "SchedulingGated"
        init = has.get("initContainerStatuses") or []
        starting = self._look_at_init(init)
        if not starting or self._is_true("Initialized"):
            self._look_at_containers(init, has.get("containerStatuses") or [])
        if is_leaving(pod):
            if has.get("reason") == "NodeLost":
                self.reason = "Unknown"
            elif has.get("phase") not in ("Succeeded", "Failed"):
                self.reason = "Terminating"

    def _is_true(self, condition: str) -> bool:
        return bool(self.conditions.get(condition, {}).get("status") == "True")

    def _count(self, container: Obj) -> None:
        self.restarts += container.get("restartCount") or 0
        finished = ((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt")
        if finished and (not self.last_restart or parse_time(self.last_restart) < parse_time(finished)):
            self.last_restart = finished

    def _look_at_init(self, statuses: list[Obj]) -> bool:
        """Whether the pod is still at its init containers; then the reason says at which."""
        for i, container in enumerate(statuses):
            self._count(container)
            state = container.get("state") or {}
            terminated, waiting = state.get("terminated"), state.get("waiting") or {}
            if terminated is not None and not terminated.get("exitCode"):
                continue
            if container.get("name") in self.sidecars and container.get("started"):
                self.ready += bool(container.get("ready"))
                continue
            if terminated is not None:
                self.reason = "Init:" + _ended(terminated)
            elif waiting.get("reason") and waiting["reason"] != "PodInitializing":
                self.reason = "Init:" + waiting["reason"]
            else:
                self.reason = f"Init:{i}/{len(self.init)}"
            return True
        return False

    def _look_at_containers(self, init: list[Obj], statuses: list[Obj]) -> None:
        """Restarts of init containers that are over do not count any more."""
        self.restarts, self.last_restart = 0, ""
        for container in init:
            if container.get("name") in self.sidecars:
                self._count(container)
        running = False
        for container in reversed(statuses):
            self._count(container)
            state = container.get("state") or {}
            terminated, waiting = state.get("terminated"), state.get("waiting") or {}
            if waiting.get("reason"):
                self.reason = waiting["reason"]
            elif terminated is not None:
                self.reason = _ended(terminated)
            elif container.get("ready") and state.get("running") is not None:
                running = True
                self.ready += 1
        if self.reason == "Completed" and running:
            self.reason = "Running" if self._is_true("Ready") else "NotReady"

    def restarts_text(self, now: Instant) -> str:
        if self.restarts and self.last_restart:
            return f"{self.restarts} ({since(self.last_restart, now)} ago)"
        return str(self.restarts)


def _ended(terminated: Obj) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode') or 0}"


def _done(pod: Obj) -> list[Obj]:
    """Rows of pods that are done say so; clients may hide them."""
    phase = status(pod).get("phase")
    texts = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}
    if phase not in texts:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": texts[phase]}]


def _template(obj: Obj, _: Instant) -> Cells:
    template = obj.get("template") or {}
    return [name(obj), *containers(template), labels_text((template.get("metadata") or {}).get("labels"))]


PRINTERS = {
    "pods": Printer(
        (
            NAME,
            Column("Ready", about="The aggregate readiness state of this pod for accepting traffic."),
            Column("Status", about="The aggregate status of the containers in this pod."),
            Column(
                "Restarts",
                about="The number of times the containers in this pod have been restarted and when the last container "
                "in this pod has restarted.",
            ),
            AGE,
            Column("IP", about="@PodStatus.podIP", wide=True),
            Column("Node", about="@PodSpec.nodeName", wide=True),
            Column("Nominated Node", about="@PodStatus.nominatedNodeName", wide=True),
            Column("Readiness Gates", about="@PodSpec.readinessGates", wide=True),
        ),
        _pod,
        _done,
    ),
    "podtemplates": Printer(
        (
            NAME,
            Column("Containers", about=TEMPLATE[0].about),
            Column("Images", about=TEMPLATE[1].about),
            Column("Pod Labels", about="The labels for the pod template."),
        ),
        _template,
    ),
}
