"""What a user's manifests take for granted of their cluster, and a rehearsal's cluster lacks: made up, and said.

Zones and node labels that are asked for, storage classes with drivers that are not here, config maps, secrets, service
accounts and priority classes that are only referred to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from quorate.contract.plan import Obj
from quorate.rehearsal.stage import Given

ZONE = "topology.kubernetes.io/zone"
OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"
OWN = frozenset({ZONE, OLD_ZONE, "topology.kubernetes.io/region", "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch"})
DRIVER = "csi.sim.quorate.dev"
HERE = frozenset({"standard", "topology-aware", "retained"})
"""Storage classes that every world has."""


@dataclass(slots=True)
class Assumed:
    """`zones`: names that the manifests know; `labels`: for every node; `given`: the manifests with what was added."""

    given: tuple[Given, ...]
    zones: tuple[str, ...]
    labels: dict[str, str]
    warnings: list[str] = field(default_factory=list)


def assume(given: tuple[Given, ...]) -> Assumed:
    """Never raises for odd manifests: what is wrong with them the API server says."""
    out = Assumed(given, (), {})
    zones: dict[str, None] = {}
    for one in given:
        for key, values in _node_terms(one.obj):
            if key in (ZONE, OLD_ZONE):
                zones.update(dict.fromkeys(values))
            elif key not in OWN and values and key not in out.labels:
                out.labels[key] = values[0]
                out.warnings.append(f"{one.source}: every node is taken to have the label {key}={values[0]}")
    out.zones = tuple(zones)
    out.given = tuple(_storage_class(one, out.warnings) for one in given)
    _add_missing(out)
    return out


def _node_terms(obj: Obj) -> Iterator[tuple[str, list[str]]]:
    """(label, values) that pods or volumes ask of their nodes."""
    spec = _pod_spec(obj)
    if spec is not None:
        for key, value in (spec.get("nodeSelector") or {}).items():
            yield key, [value]
        required = _at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution") or {}
        for term in required.get("nodeSelectorTerms") or ():
            for wanted in term.get("matchExpressions") or ():
                if wanted.get("operator") == "In":
                    yield wanted.get("key", ""), list(wanted.get("values") or ())
                elif wanted.get("operator") == "Exists":
                    yield wanted.get("key", ""), ["true"]
    if obj.get("kind") == "StorageClass":
        for topology in obj.get("allowedTopologies") or ():
            for wanted in topology.get("matchLabelExpressions") or ():
                if str(wanted.get("key", "")).endswith("/zone"):
                    yield ZONE, list(wanted.get("values") or ())


def _pod_spec(obj: Obj) -> Obj | None:
    found = obj.get("spec") if obj.get("kind") == "Pod" else _at(obj, "spec", "template", "spec")
    return found if isinstance(found, dict) else None


def _at(obj: Any, *path: str) -> Any:
    for part in path:
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _storage_class(one: Given, warnings: list[str]) -> Given:
    """The class served by the driver that is here; its topology keys spelt as the nodes spell them."""
    obj = one.obj
    if obj.get("kind") != "StorageClass" or obj.get("provisioner") == DRIVER:
        return one
    warnings.append(f"{one.source}: StorageClass {_at(obj, 'metadata', 'name')} is served by a simulated driver, not {obj.get('provisioner')}")
    made = {**obj, "provisioner": DRIVER}
    topologies = [
        {"matchLabelExpressions": [
            {**e, "key": ZONE} if str(e.get("key", "")).endswith("/zone") else e for e in t.get("matchLabelExpressions") or ()
        ]}
        for t in obj.get("allowedTopologies") or ()
    ]  # fmt: skip
    if topologies:
        made["allowedTopologies"] = topologies
    return Given(one.source, made)


def _add_missing(out: Assumed) -> None:
    have = {(o.get("kind"), _namespace(o), _at(o, "metadata", "name")) for o in (g.obj for g in out.given)}
    added: list[Given] = []
    for one in out.given:
        for made, why in _referred(one.obj):
            key = (made["kind"], made["metadata"].get("namespace", ""), made["metadata"]["name"])
            if key in have:
                continue
            have.add(key)
            name = made["metadata"]["name"]
            out.warnings.append(f"{one.source}: {made['kind']} {name} is not in these manifests: {why}")
            added.append(Given(f"assumed for {one.source}", made))
    # Before those who need them.
    out.given = (*added, *out.given)


def _namespace(obj: Obj) -> str:
    if obj.get("kind") in ("StorageClass", "PriorityClass", "Namespace", "PersistentVolume"):
        return ""
    return _at(obj, "metadata", "namespace") or "default"


def _referred(obj: Obj) -> Iterator[tuple[Obj, str]]:
    """What an object needs by name, as the least that would do."""
    namespace = _namespace(obj)
    claims = [obj] if obj.get("kind") == "PersistentVolumeClaim" else list(_at(obj, "spec", "volumeClaimTemplates") or ())
    for claim in claims:
        name = _at(claim, "spec", "storageClassName")
        if name and name not in HERE:
            yield {
                "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}, "provisioner": DRIVER,
                "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": True,
            }, "taken to make volumes of one zone, on first use"  # fmt: skip
    spec = _pod_spec(obj)
    if spec is None:
        return
    account = spec.get("serviceAccountName")
    if account and account != "default":
        yield _made("v1", "ServiceAccount", namespace, account), "taken to be there"
    if spec.get("priorityClassName") and not str(spec["priorityClassName"]).startswith("system-"):
        made = _made("scheduling.k8s.io/v1", "PriorityClass", "", spec["priorityClassName"])
        yield {**made, "value": 1000}, "taken to be there"
    for kind, name, keys in _data(spec):
        field_name = "data" if kind == "ConfigMap" else "stringData"
        made = _made("v1", kind, namespace, name)
        yield {**made, field_name: dict.fromkeys(keys, "assumed")}, "taken to be there"


def _made(api_version: str, kind: str, namespace: str, name: str) -> Obj:
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta}


def _data(spec: Obj) -> Iterator[tuple[str, str, list[str]]]:
    """(kind, name, keys) of the config maps and secrets that pods cannot start without."""
    wanted: dict[tuple[str, str], dict[str, None]] = {}
    volumes = list(spec.get("volumes") or ())
    sources = [s for v in volumes for s in [v, *(_at(v, "projected", "sources") or ())]]
    for source in sources:
        for field_name, kind, name_field in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
            found = source.get(field_name)
            if isinstance(found, dict) and not found.get("optional"):
                name = found.get(name_field) or found.get("name")
                if name:
                    keys = [i["key"] for i in found.get("items") or () if "key" in i]
                    wanted.setdefault((kind, name), {}).update(dict.fromkeys(keys))
    for container in [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]:
        for env in container.get("env") or ():
            for field_name, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                found = _at(env, "valueFrom", field_name)
                if isinstance(found, dict) and found.get("name") and not found.get("optional"):
                    wanted.setdefault((kind, found["name"]), {}).update({found.get("key", ""): None})
        for env in container.get("envFrom") or ():
            for field_name, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                found = env.get(field_name)
                if isinstance(found, dict) and found.get("name") and not found.get("optional"):
                    wanted.setdefault((kind, found["name"]), {})
    for (kind, name), keys in wanted.items():
        yield kind, name, [k for k in keys if k]
