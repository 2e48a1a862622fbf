"""A stage for the scheduler alone: a cache, the scheduler's view of it, and plans carried out on it at once."""

from collections.abc import Callable
from copy import deepcopy
from itertools import count
from typing import Any

import pytest

from quorate.contract.plan import Bind, Delete, Patch, Plan, Tell, Update
from quorate.kernel.clock import EPOCH
from quorate.objects.collection import Collection
from quorate.scheduler import CONTROLLERS
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.cycle import Cycle
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.view import ClusterView

Obj = dict[str, Any]
SCHEDULER = CONTROLLERS[0]
NODE_SIZE = {"cpu": "4", "memory": "16Gi", "ephemeral-storage": "100Gi", "pods": "110"}


def merged(old: Any, new: Any) -> Any:
    """Merge patch; lists of conditions are merged by type, as strategic patches of a status do."""
    if not isinstance(new, dict):
        return new
    out = dict(old or {})
    for key, value in new.items():
        if value is None:
            out.pop(key, None)
        elif key == "conditions":
            kept = [c for c in out.get(key, []) if c["type"] not in {n["type"] for n in value}]
            out[key] = kept + value
        else:
            out[key] = merged(out.get(key), value)
    return out


class Stage:
    def __init__(self) -> None:
        self.cache = Collection()
        for index in SCHEDULER.indexes:
            self.cache.add_index(index.resource, index.name, index.values)
        for view in SCHEDULER.views:
            self.cache.add_view(view)
        self.now = EPOCH
        self.events: list[tuple[str, str, str]] = []
        self.woken: list[tuple[str, str]] = []
        self.memory: dict[tuple[str, str], Any] = {}
        self._revision = count(1)

    @property
    def view(self) -> ClusterView:
        return self.cache.view(ClusterView)

    # Objects

    def put(self, resource: str, obj: Obj | None, old: Obj | None = None) -> list[tuple[str, str]]:
        """Commit; answers the keys that it wakes."""
        some = obj or old
        assert some is not None
        meta = some["metadata"]
        meta.setdefault("uid", f"uid-{meta['name']}")
        before = self.cache.get(resource, meta.get("namespace", ""), meta["name"])
        self.cache.apply(resource, before, obj, next(self._revision))
        keys = [k for w in SCHEDULER.watches if w.resource == resource for k in w.keys(self.cache, before, obj)]
        self.woken += keys
        return keys

    def remove(self, resource: str, namespace: str, name: str) -> list[tuple[str, str]]:
        return self.put(resource, None, self.cache.get(resource, namespace, name))

    def node(self, name: str, labels: dict[str, str] | None = None, taints: list[Obj] | None = None,
             size: dict[str, str] | None = None, **spec: Any) -> list[tuple[str, str]]:  # fmt: skip
        own = {"kubernetes.io/hostname": name, **(labels or {})}
        obj = {
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": own},
            "spec": {**({"taints": taints} if taints else {}), **spec},
            "status": {"allocatable": {**NODE_SIZE, **(size or {})}},
        }  # fmt: skip
        return self.put("nodes", obj)

    def nodes(self, number: int = 3, zones: int = 3, **more: Any) -> None:
        for i in range(number):
            self.node(f"node-{i}", {"topology.kubernetes.io/zone": f"zone-{'abcdefgh'[i % zones]}"}, **more)

    def pod(self, name: str = "app", labels: dict[str, str] | None = None, requests: dict[str, str] | None = None,
            node: str = "", namespace: str = "ns", status: Obj | None = None, meta: Obj | None = None,
            **spec: Any) -> Obj:  # fmt: skip
        """Commits a pod and answers it."""
        container = {"name": "c", "image": "app:1", "resources": {"requests": requests} if requests else {}}
        obj = {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": namespace, "name": name, "uid": f"uid-{name}", "generation": 1,
                         **({"labels": labels} if labels else {}), **(meta or {})},
            "spec": {"schedulerName": "default-scheduler", "containers": [container], **spec},
            "status": {"phase": "Pending", **(status or {})},
        }  # fmt: skip
        if node:
            obj["spec"]["nodeName"] = node
        self.put("pods", obj)
        return obj

    def claim(self, name: str, volume: str = "", bound: bool = True, storage_class: str = "standard",
              modes: tuple[str, ...] = ("ReadWriteOnce",), namespace: str = "ns",
              annotations: dict[str, str] | None = None,
              **meta: Any) -> list[tuple[str, str]]:  # fmt: skip
        marks = dict(annotations or {})
        if volume and bound:
            marks["pv.kubernetes.io/bind-completed"] = "yes"
        return self.put("persistentvolumeclaims", {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"namespace": namespace, "name": name, "uid": f"uid-{name}", "annotations": marks, **meta},
            "spec": {"accessModes": list(modes), "storageClassName": storage_class,
                     **({"volumeName": volume} if volume else {}),
                     "resources": {"requests": {"storage": "1Gi"}}},
            "status": {"phase": "Bound" if volume and bound else "Pending"},
        })  # fmt: skip

    def volume(self, name: str, zone: str = "", labels: dict[str, str] | None = None, storage_class: str = "standard",
               size: str = "1Gi", phase: str = "Available", **spec: Any) -> list[tuple[str, str]]:  # fmt: skip
        affinity = {}
        if zone:
            wanted = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": [zone]}
            affinity = {"nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [wanted]}]}}}
        return self.put("persistentvolumes", {
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "labels": labels or {}},
            "spec": {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": storage_class,
                     "csi": {"driver": "csi.sim.quorate.dev", "volumeHandle": name}, **affinity, **spec},
            "status": {"phase": phase},
        })  # fmt: skip

    def storage_class(self, name: str, mode: str = "Immediate", provisioner: str = "csi.sim.quorate.dev",
                      **more: Any) -> list[tuple[str, str]]:  # fmt: skip
        obj = {"metadata": {"name": name}, "provisioner": provisioner, "volumeBindingMode": mode, **more}
        return self.put("storageclasses.storage.k8s.io", obj)

    # The scheduler at work

    def info(self, name: str, namespace: str = "ns") -> PodInfo:
        return self.view.pods[namespace, name]

    def cluster(self) -> Cluster:
        return Cluster(self.view, self.cache)

    def verdicts(self, name: str = "app") -> dict[str, tuple[str, ...]]:
        """Node -> the reasons against it; a rejection of the whole pod under "*"."""
        cycle = Cycle(self.info(name), self.cluster())
        found, diagnosis = cycle.find()
        if diagnosis.rejected:
            return {"*": (diagnosis.rejected,)}
        return {**{n.name: () for n in found}, **{n: v.reasons for n, v in diagnosis.verdicts.items()}}

    def plan(self, name: str = "app", namespace: str = "ns") -> Plan | None:
        """One look at the pod, not carried out."""
        key = (namespace, name)
        seen = SCHEDULER.snapshot(self.cache, key, self.memory.get(key))
        return None if seen is None else SCHEDULER.decide(seen, self.now)

    def look(self, name: str = "app", namespace: str = "ns") -> Plan | None:
        """One look at the pod, carried out."""
        plan = self.plan(name, namespace)
        self.memory.pop((namespace, name), None)
        if plan is None:
            return None
        if plan.remember is not None:
            self.memory[namespace, name] = plan.remember
        for action in (*plan.actions, *((plan.status,) if plan.status else ())):
            self._do(action)
        return plan

    def run(self) -> None:
        """Look at woken pods until none is woken any more."""
        for _ in range(10_000):
            if not self.woken:
                return
            namespace, name = self.woken.pop(0)
            self.look(name, namespace)
        raise AssertionError("it never comes to rest")

    def _do(self, action: Any) -> None:
        match action:
            case Tell():
                self._tell(action)
                return
            case Bind():
                pod = self.cache.get("pods", action.namespace, action.name)
                assert pod is not None and not pod["spec"].get("nodeName")
                conditions = [c for c in pod["status"].get("conditions", []) if c["type"] != "PodScheduled"]
                status = {**pod["status"], "conditions": [*conditions, {"type": "PodScheduled", "status": "True"}]}
                status.pop("nominatedNodeName", None)
                self.put("pods", {**pod, "spec": {**pod["spec"], "nodeName": action.node}, "status": status})
            case Patch():
                ref = action.ref
                old = self.cache.get(ref.resource, ref.namespace, ref.name)
                self.put(ref.resource, merged(old, action.body))
            case Update():
                self.put(action.resource, action.obj)
            case Delete():
                self.remove(action.ref.resource, action.ref.namespace, action.ref.name)
            case _:
                raise AssertionError(action)
        if action.outcome.told:
            self._tell(action.outcome.told)

    def _tell(self, told: Tell) -> None:
        assert (told.style, told.component) == ("series", "default-scheduler")
        self.events.append((told.about["metadata"]["name"], told.reason, told.message))

    def placed(self, namespace: str = "ns") -> dict[str, str]:
        """Pod -> node ("" while it waits)."""
        return {p["metadata"]["name"]: p["spec"].get("nodeName", "") for p in self.cache.list("pods", namespace)}

    def condition(self, name: str = "app", namespace: str = "ns") -> Obj | None:
        pod = self.cache.get("pods", namespace, name)
        assert pod is not None
        return next((c for c in pod["status"].get("conditions", []) if c["type"] == "PodScheduled"), None)

    def change(self, resource: str, namespace: str, name: str, change: Callable[[Obj], None]) -> list[tuple[str, str]]:
        obj = deepcopy(self.cache.get(resource, namespace, name))
        assert obj is not None
        change(obj)
        return self.put(resource, obj)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="session")
def new_stage() -> type[Stage]:
    """For properties, which need a fresh one per example."""
    return Stage
