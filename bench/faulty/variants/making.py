"""Workloads of other kinds, and changes that several variants make."""

from typing import Any

from bench.faulty.play import NAMESPACE, Obj, Play
from quorate.kernel.clock import MINUTE, SECOND, Duration

STS, DEPLOY, DAEMON, JOB = "statefulsets.apps", "deployments.apps", "daemonsets.apps", "jobs.batch"
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
FIRST_SECONDS: Duration = 40 * SECOND
"""How soon somebody asks who has seen something go wrong."""


def template(name: str, container: Obj | None = None, annotations: dict[str, str] | None = None, **pod: Any) -> Obj:
    main: Obj = {"name": "app", "image": "registry.example.com/app:1.0", **(container or {})}
    said = {f"sim.quorate.dev/{k.replace('_', '-')}": v for k, v in (annotations or {}).items()}
    return {"metadata": {"labels": {"app": name}, "annotations": said}, "spec": {"containers": [main], **pod}}


def daemonset(play: Play, **more: Any) -> str:
    name = play.name("agent")
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template(name, **more)}
    play.create(DAEMON, "apps/v1", "DaemonSet", name, spec)
    play.run(20 * SECOND)
    return name


def job(play: Play, spec: Obj | None = None, **more: Any) -> str:
    name = play.name("import")
    made = template(name, **{"restartPolicy": "Never", **more})
    play.create(JOB, "batch/v1", "Job", name, {**(spec or {}), "template": made})
    return name


def bare_pod(play: Play, **more: Any) -> str:
    name = play.name("shell")
    made = template(name, **more)
    play.create("pods", "v1", "Pod", name, made["spec"], metadata=made["metadata"])
    return name


def claim(play: Play, name: str, size: str = "1Gi", modes: tuple[str, ...] = ("ReadWriteOnce",), **more: Any) -> str:
    spec = {"accessModes": list(modes), "resources": {"requests": {"storage": size}}, **more}
    play.create("persistentvolumeclaims", "v1", "PersistentVolumeClaim", name, spec)
    return name


def mounts(*claims: str) -> Obj:
    return {"volumes": [{"name": c, "persistentVolumeClaim": {"claimName": c}} for c in claims]}


def quota(play: Play, **hard: str) -> None:
    _quota(play, {"hard": {k.replace("__", "."): v for k, v in hard.items()}})


def _quota(play: Play, spec: Obj) -> None:
    play.create("resourcequotas", "v1", "ResourceQuota", play.name("team"), spec)
    play.run(2 * SECOND)


def quota_of(play: Play, spec: Obj) -> None:
    _quota(play, spec)


def scale(play: Play, resource: str, name: str, replicas: int) -> None:
    play.change(resource, name, lambda o: o["spec"].update(replicas=replicas), manager="kubectl")


def well(play: Play) -> str:
    return f"statefulset/{play.statefulset()}"


def well_deployment(play: Play) -> str:
    name = play.deployment()
    play.image(DEPLOY, name, "registry.example.com/app:1.1")
    play.run(MINUTE)
    return f"deployment/{name}"


def well_daemonset(play: Play) -> str:
    return f"daemonset/{daemonset(play)}"


def pods(play: Play) -> list[Obj]:
    return play.client.list("pods", NAMESPACE)
