"""A pod's status as its kubelet posts it (Kubernetes: kubelet_pods.go, generateAPIPodStatus)."""

import hashlib
from functools import lru_cache

from quorate.contract.plan import Obj
from quorate.nodes.simulated.conditions import conditions
from quorate.nodes.simulated.images import full_name, image_id
from quorate.nodes.simulated.life import Container, Ended, Life
from quorate.nodes.simulated.node import address_of
from quorate.nodes.simulated.turn import Turn
from quorate.objects.times import time_text


def status(turn: Turn, life: Life) -> Obj:
    """The whole status. What other parties keep there (their conditions, qosClass, resource claims) stays."""
    pod = turn.pod
    spec, had = pod["spec"], pod.get("status") or {}
    out = {**had, "phase": phase(life, spec), "startTime": time_text(life.acked)}
    for field, value in (("reason", life.reason), ("message", life.message)):
        if value:
            out[field] = value
        else:
            out.pop(field, None)
    generation = pod["metadata"].get("generation")
    if turn.stopping:
        # That it is being deleted is all that the new generation says: not worth a post of its own.
        generation = had.get("observedGeneration", generation)
    if generation:
        out["observedGeneration"] = generation
    if life.reason and not life.address:
        return out
    host = address_of(turn.seen.node)
    out["hostIP"], out["hostIPs"] = host, [{"ip": host}]
    if life.address:
        out["podIP"], out["podIPs"] = life.address, [{"ip": life.address}]
    waiting = "PodInitializing" if life.inits else "ContainerCreating"
    out["containerStatuses"] = [
        _container(life.uid, c, s, waiting) for c, s in zip(life.mains, spec["containers"], strict=False)
    ]
    if life.inits:
        inits = spec.get("initContainers") or ()
        out["initContainerStatuses"] = [
            _container(life.uid, c, s, waiting) for c, s in zip(life.inits, inits, strict=False)
        ]
    out["conditions"] = conditions(turn, life, out["phase"], generation)
    return out


def phase(life: Life, spec: Obj) -> str:
    if life.phase:
        return life.phase
    inits = spec.get("initContainers") or ()
    for container, init in zip(life.inits, inits, strict=False):
        if init.get("restartPolicy") != "Always" and (container.end is None or container.end.code != 0):
            return "Pending"
    return "Running" if life.mains and all(c.has_run for c in life.mains) else "Pending"


def _container(uid: str, container: Container, spec: Obj, waiting: str) -> Obj:
    runs = container.has_run
    image = container.image if runs else spec["image"]
    out: Obj = {
        "name": container.name,
        "image": full_name(image) if runs else image, "imageID": image_id(image) if runs else "",
        "ready": container.ready, "restartCount": container.attempt, "started": container.up is not None,
        "state": _state(uid, container, waiting), "lastState": _last(uid, container),
    }  # fmt: skip
    if runs:
        # While it waits to run again, it is the last run that has an id.
        shown = container.last if container.state == "waiting" else None
        out["containerID"] = container_id(uid, container.name, shown.attempt if shown else container.attempt)
    if container.state == "running":
        resources = spec.get("resources")
        if resources is not None:
            out["resources"] = resources
            if resources.get("requests"):
                out["allocatedResources"] = resources["requests"]
    mounts = spec.get("volumeMounts")
    if runs and mounts:
        out["volumeMounts"] = [_mount(m) for m in mounts]
    return out


def _state(uid: str, container: Container, waiting: str) -> Obj:
    if container.state == "running":
        return {"running": {"startedAt": time_text(container.since)}}
    if container.end is not None:
        return {"terminated": _terminated(uid, container.name, container.end)}
    state = {"reason": container.reason or waiting}
    if container.message:
        state["message"] = container.message
    return {"waiting": state}


def _last(uid: str, container: Container) -> Obj:
    return {"terminated": _terminated(uid, container.name, container.last)} if container.last is not None else {}


def _terminated(uid: str, name: str, ended: Ended) -> Obj:
    return {
        "containerID": container_id(uid, name, ended.attempt), "exitCode": ended.code, "reason": ended.reason,
        "startedAt": time_text(ended.started), "finishedAt": time_text(ended.finished),
    }  # fmt: skip


@lru_cache(maxsize=8192)
def container_id(uid: str, name: str, attempt: int) -> str:
    return "containerd://" + hashlib.sha256(f"{uid}/{name}/{attempt}".encode()).hexdigest()


def _mount(mount: Obj) -> Obj:
    out = {"mountPath": mount["mountPath"], "name": mount["name"]}
    if mount.get("readOnly"):
        out |= {"readOnly": True, "recursiveReadOnly": "Disabled"}
    return out
