"""A stage for Deployments: their controller and the ReplicaSets' play on one cache, pods are made ready by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from quorate.contract.failures import Refused
from quorate.contract.plan import Action, Create, Plan, Tell
from quorate.controllers import deployment, replicaset
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection
from quorate.objects.times import time_text
from quorate.runtime.carry_out import Hand

Obj = dict[str, Any]
DEPLOYMENTS, SETS, PODS = "deployments.apps", "replicasets.apps", "pods"
ROLLS = (deployment.CONTROLLERS[0], replicaset.CONTROLLERS[0])


def make_deployment(**spec: Any) -> Obj:
    """A Deployment as the API server would have defaulted it; `surge`, `unavailable` and `image` are short for fields."""
    image = spec.pop("image", "app:1")
    rolling = {"maxSurge": spec.pop("surge", 1), "maxUnavailable": spec.pop("unavailable", 0)}
    labels = {"app": "web"}
    body = {
        "replicas": 3, "selector": {"matchLabels": labels}, "progressDeadlineSeconds": 600, "revisionHistoryLimit": 10,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": image}]}},
    }  # fmt: skip
    meta = {"name": "web", "namespace": "default", "uid": "web-uid", "generation": 1}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {**body, **spec}}


class Stage:
    def __init__(self, found: Obj) -> None:
        self.cache = Collection()
        for controller in ROLLS:
            for index in controller.indexes:
                self.cache.add_index(index.resource, index.name, index.values)
        self.now = EPOCH
        self.events: list[str] = []
        self.trail: list[str] = []
        self.refuse: Callable[[str, Obj], str | None] = lambda resource, obj: None
        self.after: Callable[[], None] = lambda: None
        self.hands = {c.name: Hand(c.name, self, self) for c in ROLLS}  # type: ignore[arg-type]
        self.broken: set[str] = set()
        self._made = 0
        self.put(DEPLOYMENTS, found)

    # What is there

    @property
    def it(self) -> Obj:
        found = self.cache.get(DEPLOYMENTS, "default", "web")
        assert found is not None
        return found

    @property
    def status(self) -> Obj:
        return self.it.get("status") or {}

    def reason(self, type: str = "Progressing") -> str | None:
        return next((c["reason"] for c in self.status.get("conditions", []) if c["type"] == type), None)

    @property
    def sets(self) -> list[Obj]:
        return sorted(self.cache.list(SETS), key=lambda one: (self.revision(one), one["metadata"]["name"]))

    def revision(self, one: Obj) -> int:
        return int((one["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", 0))

    def sizes(self) -> list[int]:
        return [one["spec"]["replicas"] for one in self.sets]

    def pods(self) -> list[Obj]:
        return list(self.cache.list(PODS))

    def image(self, pod: Obj) -> str:
        return pod["spec"]["containers"][0]["image"]  # type: ignore[no-any-return]

    # What others do

    def put(self, resource: str, obj: Obj) -> Obj:
        meta = obj["metadata"]
        held = self.cache.get(resource, "default", meta["name"])
        if "uid" not in meta:
            self._made += 1
            meta = {**meta, "uid": f"uid-{self._made}", "creationTimestamp": time_text(self.now + self._made * SECOND)}
        revision = self.cache.revision + 1
        obj = {**obj, "metadata": {**meta, "resourceVersion": str(revision)}}
        self.cache.apply(resource, held, obj, revision)
        return obj

    def edit(self, image: str = "", **spec: Any) -> None:
        found = self.it
        if image:
            template = found["spec"]["template"]
            spec["template"] = {**template, "spec": {"containers": [{"name": "main", "image": image}]}}
        meta = {**found["metadata"], "generation": found["metadata"]["generation"] + 1}
        self.put(DEPLOYMENTS, {**found, "metadata": meta, "spec": {**found["spec"], **spec}})

    def annotate(self, **annotations: str) -> None:
        found = self.it
        held = found["metadata"].get("annotations") or {}
        self.put(DEPLOYMENTS, {**found, "metadata": {**found["metadata"], "annotations": {**held, **annotations}}})

    def set_ready(self, pod: Obj, ready: bool = True) -> None:
        condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": time_text(self.now)}
        self.put(PODS, {**pod, "status": {"phase": "Running", "conditions": [condition]}})

    def gone(self) -> None:
        """Every pod that was asked to stop goes."""
        for pod in self.pods():
            if "deletionTimestamp" in pod["metadata"]:
                self.cache.apply(PODS, pod, None, self.cache.revision + 1)

    def ready(self) -> None:
        """Every pod gets ready whose image is not broken."""
        for pod in self.pods():
            if pod["status"]["phase"] == "Pending" and self.image(pod) not in self.broken:
                self.set_ready(pod)

    # What the controllers do

    def look(self, n: int = 0) -> list[tuple[str, Plan]]:
        """The plans of one controller for all that it has."""
        controller = ROLLS[n]
        out = []
        for obj in list(self.cache.list((DEPLOYMENTS, SETS)[n])):
            seen = controller.snapshot(self.cache, ("default", obj["metadata"]["name"]), None)
            out.append((controller.name, controller.decide(seen, self.now)))
        return out

    def settle(self, most: int = 200) -> None:
        """Both controllers until neither has anything to do."""
        for _ in range(most):
            before = self.cache.revision
            for n in range(2):
                for name, plan in self.look(n):
                    self.hands[name].carry_out(plan, self.now)
            if self.cache.revision == before:
                return
        raise AssertionError("not settled")

    def play(self, most: int = 200) -> None:
        """Until everything is at rest, pods going and getting ready meanwhile."""
        for _ in range(most):
            before = self.cache.revision
            self.settle()
            self.gone()
            self.ready()
            if self.cache.revision == before:
                return
        raise AssertionError("not at rest")

    # The server and the recorder, as the hands know them

    def record(self, told: Tell, writer: Any, now: int) -> None:
        self.events.append(f"{told.about['kind']} {told.reason}: {told.message}")

    def _check(self, resource: str, obj: Obj) -> None:
        reason = self.refuse(resource, obj)
        if reason is not None:
            raise Refused("Forbidden", reason)

    def create(self, resource: str, obj: Obj) -> Obj:
        self._check(resource, obj)
        meta = obj["metadata"]
        if "name" not in meta:
            self._made += 1
            obj = {**obj, "metadata": {**meta, "name": f"{meta['generateName']}{self._made:05}"}}
        if self.cache.get(resource, "default", obj["metadata"]["name"]) is not None:
            raise Refused("AlreadyExists", "there")
        if resource == PODS:
            obj = {**obj, "status": {"phase": "Pending"}}
            self.trail.append(f"+{self.image(obj)}")
        made = self.put(resource, {**obj, "metadata": {**obj["metadata"], "generation": 1}})
        self.after()
        return made

    def update(self, resource: str, obj: Obj, subresource: str) -> Obj:
        held = self.cache.get(resource, "default", obj["metadata"]["name"])
        assert held is not None
        version = obj["metadata"].get("resourceVersion")
        if version is not None and version != held["metadata"]["resourceVersion"]:
            raise Refused("Conflict", "changed meanwhile")
        if obj == held:
            return held
        if subresource == "status":
            obj = {**obj, "spec": held["spec"]}
        elif obj["spec"] != held["spec"]:
            generation = held["metadata"].get("generation", 0) + 1
            obj = {**obj, "metadata": {**obj["metadata"], "generation": generation}}
        made = self.put(resource, obj)
        self.after()
        return made

    def patch(self, resource: str, namespace: str, name: str, body: Any, type: str, subresource: str) -> Obj:
        held = self.cache.get(resource, namespace, name)
        assert held is not None
        refs = held["metadata"].get("ownerReferences") or []
        for change in body["metadata"]["ownerReferences"]:
            refs = [r for r in refs if r["uid"] != change["uid"]]
            refs += [] if change.get("$patch") == "delete" else [change]
        return self.put(resource, {**held, "metadata": {**held["metadata"], "ownerReferences": refs}})

    def delete(self, resource: str, namespace: str, name: str, **_: Any) -> Obj:
        held = self.cache.get(resource, namespace, name)
        assert held is not None
        if resource == PODS:
            self.trail.append(f"-{self.image(held)}")
            held = self.put(
                resource, {**held, "metadata": {**held["metadata"], "deletionTimestamp": time_text(self.now)}}
            )
        else:
            self.cache.apply(resource, held, None, self.cache.revision + 1)
        self.after()
        return held


def created(plan: Plan) -> list[Action]:
    return [action for action in plan.actions if isinstance(action, Create)]


@pytest.fixture
def stage() -> Callable[..., Stage]:
    """Makes a stage with a Deployment that has just been created."""
    return lambda **spec: Stage(make_deployment(**spec))


@pytest.fixture
def running() -> Callable[..., Stage]:
    """Makes a stage with a Deployment whose pods are all ready."""

    def make(**spec: Any) -> Stage:
        on = Stage(make_deployment(**spec))
        on.play()
        on.events.clear()
        on.trail.clear()
        return on

    return make
