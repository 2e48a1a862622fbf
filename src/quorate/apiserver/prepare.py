"""What the server itself sets before validation: system metadata, statuses, generation.

(Kubernetes: each kind's PrepareForCreate and PrepareForUpdate, and rest.BeforeCreate / BeforeUpdate.)
"""

from quorate.apiserver.pod_parts import PARTS, gated, only_part, with_generations, with_label_keys
from quorate.contract.plan import Obj
from quorate.kernel.chance import ALPHANUMERIC, Chance
from quorate.kernel.clock import Instant
from quorate.objects.kinds import Kind
from quorate.objects.times import time_text

BORN: dict[str, Obj] = {
    "pods": {"phase": "Pending"},
    "persistentvolumeclaims": {"phase": "Pending"},
    "persistentvolumes": {"phase": "Pending"},
    "namespaces": {"phase": "Active"},
    "services": {"loadBalancer": {}},
    "statefulsets.apps": {"replicas": 0, "availableReplicas": 0},
    "deployments.apps": {},
    "replicasets.apps": {"replicas": 0},
    "replicationcontrollers": {"replicas": 0},
    "daemonsets.apps": {
        "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
    },
    "jobs.batch": {},
    "cronjobs.batch": {},
    "resourcequotas": {},
    "horizontalpodautoscalers.autoscaling": {"desiredReplicas": 0, "currentMetrics": None},
    "poddisruptionbudgets.policy": {
        "disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0,
    },
    "ingresses.networking.k8s.io": {"loadBalancer": {}},
    "volumeattachments.storage.k8s.io": {"attached": False},
}  # fmt: skip
"""The status with which a kind is created, whatever the request says; a kind not listed keeps what is sent."""

COUNTED = frozenset({
    "pods", "statefulsets.apps", "deployments.apps", "replicasets.apps", "replicationcontrollers", "daemonsets.apps",
    "jobs.batch", "cronjobs.batch", "poddisruptionbudgets.policy", "ingresses.networking.k8s.io",
    "networkpolicies.networking.k8s.io", "endpointslices.discovery.k8s.io", "priorityclasses.scheduling.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io",
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "mutatingadmissionpolicies.admissionregistration.k8s.io",
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
})  # fmt: skip
"""Kinds with a metadata.generation. The others never show one."""

META_OF_STATUS: dict[str, tuple[str, ...]] = {
    "deployments.apps": ("labels",),
    "pods": ("ownerReferences",),
    "nodes": ("ownerReferences",),
    **dict.fromkeys(
        (
            "customresourcedefinitions.apiextensions.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io",
            "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "resourceclaims.resource.k8s.io",
            "validatingadmissionpolicies.admissionregistration.k8s.io", "volumeattachments.storage.k8s.io",
        ),
        ("labels", "annotations", "finalizers", "ownerReferences"),
    ),
}  # fmt: skip
"""Metadata that a write to the status leaves alone; the rest of it can be changed there, as kind by kind it came to be."""
CUSTOM_META_OF_STATUS = ("labels", "annotations", "finalizers", "ownerReferences")

CREATED_BY_PUT = frozenset({"leases.coordination.k8s.io", "endpoints", "limitranges", "services", "events"})

SUFFIX = 5
"""Letters that generateName appends."""
NAME_MOST = 63 - SUFFIX
"""generateName is cut so that the name with its suffix fits a label."""


def is_generated(obj: Obj, name: str) -> bool:
    """Whether a new object's name was made from its generateName, rather than given beside it (as StatefulSets do)."""
    prefix = (obj.get("metadata") or {}).get("generateName") or ""
    head, tail = name[:-SUFFIX], name[-SUFFIX:]
    return bool(prefix) and head == prefix[:NAME_MOST] and len(tail) == SUFFIX and set(tail) <= set(ALPHANUMERIC)


def system_fields(kind: Kind, namespace: str, obj: Obj, now: Instant, chance: Chance) -> Obj:
    """A new object's metadata: namespace, uid, creation time, generated name, generation 1 where the kind counts."""
    meta = dict(obj.get("metadata") or {})
    for field in ("selfLink", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"):
        meta.pop(field, None)
    if kind.namespaced:
        meta["namespace"] = namespace
    else:
        meta.pop("namespace", None)
    if not meta.get("name"):
        # Without a prefix it has no name, which validation refuses; the steps until then may rely on the field.
        meta["name"] = meta["generateName"][:NAME_MOST] + chance.suffix() if meta.get("generateName") else ""
    meta["uid"] = chance.uid()
    meta["creationTimestamp"] = time_text(now)
    if kind.resource in COUNTED or ("." in kind.group and kind.type == ""):
        meta["generation"] = 1
    out = {"apiVersion": kind.api_version, "kind": kind.kind, **obj, "metadata": meta}
    born = BORN.get(kind.resource)
    if born is not None:
        out["status"] = born
    if kind.resource == "namespaces":
        out = _born_namespace(out)
    elif kind.resource == "pods":
        out = {**with_label_keys(out), "status": {**BORN["pods"], **gated(out), "qosClass": qos_class(out)}}
    return out


def _born_namespace(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    finalizers = spec.get("finalizers") or []
    if "kubernetes" not in finalizers:
        finalizers = [*finalizers, "kubernetes"]
    meta = obj["metadata"]
    labels = {**(meta.get("labels") or {}), "kubernetes.io/metadata.name": meta.get("name", "")}
    return {**obj, "metadata": {**meta, "labels": labels}, "spec": {**spec, "finalizers": finalizers}}


def qos_class(pod: Obj) -> str:
    """Guaranteed, Burstable or BestEffort (Kubernetes: pkg/apis/core/v1/helper/qos): by cpu and memory alone."""
    guaranteed, any_set = True, False
    spec = pod.get("spec") or {}
    for container in [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]:
        resources = container.get("resources") or {}
        limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
        for name in ("cpu", "memory"):
            limit, request = limits.get(name), requests.get(name, limits.get(name))
            if limit is not None or request is not None:
                any_set = True
            if limit is None or request != limit:
                guaranteed = False
    if not any_set:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


def carried_over(kind: Kind, subresource: str, new: Obj, old: Obj) -> Obj:
    """What a write may not change is taken from the committed object.

    The main resource leaves status alone, `status` leaves the rest but metadata alone.
    """
    meta, was = dict(new.get("metadata") or {}), old["metadata"]
    for field in ("selfLink", "generation"):
        _put(meta, field, was)
    # A mark of deletion cannot be taken off or moved; that it cannot be set either is for validation to say.
    if "deletionTimestamp" in was:
        meta["deletionTimestamp"] = was["deletionTimestamp"]
    for field in ("uid", "deletionGracePeriodSeconds"):
        if field in was:
            meta.setdefault(field, was[field])
    meta["creationTimestamp"] = was["creationTimestamp"]
    if kind.namespaced:
        meta["namespace"] = was["namespace"]
    else:
        meta.pop("namespace", None)
    if "managedFields" not in meta and "managedFields" in was:
        meta["managedFields"] = was["managedFields"]
    if subresource in PARTS and kind.resource == "pods":
        return only_part(subresource, {**new, "metadata": meta}, old)
    if subresource == "status":
        for field in META_OF_STATUS.get(kind.resource, () if kind.type else CUSTOM_META_OF_STATUS):
            _put(meta, field, was)
        out = {**old, "metadata": meta}
        _put(out, "status", new)
        return with_generations(out, old) if kind.resource == "pods" else out
    out = {"apiVersion": kind.api_version, "kind": kind.kind, **new, "metadata": meta}
    if "status" in kind.subresources:
        _put(out, "status", old)
    if kind.resource == "namespaces" and subresource != "finalize":
        spec = {k: v for k, v in (out.get("spec") or {}).items() if k != "finalizers"}
        out["spec"] = {**spec, "finalizers": old["spec"]["finalizers"]} if "finalizers" in old.get("spec", {}) else spec
    return out


def _put(into: Obj, field: str, source: Obj) -> None:
    into.pop(field, None)
    if field in source:
        into[field] = source[field]


def counted(kind: Kind, subresource: str, new: Obj, old: Obj) -> Obj:
    """Generation moves when what is asked for changes: the spec, and for a Deployment its annotations too."""
    if subresource == "status" or kind.resource not in COUNTED or "generation" not in old["metadata"]:
        return new
    if not _asks_otherwise(kind, new, old):
        return new
    return {**new, "metadata": {**new["metadata"], "generation": old["metadata"]["generation"] + 1}}


SYSTEM = frozenset({"apiVersion", "kind", "metadata", "status"})


def _asks_otherwise(kind: Kind, new: Obj, old: Obj) -> bool:
    if kind.resource == "endpointslices.discovery.k8s.io":
        labels = new["metadata"].get("labels") != old["metadata"].get("labels")
        return labels or any(new.get(f) != old.get(f) for f in ("endpoints", "ports", "addressType"))
    if kind.resource == "deployments.apps" and new["metadata"].get("annotations") != old["metadata"].get("annotations"):
        return True
    if "spec" in new or "spec" in old:
        return bool(new.get("spec") != old.get("spec"))
    return any(new.get(f) != old.get(f) for f in (new.keys() | old.keys()) - SYSTEM)


def same(new: Obj, old: Obj) -> bool:
    """Whether a write changes nothing but its version and managers."""
    if new.keys() != old.keys():
        return False
    for field, value in new.items():
        if field != "metadata" and value is not old[field] and value != old[field]:
            return False
    return _plain(new["metadata"]) == _plain(old["metadata"])


def _plain(meta: Obj) -> Obj:
    return {k: v for k, v in meta.items() if k not in ("resourceVersion", "managedFields")}
