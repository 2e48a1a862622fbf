"""A stage for the StatefulSet controller: objects in a cache, plans carried out on them, pods made ready by hand."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from quorate.contract.plan import Action, Create, Delete, Outcome, Patch, Plan, Tell, Update
from quorate.controllers.statefulset import CONTROLLERS
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection
from quorate.objects.times import time_text

Obj = dict[str, Any]
SETS, PODS, CLAIMS, REVISIONS = "statefulsets.apps", "pods", "persistentvolumeclaims", "controllerrevisions.apps"
CONTROLLER = CONTROLLERS[0]


def make_set(**spec: Any) -> Obj:
    """A set as the API server would have defaulted it; `policy`, `templates` and `image` are short for their fields."""
    image, templates = spec.pop("image", "app:1"), spec.pop("templates", ())
    policy = spec.pop("policy", None)
    labels = {"app": "web"}
    body: Obj = {
        "replicas": 3, "selector": {"matchLabels": labels}, "serviceName": "web", "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 10, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": image}]}},
    }  # fmt: skip
    if templates:
        body["volumeClaimTemplates"] = [
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": {}}
            for name in templates
        ]
    if policy:
        body["persistentVolumeClaimRetentionPolicy"] = {"whenScaled": policy[0], "whenDeleted": policy[1]}
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": {"name": "web", "namespace": "default", "uid": "set-uid", "generation": 1},
        "spec": {**body, **spec},
    }  # fmt: skip


class Stage:
    """`refuse(action)` gives a reason to refuse an action with, or None."""

    def __init__(self, found: Obj) -> None:
        self.cache = Collection()
        for index in CONTROLLER.indexes:
            self.cache.add_index(index.resource, index.name, index.values)
        self.now = EPOCH
        self.memory: Any = None
        self.told: list[Tell] = []
        self.done: list[Action] = []
        self.refused: list[Action] = []
        self.trail: list[str] = []
        self.refuse: Callable[[Action], str | None] = lambda _: None
        self.before: Callable[[Action], None] = lambda _: None
        self._uids = 0
        self.put(SETS, found)

    # What is there

    @property
    def set(self) -> Obj:
        found = self.cache.get(SETS, "default", "web")
        assert found is not None
        return found

    @property
    def status(self) -> Obj:
        return self.set.get("status") or {}

    def pod(self, name: str) -> Obj | None:
        return self.cache.get(PODS, "default", name)

    def claim(self, name: str) -> Obj | None:
        return self.cache.get(CLAIMS, "default", name)

    @property
    def pods(self) -> list[str]:
        return [pod["metadata"]["name"] for pod in self.cache.list(PODS)]

    @property
    def revisions(self) -> list[Obj]:
        return sorted(self.cache.list(REVISIONS), key=lambda r: r["revision"])

    def events(self) -> list[str]:
        return [f"{told.reason}: {told.message}" for told in self.told]

    # What others do

    def put(self, resource: str, obj: Obj) -> Obj:
        meta = obj["metadata"]
        held = self.cache.get(resource, meta.get("namespace", ""), meta["name"])
        if "uid" not in meta:
            self._uids += 1
            meta = {**meta, "uid": f"uid-{self._uids}", "creationTimestamp": time_text(self.now)}
        revision = self.cache.revision + 1
        obj = {**obj, "metadata": {**meta, "resourceVersion": str(revision)}}
        self.cache.apply(resource, held, obj, revision)
        return obj

    def drop(self, resource: str, name: str) -> None:
        held = self.cache.get(resource, "default", name)
        if held is not None:
            self.cache.apply(resource, held, None, self.cache.revision + 1)

    def edit(self, **spec: Any) -> None:
        """Changes the set's spec, as a user would: the generation moves."""
        found = self.set
        if "image" in spec:
            template = found["spec"]["template"]
            containers = [{"name": "main", "image": spec.pop("image")}]
            spec["template"] = {**template, "spec": {**template["spec"], "containers": containers}}
        meta = {**found["metadata"], "generation": found["metadata"]["generation"] + 1}
        self.put(SETS, {**found, "metadata": meta, "spec": {**found["spec"], **spec}})

    def phase(self, name: str, phase: str, ready: bool = False) -> None:
        pod = self.pod(name)
        assert pod is not None
        ready_now = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": time_text(self.now)}
        self.put(PODS, {**pod, "status": {"phase": phase, "conditions": [ready_now]}})
        if ready:
            self.trail.append(f"{name} ready")

    def ready(self, *names: str) -> None:
        for name in names:
            self.phase(name, "Running", ready=True)

    def unready(self, *names: str) -> None:
        for name in names:
            self.phase(name, "Running")

    def delete(self, name: str) -> None:
        """Asks the pod to stop; it stays until `gone`."""
        pod = self.pod(name)
        assert pod is not None
        if "deletionTimestamp" not in pod["metadata"]:
            self.put(PODS, {**pod, "metadata": {**pod["metadata"], "deletionTimestamp": time_text(self.now)}})
            self.trail.append(f"{name} terminating")

    def gone(self, *names: str) -> None:
        for name in names:
            self.drop(PODS, name)
            self.trail.append(f"-{name}")

    def finish(self) -> None:
        """Every terminating pod goes."""
        self.gone(*(p["metadata"]["name"] for p in self.cache.list(PODS) if "deletionTimestamp" in p["metadata"]))

    def ready_all(self) -> None:
        for pod in list(self.cache.list(PODS)):
            if (pod.get("status") or {}).get("phase") == "Pending" and "deletionTimestamp" not in pod["metadata"]:
                self.ready(pod["metadata"]["name"])

    # What the controller does

    def look(self) -> Plan:
        """One look, not carried out."""
        seen = CONTROLLER.snapshot(self.cache, ("default", "web"), self.memory)
        return CONTROLLER.decide(seen, self.now)

    def step(self) -> Plan:
        plan = self.look()
        self.memory = plan.remember
        written: Any = plan.status
        for action in plan.actions:
            if isinstance(action, Tell):
                self.told.append(action)
            elif not self._carry_out(action):
                if plan.if_refused != "same":
                    written = None if plan.if_refused == "none" else plan.if_refused
                break
        if written is not None:
            self._carry_out(written)
            status, meta = self.status, self.set["metadata"]
            assert status.get("observedGeneration", 0) <= meta["generation"]
        return plan

    def settle(self, most: int = 50) -> None:
        """Steps until nothing is left to do without somebody else."""
        for _ in range(most):
            plan = self.step()
            if not plan.actions and plan.status is None:
                return
        raise AssertionError(f"not settled after {most} looks: {plan}")

    def play(self, most: int = 100) -> None:
        """Steps while pods become ready and go as asked and time passes, until the set is at rest."""
        for _ in range(most):
            before = self.cache.revision
            self.settle()
            self.finish()
            self.ready_all()
            if self.cache.revision == before:
                again = self.look().look_again
                if again is None or again > self.now + 60 * SECOND:
                    return
                self.now = again
        raise AssertionError(f"not at rest after {most} rounds")

    def _carry_out(self, action: Action) -> bool:
        outcome: Outcome = action.outcome  # type: ignore[union-attr]
        self.before(action)
        reason = self.refuse(action) or self._do(action)
        if reason is None:
            self.done.append(action)
            if outcome.told is not None:
                self.told.append(outcome.told)
            return True
        self.refused.append(action)
        if reason in outcome.fine:
            return True
        failed = outcome.failed or ()
        for told in failed if isinstance(failed, tuple) else (failed,):
            text = told.message.replace("{error}", f"<{reason}>")
            self.told.append(Tell(told.about, told.type, told.reason, text))
        return False

    def _do(self, action: Action) -> str | None:
        match action:
            case Create(resource, obj):
                name = obj["metadata"]["name"]
                if self.cache.get(resource, "default", name) is not None:
                    return "AlreadyExists"
                if resource == PODS:
                    obj = {**obj, "status": {"phase": "Pending"}}
                    self.trail.append(f"+{name}@{self._number(obj)}")
                self.put(resource, obj)
            case Update(resource, obj):
                held = self.cache.get(resource, "default", obj["metadata"]["name"])
                if held is None:
                    return "NotFound"
                if held["metadata"]["resourceVersion"] != obj["metadata"]["resourceVersion"]:
                    return "Conflict"
                self.put(resource, obj)
            case Patch(ref, body):
                held = self.cache.get(ref.resource, ref.namespace, ref.name)
                if held is None or held["metadata"]["uid"] != body["metadata"]["uid"]:
                    return "NotFound"
                refs = held["metadata"].get("ownerReferences") or []
                for change in body["metadata"]["ownerReferences"]:
                    refs = [r for r in refs if r["uid"] != change["uid"]]
                    if change.get("$patch") != "delete":
                        refs = [*refs, change]
                self.put(ref.resource, {**held, "metadata": {**held["metadata"], "ownerReferences": refs}})
            case Delete(ref):
                if self.cache.get(ref.resource, ref.namespace, ref.name) is None:
                    return "NotFound"
                if ref.resource == PODS:
                    self.delete(ref.name)
                else:
                    self.drop(ref.resource, ref.name)
            case _:
                raise AssertionError(action)
        return None

    def _number(self, pod: Obj) -> int:
        name = pod["metadata"]["labels"]["controller-revision-hash"]
        return next(r["revision"] for r in self.revisions if r["metadata"]["name"] == name)


def up(**spec: Any) -> Stage:
    """A set whose pods are all ready, ten seconds later, with nothing told yet."""
    stage = Stage(make_set(**spec))
    stage.play()
    stage.now += 10 * SECOND
    stage.settle()
    stage.told.clear()
    stage.trail.clear()
    stage.done.clear()
    return stage


@pytest.fixture
def stage() -> Callable[..., Stage]:
    """Makes a stage with a set that has just been created."""
    return lambda **spec: Stage(make_set(**spec))


@pytest.fixture
def running() -> Callable[..., Stage]:
    """Makes a stage with a set whose pods are all ready."""
    return up


@pytest.fixture
def make() -> Iterator[Callable[..., Obj]]:
    """Makes a set."""
    yield make_set
