"""One node's kubelet on virtual time: the real runtime and cache, and a stand-in for the API server."""

from typing import Any

import pytest

from quorate.contract.controller import Controller
from quorate.contract.failures import conflict, not_found
from quorate.kernel.clock import EPOCH, SECOND, Clock
from quorate.kernel.pump import Pump
from quorate.nodes.simulated import controllers
from quorate.nodes.simulated.node import node
from quorate.objects.collection import Collection
from quorate.objects.times import time_text
from quorate.runtime.informer import Informers
from quorate.runtime.runtime import Runtime

Obj = dict[str, Any]
LEASES = "leases.coordination.k8s.io"


class Commit:
    def __init__(self, revision: int, resource: str, type: str, old: Obj | None, new: Obj) -> None:
        self.revision, self.resource, self.type, self.old, self.new = revision, resource, type, old, new


class Cluster:
    """`trail` is what a watcher of pods would note; `events` what the kubelet told, in order."""

    def __init__(self) -> None:
        self.pump = Pump(Clock(EPOCH))
        self.objects = Collection()
        self.informers = Informers(self.pump, self.objects)
        self.runtime = Runtime(self.pump, self.informers, controllers(), self.writer_for)
        self.events: list[tuple[str, str]] = []
        self.sources: set[tuple[str, str]] = set()
        self.writes: list[tuple[str, str]] = []
        self.trail: list[str] = []
        self.race = False
        self.uids = 0
        self.create("nodes", node("node-0", "zone-a", "region-1", now=EPOCH))

    def writer_for(self, _: Controller) -> "Cluster":
        return self

    @property
    def now(self) -> int:
        return self.pump.now() - EPOCH

    # -- the API server, as far as a kubelet needs it

    def get(self, resource: str, namespace: str, name: str) -> Obj:
        found = self.objects.get(resource, namespace, name)
        if found is None:
            raise not_found(resource, "", name)
        return found

    def put(self, resource: str, obj: Obj) -> Obj:
        meta = obj["metadata"]
        old = self.objects.get(resource, meta.get("namespace", ""), meta["name"])
        revision = self.objects.revision + 1
        new = {**obj, "metadata": {**meta, "resourceVersion": str(revision)}}
        self.objects.apply(resource, old, new, revision)
        if resource == "pods":
            self._note(old, new)
        self.informers.hear(Commit(revision, resource, "MODIFIED" if old else "ADDED", old, new))
        return new

    def drop(self, resource: str, obj: Obj) -> None:
        revision = self.objects.revision + 1
        self.objects.apply(resource, obj, None, revision)
        if resource == "pods":
            self.trail.append(f"-{obj['metadata']['name']}")
        self.informers.hear(Commit(revision, resource, "DELETED", obj, obj))

    def create(self, resource: str, obj: Obj) -> Obj:
        if resource == "events":
            self.events.append((obj["reason"], obj["message"]))
            self.sources.add((obj["source"]["component"], obj["source"]["host"]))
            return obj
        self.writes.append(("create", resource))
        self.uids += 1
        meta = {**obj["metadata"], "uid": f"uid-{self.uids}", "creationTimestamp": time_text(self.pump.now())}
        if resource == "pods":
            meta["generation"] = 1
        return self.put(resource, {**obj, "metadata": meta})

    def patch(
        self, resource: str, namespace: str, name: str, body: Obj, type: str = "merge", subresource: str = ""
    ) -> Obj:
        if resource == "nodes":
            found = self.get(resource, "", name)
            labels = {**found["metadata"].get("labels", {}), **body["metadata"]["labels"]}
            return self.put(resource, {**found, "metadata": {**found["metadata"], "labels": labels}})
        assert resource == "events", "the kubelet patches nothing but its events and its node's labels"
        self.events.append((body.get("reason", "again"), body["message"]))
        return {"metadata": {}}

    def update(self, resource: str, obj: Obj, subresource: str = "") -> Obj:
        self.writes.append(("update", resource))
        meta = obj["metadata"]
        if self.race and resource == "pods":
            self.race = False
            held = self.get(resource, meta["namespace"], meta["name"])
            mine = {"type": "Mine", "status": "True"}
            status = {**held["status"], "conditions": [*held["status"].get("conditions", ()), mine]}
            self.put(resource, {**held, "status": status})
        held = self.get(resource, meta.get("namespace", ""), meta["name"])
        if meta["resourceVersion"] != held["metadata"]["resourceVersion"]:
            raise conflict(resource, "", meta["name"], "the object has been modified")
        return self.put(resource, {**held, "status": obj["status"]} if subresource == "status" else obj)

    def delete(self, resource: str, namespace: str, name: str, **options: Any) -> Obj:
        held = self.get(resource, namespace, name)
        assert options["uid"] == held["metadata"]["uid"] and options["grace_seconds"] == 0
        self.finish(held)
        return held

    def finish(self, held: Obj) -> None:
        if held["metadata"].get("finalizers"):
            self.put("pods", {**held, "metadata": {**held["metadata"], "deletionGracePeriodSeconds": 0}})
        else:
            self.drop("pods", held)

    # -- what users and the control plane do

    def run_pod(self, name: str = "web-0", annotations: Obj | None = None, meta: Obj | None = None, **spec: Any) -> Obj:
        """A pod bound to node-0, taken up."""
        said = {f"sim.quorate.dev/{k}": v for k, v in (annotations or {}).items()}
        containers = spec.pop("containers", None) or [{"name": "main", "image": "app:1"}]
        body = {"nodeName": "node-0", "restartPolicy": "Always", "containers": containers, **spec}
        status = {"phase": "Pending", "qosClass": "BestEffort"}
        status["conditions"] = [
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": time_text(self.pump.now())}
        ]
        made = self.create("pods", {
            "apiVersion": "v1", "kind": "Pod", "spec": body, "status": status,
            "metadata": {"name": name, "namespace": "default", "annotations": said, **(meta or {})},
        })  # fmt: skip
        self.run(0)
        return made

    def annotate(self, name: str = "web-0", **said: str | None) -> None:
        pod = self.pod(name)
        annotations = dict(pod["metadata"].get("annotations") or {})
        for key, value in said.items():
            key = f"sim.quorate.dev/{key.replace('_', '-')}"
            if value is None:
                annotations.pop(key, None)
            else:
                annotations[key] = value
        self.put("pods", {**pod, "metadata": {**pod["metadata"], "annotations": annotations}})
        self.run(0)

    def stop_node(self, down: bool = True) -> None:
        found = self.get("nodes", "", "node-0")
        annotations = {"sim.quorate.dev/down": "true"} if down else {}
        self.put("nodes", {**found, "metadata": {**found["metadata"], "annotations": annotations}})
        self.run(0)

    def ask_to_stop(self, name: str = "web-0", grace: int = 30) -> None:
        pod = self.pod(name)
        stamp = time_text(self.pump.now() + grace * SECOND)
        meta = {**pod["metadata"], "deletionTimestamp": stamp, "deletionGracePeriodSeconds": grace}
        meta["generation"] = 2
        self.put("pods", {**pod, "metadata": meta})
        self.run(0)

    def run(self, seconds: float) -> None:
        self.pump.run(self.pump.now() + round(seconds * SECOND))

    # -- what is to be seen

    def pod(self, name: str = "web-0") -> Obj:
        return self.get("pods", "default", name)

    def gone(self, name: str = "web-0") -> bool:
        return self.objects.get("pods", "default", name) is None

    def status(self, name: str = "web-0") -> Obj:
        return self.pod(name)["status"]

    def container(self, index: int = 0, name: str = "web-0", field: str = "containerStatuses") -> Obj:
        found: Obj = self.status(name)[field][index]
        return found

    def state(self, index: int = 0, name: str = "web-0", field: str = "containerStatuses") -> str:
        """ "running", or the reason why it waits or has ended."""
        state = self.container(index, name, field)["state"]
        return "running" if "running" in state else str(next(iter(state.values()))["reason"])

    def condition(self, kind: str, name: str = "web-0") -> Obj:
        return next(c for c in self.status(name)["conditions"] if c["type"] == kind)

    def ready(self, name: str = "web-0") -> bool:
        return self.condition("Ready", name)["status"] == "True"

    def reasons(self) -> list[str]:
        return [reason for reason, _ in self.events]

    def messages(self, *reasons: str) -> list[str]:
        return [message for reason, message in self.events if reason in reasons]

    def pod_writes(self) -> int:
        return self.writes.count(("update", "pods"))

    def _note(self, old: Obj | None, new: Obj) -> None:
        name = new["metadata"]["name"]
        was, is_now = ((o or {}).get("status") or {} for o in (old, new))
        if was.get("phase") != is_now.get("phase"):
            self.trail.append(f"{name} {is_now.get('phase')}")
        ready = [
            any(c["type"] == "Ready" and c["status"] == "True" for c in s.get("conditions") or ())
            for s in (was, is_now)
        ]
        if ready[0] != ready[1]:
            self.trail.append(f"{name} {'ready' if ready[1] else 'unready'}")


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster()
    made.run(0)
    return made


@pytest.fixture(scope="session")
def make() -> type[Cluster]:
    """For properties, which want a fresh cluster for each example."""
    return Cluster
