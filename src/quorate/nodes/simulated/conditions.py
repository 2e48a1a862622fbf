"""The conditions of a pod that are its kubelet's (Kubernetes: pkg/kubelet/status/generate.go)."""

from quorate.contract.plan import Obj
from quorate.nodes.simulated.life import Container, Life
from quorate.nodes.simulated.turn import Turn
from quorate.objects.times import time_text

OWN = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def conditions(turn: Turn, life: Life, phase: str, generation: int | None) -> list[Obj]:
    """Those of other parties first, as they are; one whose status stays keeps its transition time."""
    had = {c["type"]: c for c in (turn.pod.get("status") or {}).get("conditions") or ()}
    stamp = time_text(turn.now)
    containers = _containers_ready(turn.pod["spec"], life, phase)
    found = (
        ("True" if life.address and not life.phase else "False", "", ""),
        _initialised(turn.pod["spec"], life, phase),
        _ready(turn.pod["spec"], containers, had),
        containers,
        ("True", "", ""),
    )
    own = [_condition(kind, now, had.pop(kind, None), stamp, generation) for kind, now in zip(OWN, found, strict=True)]
    return [*had.values(), *own]


def _condition(kind: str, now: tuple[str, str, str], old: Obj | None, stamp: str, generation: int | None) -> Obj:
    status, reason, message = now
    since = (old.get("lastTransitionTime") or stamp) if old is not None and old["status"] == status else stamp
    out: Obj = {"type": kind, "status": status, "lastProbeTime": None, "lastTransitionTime": since}
    if generation:
        out["observedGeneration"] = generation
    if reason:
        out["reason"] = reason
    if message:
        out["message"] = message
    return out


def _containers_ready(spec: Obj, life: Life, phase: str) -> tuple[str, str, str]:
    if phase == "Failed":
        return "False", "PodFailed", ""
    if phase == "Succeeded":
        return "False", "PodCompleted", ""
    unready = [c.name for c in (*_sidecars(spec, life), *life.mains) if not c.ready]
    if not unready:
        return "True", "", ""
    return "False", "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"


def _sidecars(spec: Obj, life: Life) -> list[Container]:
    if not life.inits:
        return []
    inits = spec.get("initContainers") or ()
    return [c for c, s in zip(life.inits, inits, strict=False) if s.get("restartPolicy") == "Always"]


def _ready(spec: Obj, containers: tuple[str, str, str], had: dict[str, Obj]) -> tuple[str, str, str]:
    if containers[0] != "True":
        return containers
    wrong = []
    for gate in spec.get("readinessGates") or ():
        kind = gate["conditionType"]
        found = had.get(kind)
        if found is None:
            wrong.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif found["status"] != "True":
            wrong.append(f'the status of pod readiness gate "{kind}" is not "True", but {found["status"]}')
    return ("False", "ReadinessGatesNotReady", ", ".join(wrong)) if wrong else ("True", "", "")


def _initialised(spec: Obj, life: Life, phase: str) -> tuple[str, str, str]:
    if phase == "Succeeded":
        return "True", "PodCompleted", ""
    if not life.inits or any(c.has_run for c in life.mains):
        return "True", "", ""
    inits = spec.get("initContainers") or ()
    incomplete = [
        c.name
        for c, s in zip(life.inits, inits, strict=False)
        if (c.up is None if s.get("restartPolicy") == "Always" else not c.ready)
    ]
    if not incomplete:
        return "True", "", ""
    return "False", "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(incomplete)}]"
