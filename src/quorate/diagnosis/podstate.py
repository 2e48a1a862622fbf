"""Where a pod stands on its way from unscheduled to ready, and since when: the first question about any pod."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from quorate.diagnosis.told import instant
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects.pod import condition, grace_period, is_finished, is_ready, is_terminating, phase

Obj = dict[str, Any]

Stage = Literal[
    "ready", "succeeded", "terminating", "failed", "gated", "unscheduled", "lost", "creating", "image", "config", "init",
    "crashing", "unready",
]  # fmt: skip
"""lost: its node is silent. creating: bound, its volumes or sandbox not there yet. The rest is as the word says."""

IMAGE_REASONS = frozenset({
    "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable",
    "SignatureValidationFailed",
})  # fmt: skip
CONFIG_REASONS = frozenset(
    {"CreateContainerConfigError", "CreateContainerError", "PreStartHookError", "PreCreateHookError"}
)
CRASH_REASONS = frozenset(
    {"CrashLoopBackOff", "RunContainerError", "StartError", "ContainerCannotRun", "PostStartHookError"}
)

SETTLED: Duration = 10 * MINUTE
"""A container that has run this long has its crash back-off forgotten: its earlier crashes are history."""
FEW_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Exit:
    """The end of a container's run. `reason` as the kubelet has it: "Error", "OOMKilled", "Completed", "StartError"."""

    code: int
    signal: int
    reason: str
    message: str
    started: Instant | None
    finished: Instant | None

    @property
    def lasted(self) -> Duration | None:
        return None if self.started is None or self.finished is None else max(0, self.finished - self.started)


@dataclass(frozen=True, slots=True)
class PodState:
    """A pod's stage. `container` is the one that holds it up, with its waiting reason, message and last exit."""

    pod: Obj
    name: str
    stage: Stage
    since: Instant | None
    container: str = ""
    init: bool = False
    reason: str = ""
    message: str = ""
    exit: Exit | None = None
    restarts: int = 0
    ordinal: int = -1
    running_since: Instant | None = None

    @property
    def node(self) -> str:
        return str(self.pod["spec"].get("nodeName") or "")

    @property
    def label(self) -> str:
        return f"Pod/{self.name}"

    @property
    def was_ready(self) -> bool:
        """Whether it was ready since its container started: then Ready turned False only later."""
        if self.stage != "unready" or self.since is None or self.running_since is None:
            return False
        return self.since > self.running_since + SECOND

    @property
    def fine(self) -> bool:
        return self.stage in ("ready", "succeeded")

    def where(self, rest: str = "") -> str:
        return f"{self.label} {rest}".strip()

    @property
    def status_path(self) -> str:
        field = "initContainerStatuses" if self.init else "containerStatuses"
        return f"{self.label} status.{field}[{self.container}]"

    def spec_of(self) -> Obj:
        """The spec of the container that holds it up."""
        spec = self.pod["spec"]
        for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
            if container.get("name") == self.container:
                return container
        return {}

    def for_long(self, now: Instant, least: Duration) -> bool:
        return self.since is None or now - self.since >= least


def state_of(
    pod: Obj, now: Instant, silent: frozenset[str] = frozenset(), heard: frozenset[str] = frozenset()
) -> PodState:
    """`silent` are the names of nodes that do not answer, `heard` of those that do; the others are not known."""
    meta, name = pod["metadata"], pod["metadata"]["name"]
    created = instant(meta.get("creationTimestamp"))
    ordinal = _ordinal(name)
    if is_terminating(pod):
        asked = instant(meta.get("deletionTimestamp"))
        # deletionTimestamp is when the grace period ends; the deletion was asked for that much earlier.
        began = (
            asked - (grace_period(pod) if meta.get("deletionGracePeriodSeconds") else 0) if asked is not None else None
        )
        return PodState(pod, name, "terminating", began, ordinal=ordinal, restarts=_restarts(pod))
    if is_finished(pod):
        status = pod["status"]
        if phase(pod) == "Succeeded":
            return PodState(pod, name, "succeeded", created, ordinal=ordinal)
        found = next(iter(_containers(pod)), None)
        ended = _exit((found[0].get("state") or {}).get("terminated")) if found else None
        return PodState(
            pod, name, "failed", _changed(pod, "Ready") or created, found[0]["name"] if found else "",
            reason=status.get("reason") or (ended.reason if ended else ""), message=status.get("message") or "", exit=ended,
            ordinal=ordinal,
        )  # fmt: skip
    if not pod["spec"].get("nodeName"):
        found_condition = condition(pod, "PodScheduled") or {}
        gated = bool(pod["spec"].get("schedulingGates")) or found_condition.get("reason") == "SchedulingGated"
        return PodState(
            pod, name, "gated" if gated else "unscheduled", created, reason=found_condition.get("reason") or "",
            message=found_condition.get("message") or "", ordinal=ordinal,
        )  # fmt: skip
    unheard = pod["spec"]["nodeName"] not in heard and marked_unready(pod)
    if unheard or (pod["spec"]["nodeName"] in silent and not (is_ready(pod) and _fresh(pod, now))):
        return PodState(pod, name, "lost", _changed(pod, "Ready") or created, ordinal=ordinal, restarts=_restarts(pod))
    return _on_node(pod, name, now, created, ordinal)


def ended_early(state: PodState) -> PodState:
    """A pod that has ended as if its work were done, of a workload whose pods should run on."""
    found = next((s for s, init in _containers(state.pod) if not init), None)
    ended = _exit((found.get("state") or {}).get("terminated")) if found is not None else None
    return replace(
        state, stage="failed", reason="Completed", container=found["name"] if found is not None else "", exit=ended
    )


def marked_unready(pod: Obj) -> bool:
    """Ready is False though the kubelet says that all containers are ready and no gate is open: the node controller has
    marked the pod, as its node does not answer."""
    ready, containers = condition(pod, "Ready"), condition(pod, "ContainersReady")
    if ready is None or containers is None or ready.get("status") == "True" or containers.get("status") != "True":
        return False
    return not pod["spec"].get("readinessGates")


def _fresh(pod: Obj, now: Instant) -> bool:
    """A pod that became ready within the last seconds has a kubelet that lives."""
    changed = _changed(pod, "Ready")
    return changed is not None and now - changed < 10 * SECOND


def _on_node(pod: Obj, name: str, now: Instant, created: Instant | None, ordinal: int) -> PodState:
    held = _held_up(pod, now)
    restarts = _restarts(pod)
    since = _changed(pod, "Ready") or _changed(pod, "PodScheduled") or created
    if held is not None:
        stage, status, init = held
        waiting = (status.get("state") or {}).get("waiting") or {}
        running = (status.get("state") or {}).get("running") or {}
        ended = (status.get("state") or {}).get("terminated") or (status.get("lastState") or {}).get("terminated")
        return PodState(
            pod, name, stage, since, status["name"], init, waiting.get("reason") or "", waiting.get("message") or "",
            _exit(ended), int(status.get("restartCount") or 0), ordinal, instant(running.get("startedAt")),
        )  # fmt: skip
    if is_ready(pod):
        return PodState(pod, name, "ready", since, ordinal=ordinal, restarts=restarts)
    statuses = list(_containers(pod))
    if not statuses:
        return PodState(pod, name, "creating", since, reason="ContainerCreating", ordinal=ordinal)
    mains = [s for s, init in statuses if not init]
    unready = next((s for s in mains if not s.get("ready")), mains[0] if mains else statuses[0][0])
    started = instant(((unready.get("state") or {}).get("running") or {}).get("startedAt"))
    ended = _exit((unready.get("lastState") or {}).get("terminated"))
    return PodState(
        pod,
        name,
        "unready",
        since,
        unready["name"],
        exit=ended,
        restarts=restarts,
        ordinal=ordinal,
        running_since=started,
    )


def _held_up(pod: Obj, now: Instant) -> tuple[Stage, Obj, bool] | None:
    """The first container that is in the way: (stage, its status, whether it is an init container)."""
    creating: tuple[Stage, Obj, bool] | None = None
    for status, init in _containers(pod):
        state = status.get("state") or {}
        waiting, ended = state.get("waiting"), state.get("terminated")
        reason = (waiting or {}).get("reason") or ""
        if reason in IMAGE_REASONS:
            return "image", status, init
        if reason in CONFIG_REASONS:
            return "config", status, init
        if init and _init_unfinished(pod, status):
            if waiting and reason in ("", "PodInitializing", "ContainerCreating"):
                creating = creating or ("creating", status, True)
                continue
            return "init", status, True
        if init:
            continue
        if reason in CRASH_REASONS or (ended and ended.get("exitCode") != 0):
            return "crashing", status, False
        if state.get("running") and _loops(status, now):
            return "crashing", status, False
        if waiting is not None or not state:
            creating = creating or ("creating", status, False)
        if ended:
            return "crashing", status, False
    return creating


def _init_unfinished(pod: Obj, status: Obj) -> bool:
    spec: Obj = next((c for c in pod["spec"].get("initContainers") or () if c.get("name") == status["name"]), {})
    state = status.get("state") or {}
    if spec.get("restartPolicy") == "Always":
        return not status.get("started") or bool((state.get("waiting") or {}).get("reason") in CRASH_REASONS)
    ended = state.get("terminated")
    return ended is None or ended.get("exitCode") != 0


def _loops(status: Obj, now: Instant) -> bool:
    """Whether a container that runs just now is between two crashes: it flashes Ready when it has no probe."""
    ended = _exit((status.get("lastState") or {}).get("terminated"))
    started = instant((status["state"]["running"] or {}).get("startedAt"))
    if int(status.get("restartCount") or 0) < FEW_RESTARTS or ended is None or started is None:
        return False
    runs = now - started
    if runs >= SETTLED or ended.code == 0:
        return False
    lasted = ended.lasted
    # One that has outlived its last run by far has got over it.
    return not (lasted is not None and runs > max(3 * lasted, 2 * MINUTE))


def _containers(pod: Obj) -> Iterator[tuple[Obj, bool]]:
    status = pod.get("status") or {}
    for found in status.get("initContainerStatuses") or ():
        yield found, True
    for found in status.get("containerStatuses") or ():
        yield found, False


def _exit(terminated: Obj | None) -> Exit | None:
    if not terminated:
        return None
    return Exit(
        int(terminated.get("exitCode") or 0), int(terminated.get("signal") or 0), terminated.get("reason") or "",
        terminated.get("message") or "", instant(terminated.get("startedAt")), instant(terminated.get("finishedAt")),
    )  # fmt: skip


def _restarts(pod: Obj) -> int:
    return sum(int(s.get("restartCount") or 0) for s, init in _containers(pod) if not init)


def _changed(pod: Obj, kind: str) -> Instant | None:
    return instant((condition(pod, kind) or {}).get("lastTransitionTime"))


def _ordinal(name: str) -> int:
    last = name.rpartition("-")[2]
    return int(last) if last.isdecimal() and len(last) < 10 else -1
