"""What a manifest refers to by name: for each, the least object that would do."""

from collections.abc import Iterator
from typing import Any

from quorate.contract.plan import Obj
from quorate.rehearsal.workload import namespace_of

DRIVER = "csi.sim.quorate.dev"
HERE = frozenset({"standard", "topology-aware", "retained"})
"""Storage classes that every world has."""
CLUSTER_WIDE = frozenset({"StorageClass", "PriorityClass", "Namespace", "PersistentVolume"})
THERE = "taken to be there"


def referred(obj: Obj) -> Iterator[tuple[Obj, str]]:
    """(object, what is taken for granted of it). Raises what Python raises where the manifest is malformed."""
    namespace = namespace_of(obj)
    yield from _classes(obj)
    spec = obj.get("spec") if obj.get("kind") == "Pod" else obj.get("spec", {}).get("template", {}).get("spec")
    if not spec:
        return
    account = spec.get("serviceAccountName")
    if account and account != "default":
        yield _made("v1", "ServiceAccount", namespace, account), THERE
    priority = spec.get("priorityClassName")
    if priority and not priority.startswith("system-"):
        yield {**_made("scheduling.k8s.io/v1", "PriorityClass", "", priority), "value": 1000}, THERE
    templates = {t["metadata"]["name"] for t in obj["spec"].get("volumeClaimTemplates") or ()}
    for volume in spec.get("volumes") or ():
        # A set puts the claims of its templates in the place of volumes of the same name.
        if volume.get("persistentVolumeClaim") and volume["name"] not in templates:
            made = _made("v1", "PersistentVolumeClaim", namespace, volume["persistentVolumeClaim"]["claimName"])
            asked = {
                "accessModes": ["ReadWriteMany"],
                "resources": {"requests": {"storage": "1Gi"}},
                "storageClassName": "standard",
            }
            yield {**made, "spec": asked}, "taken to be a volume that every zone can mount"
    for kind, name, keys in _data(spec):
        field = "data" if kind == "ConfigMap" else "stringData"
        yield {**_made("v1", kind, namespace, name), field: dict.fromkeys(keys, "assumed")}, THERE


def with_keys_of(one: Obj, other: Obj) -> Obj:
    """A config map or secret with the keys that both have."""
    return {**one, **{field: {**one[field], **other[field]} for field in ("data", "stringData") if field in one}}


def space_of(obj: Obj) -> str:
    """The namespace that is part of the object's identity."""
    return "" if obj.get("kind") in CLUSTER_WIDE else namespace_of(obj)


def _classes(obj: Obj) -> Iterator[tuple[Obj, str]]:
    if obj.get("kind") == "PersistentVolumeClaim":
        claims = [obj]
    else:
        claims = list(obj.get("spec", {}).get("volumeClaimTemplates") or ())
    for claim in claims:
        name = claim["spec"].get("storageClassName")
        if name and name not in HERE:
            made = _made("storage.k8s.io/v1", "StorageClass", "", name)
            how = {"provisioner": DRIVER, "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": True}
            yield {**made, **how}, "taken to make volumes of one zone, on first use"


def _made(api_version: str, kind: str, namespace: str, name: str) -> Obj:
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta}


def _data(spec: Obj) -> Iterator[tuple[str, str, list[str]]]:
    """(kind, name, keys) of the config maps and secrets that pods cannot start without."""
    wanted: dict[tuple[str, str], dict[str, None]] = {}
    for kind, source, keys in (*_mounted(spec), *_environment(spec)):
        name = source.get("name") or source.get("secretName")
        if name and not source.get("optional"):
            wanted.setdefault((kind, name), {}).update(dict.fromkeys(keys))
    for (kind, name), every in wanted.items():
        yield kind, name, [k for k in every if k]


def _mounted(spec: Obj) -> Iterator[tuple[str, Any, list[str]]]:
    volumes = list(spec.get("volumes") or ())
    for source in (s for v in volumes for s in [v, *((v.get("projected") or {}).get("sources") or ())]):
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            if source.get(field):
                yield kind, source[field], [i["key"] for i in source[field].get("items") or ()]


def _environment(spec: Obj) -> Iterator[tuple[str, Any, list[str]]]:
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        for env in container.get("env") or ():
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                found = (env.get("valueFrom") or {}).get(field)
                if found:
                    yield kind, found, [found.get("key", "")]
        for env in container.get("envFrom") or ():
            for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if env.get(field):
                    yield kind, env[field], []
