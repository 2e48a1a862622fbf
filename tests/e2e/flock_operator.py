"""An operator as people write them with kopf: it keeps a ConfigMap for every Flock and counts in its status."""

import asyncio
from typing import Any

import kopf
import kubernetes


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    settings.persistence.finalizer = "flocks.birds.example/finalizer"
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix="birds.example")


@kopf.on.login()
def login(**kwargs: Any) -> Any:
    kubernetes.config.load_kube_config()
    return kopf.login_via_client(**kwargs)


def wanted(name: str, spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{name}-flock"},
        "data": {"birds": ",".join(f"{spec['bird']}-{i}" for i in range(spec["size"]))},
    }  # fmt: skip


@kopf.on.create("birds.example", "v1", "flocks")
def create(spec: Any, name: str, namespace: str, patch: kopf.Patch, **_: Any) -> dict[str, Any]:
    made = wanted(name, spec)
    kopf.adopt(made)
    kubernetes.client.CoreV1Api().create_namespaced_config_map(namespace, made)
    patch.status["phase"] = "Ready"
    return {"birds": spec["size"]}


@kopf.on.update("birds.example", "v1", "flocks", field="spec")
def update(spec: Any, body: kopf.Body, name: str, namespace: str, patch: kopf.Patch, **_: Any) -> None:
    if spec["bird"] == "dodo":
        kopf.warn(body, reason="Extinct", message="there are none left")
        raise kopf.PermanentError("there are none left")
    kubernetes.client.CoreV1Api().patch_namespaced_config_map(f"{name}-flock", namespace, wanted(name, spec))
    patch.status["phase"] = "Changed"


def leave_note(namespace: str, name: str) -> None:
    note = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    kubernetes.client.CoreV1Api().create_namespaced_config_map(namespace, note)


@kopf.on.delete("birds.example", "v1", "flocks")
def delete(name: str, namespace: str, **_: Any) -> None:
    leave_note(namespace, f"{name}-farewell")


@kopf.timer("birds.example", "v1", "flocks", interval=0.2, initial_delay=0.1)
def tick(status: Any, patch: kopf.Patch, **_: Any) -> None:
    patch.status["ticks"] = status.get("ticks", 0) + 1


@kopf.daemon("birds.example", "v1", "flocks", cancellation_timeout=1.0)
async def watch_over(stopped: kopf.DaemonStopped, name: str, namespace: str, **_: Any) -> None:
    leave_note(namespace, f"{name}-watched")
    while not stopped:
        await asyncio.sleep(0.1)
