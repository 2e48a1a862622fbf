"""What must hold after every commit, whoever made it and in whatever order: watched as the commits happen."""

from typing import Any

import orjson

from quorate.apiserver.client import LocalClient
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.store.store import Change
from quorate.assemble.world import World
from quorate.kernel.clock import SECOND
from quorate.objects.pod import condition, is_finished, is_ready, is_terminating
from quorate.objects.quantity import milli
from quorate.objects.selectors import selector
from quorate.objects.times import parse_time

Obj = dict[str, Any]
SETS, BUDGETS, CLAIMS, VOLUMES = (
    "statefulsets.apps",
    "poddisruptionbudgets.policy",
    "persistentvolumeclaims",
    "persistentvolumes",
)

CROWD = 6_000
"""More commits than this at one instant are a loop that feeds itself."""


class Acting(LocalClient):
    """A writer that says who writes."""

    def __init__(self, server: ApiServer, user: str, manager: str, promises: "Promises") -> None:
        super().__init__(server, user, manager)
        self.promises, self.name = promises, manager

    def _as(self, call: Any, *args: Any, **more: Any) -> Any:
        self.promises.actor = self.name
        try:
            return call(*args, **more)
        finally:
            self.promises.actor = "server"

    def create(self, *args: Any, **more: Any) -> Any:
        return self._as(super().create, *args, **more)

    def update(self, *args: Any, **more: Any) -> Any:
        return self._as(super().update, *args, **more)

    def patch(self, *args: Any, **more: Any) -> Any:
        return self._as(super().patch, *args, **more)

    def delete(self, *args: Any, **more: Any) -> Any:
        return self._as(super().delete, *args, **more)

    def evict(self, *args: Any, **more: Any) -> Any:
        return self._as(super().evict, *args, **more)

    def bind(self, *args: Any, **more: Any) -> Any:
        return self._as(super().bind, *args, **more)


class Promises:
    """Hears every commit of a world; an AssertionError in `hear` names what was broken."""

    def __init__(self, world: World, watched: bool = True) -> None:
        self.world = world
        self.actor = "server"
        self.trace: list[tuple[int, int, str, str, bytes]] = []
        self.kept: list[tuple[Change, bytes]] = []
        self.uids: set[str] = set()
        self.volume_of: dict[str, str] = {}
        self.claim_of: dict[str, str] = {}
        self.unrest: dict[str, int] = {}
        """When each app last lost a healthy pod otherwise than by an eviction, or changed what it should have."""
        world.follow(self.hear)
        if watched:
            for name, runner in world.runtime.runners.items():
                writer = runner.hand.writer
                assert isinstance(writer, LocalClient)
                runner.hand.writer = Acting(world.server, "system:admin", name, self)
                runner.hand.writer.options = writer.options

    # -- every commit

    def hear(self, change: Change) -> None:
        new, old = change.new, change.old
        meta = new["metadata"]
        raw = orjson.dumps(new)
        self.trace.append((self.world.now, change.revision, change.type, change.resource, raw))
        assert not self.kept or change.revision == self.kept[-1][0].revision + 1
        self.kept.append((change, raw))
        if len(self.trace) > CROWD:
            assert self.trace[-CROWD][0] < self.world.now, (
                f"{CROWD} commits at one instant, {self.actor} makes the last"
            )
        assert meta["resourceVersion"] == str(change.revision)
        if change.type == "ADDED":
            assert old is None and meta["uid"] not in self.uids, "a uid came twice"
            self.uids.add(meta["uid"])
        else:
            assert old is not None and old["metadata"]["uid"] == meta["uid"], "an object was replaced by another"
            assert int(old["metadata"]["resourceVersion"]) < change.revision
            if old["metadata"].get("deletionTimestamp"):
                assert meta.get("deletionTimestamp"), "a deletion was taken back"
            assert meta.get("generation", 0) >= old["metadata"].get("generation", 0)
        observed = (new.get("status") or {}).get("observedGeneration")
        if isinstance(observed, int) and "generation" in meta:
            assert observed <= meta["generation"], f"{meta['name']} observed a generation that is not yet"
        watch = getattr(self, "_" + change.resource.partition(".")[0], None)
        if watch is not None:
            watch(change, old, new)
        if change.type != "DELETED" and self.actor == "garbage-collector-controller":
            self._collected(new)

    def settle_accounts(self) -> None:
        """At the end: nobody has changed a committed object, nor the bytes made of it."""
        for change, raw in self.kept:
            assert orjson.dumps(change.new) == raw, f"revision {change.revision} was changed after its commit"
            assert change.json() == raw

    # -- pods

    def _pods(self, change: Change, old: Obj | None, new: Obj) -> None:
        app = (new["metadata"].get("labels") or {}).get("app", "")
        was = old is not None and healthy(old)
        now = change.type != "DELETED" and healthy(new)
        if was and not now and self.actor != "evicting":
            self._restless((old or new)["metadata"].get("labels", {}).get("app", ""), app)
        if old is None:
            if self.actor == "statefulset-controller":
                self._made(new)
            return
        if change.type == "MODIFIED":
            node = old["spec"].get("nodeName")
            assert not node or new["spec"].get("nodeName") == node, "a pod moved to another node"
            if is_finished(old):
                assert new["status"]["phase"] == old["status"]["phase"], "a finished pod lived again"
            for before, after in zip(_restarts(old), _restarts(new), strict=False):
                assert after >= before
            if not node and new["spec"].get("nodeName"):
                self._bound(new)
        if self.actor == "statefulset-controller":
            marked = new["metadata"].get("deletionTimestamp") and not old["metadata"].get("deletionTimestamp")
            if marked:
                self._stopped(old)

    def _set_of(self, pod: Obj) -> tuple[Obj | None, int]:
        """Its set as the controller sees it, and its ordinal."""
        name, _, ordinal = pod["metadata"]["name"].rpartition("-")
        return self.world.informers.cache.get(SETS, pod["metadata"]["namespace"], name), int(ordinal)

    def _made(self, pod: Obj) -> None:
        found, ordinal = self._set_of(pod)
        assert found is not None
        name, meta = pod["metadata"]["name"], pod["metadata"]
        start, end = _range(found)
        assert start <= ordinal < end, f"{name} is outside {start}..{end}"
        assert [r["uid"] for r in meta["ownerReferences"]] == [found["metadata"]["uid"]]
        for template in found["spec"].get("volumeClaimTemplates") or ():
            volume = next(v for v in pod["spec"]["volumes"] if v["name"] == template["metadata"]["name"])
            assert volume["persistentVolumeClaim"]["claimName"] == f"{template['metadata']['name']}-{name}"
        cache = self.world.informers.cache
        if found["spec"].get("podManagementPolicy") != "Parallel":
            for lower in range(start, ordinal):
                below = cache.get("pods", meta["namespace"], f"{found['metadata']['name']}-{lower}")
                assert below is not None, f"{name} was made over a hole at {lower}"
                assert healthy(below), f"{name} was made over {lower}, which is not ready"

    def _stopped(self, pod: Obj) -> None:
        """Why the set's controller may delete a pod: it is condemned, it has finished, or it is updated."""
        found, ordinal = self._set_of(pod)
        assert found is not None
        start, end = _range(found)
        ordered = found["spec"].get("podManagementPolicy") != "Parallel"
        cache = self.world.informers.cache
        own = [p for p in cache.indexed("pods", "owner", found["metadata"]["uid"]) if p is not pod]
        name = pod["metadata"]["name"]
        seen = cache.get("pods", pod["metadata"]["namespace"], name)
        assert seen is not None
        if not start <= ordinal < end:
            if ordered:
                others = list(map(_ordinal, own))
                condemned = [o for o in others if not start <= o < end]
                assert all(o <= ordinal for o in condemned), f"{name} went before {condemned}"
        elif not is_finished(seen):
            strategy = found["spec"]["updateStrategy"]
            assert strategy["type"] == "RollingUpdate", f"{name} was deleted under {strategy['type']}"
            rolling = strategy.get("rollingUpdate") or {}
            assert ordinal - start >= rolling.get("partition", 0), f"{name} is kept by the partition"
            higher = [p for p in own if ordinal < _ordinal(p) < end]
            assert all(map(healthy, higher)), f"{name} is updated while a higher one is not ready"

    def _bound(self, pod: Obj) -> None:
        cache, store = self.world.informers.cache, self.world.store.objects
        name = pod["spec"]["nodeName"]
        node, real = cache.get("nodes", "", name), store.get("nodes", "", name)
        assert node is not None
        claims = [
            c for v in pod["spec"].get("volumes") or ()
            if (c := store.get(CLAIMS, pod["metadata"]["namespace"], v.get("persistentVolumeClaim", {}).get("claimName", "")))
        ]  # fmt: skip
        # A pod that had to wait for its volume was given its node before: nobody looks at the node again.
        if not any("volume.kubernetes.io/selected-node" in c["metadata"].get("annotations", {}) for c in claims):
            assert not node["spec"].get("unschedulable"), f"{name} is cordoned"
            hard = [t for t in node["spec"].get("taints") or () if t["effect"] != "PreferNoSchedule"]
            assert all(_tolerated(pod, t) for t in hard), f"{name} is tainted"
        there = [p for p in store.indexed("pods", "node", name) if not is_finished(p)]
        assert sum(map(_cpu, there)) <= milli(node["status"]["allocatable"]["cpu"]), f"{name} is overcommitted"
        affinity = (pod["spec"].get("affinity") or {}).get("podAntiAffinity")
        if affinity and real is not None:
            app = pod["metadata"].get("labels", {}).get("app")
            near = [p["metadata"]["name"] for p in there if p["metadata"].get("labels", {}).get("app") == app]
            assert near == [pod["metadata"]["name"]], f"{near} share {name}"
        for claim in claims:
            found = store.get(VOLUMES, "", claim["spec"].get("volumeName", ""))
            if found is not None:
                assert reachable(found, node), f"{found['metadata']['name']} cannot be reached from {name}"

    # -- storage

    def _persistentvolumeclaims(self, change: Change, old: Obj | None, new: Obj) -> None:
        uid, name = new["metadata"]["uid"], new["metadata"]["name"]
        volume = new["spec"].get("volumeName")
        if old is not None and old["spec"].get("volumeName"):
            assert volume == old["spec"]["volumeName"], f"{name} was given another volume"
        if volume:
            assert self.claim_of.setdefault(volume, uid) == uid, f"{volume} is bound to two claims"
        for ref in new["metadata"].get("ownerReferences") or ():
            if ref["kind"] == "Pod":
                assert name.endswith(f"-{ref['name']}"), f"{name} belongs to {ref['name']}"
        if change.type == "DELETED":
            space = new["metadata"]["namespace"]
            for pod in self.world.store.objects.indexed("pods", "claim", f"{space}/{name}"):
                if pod["spec"].get("nodeName") and not is_finished(pod):
                    born, marked = pod["metadata"]["creationTimestamp"], new["metadata"]["deletionTimestamp"]
                    assert born >= marked, f"{name} went although {pod['metadata']['name']} uses it"

    def _persistentvolumes(self, change: Change, old: Obj | None, new: Obj) -> None:
        ref = new["spec"].get("claimRef") or {}
        name = new["metadata"]["name"]
        if ref.get("uid"):
            assert self.volume_of.setdefault(name, ref["uid"]) == ref["uid"], f"{name} was given to another claim"

    # -- budgets

    def evict(self, user: Acting, namespace: str, name: str) -> None:
        """Evicts as `user`, and sees that no budget fell below its floor by it."""
        store = self.world.store.objects
        pod = store.get("pods", namespace, name)
        counted = pod is not None and healthy(pod)
        self.actor = "evicting"
        try:
            LocalClient.evict(user, namespace, name)
        finally:
            self.actor = "server"
        assert pod is not None
        if not counted:
            return
        for budget in store.list(BUDGETS, namespace):
            picks = selector(budget["spec"]["selector"])
            if not picks.matches(pod["metadata"].get("labels")):
                continue
            pods = [p for p in store.list("pods", namespace) if picks.matches(p["metadata"].get("labels"))]
            has, needs = sum(map(healthy, pods)), self._floor(budget)
            app = budget["metadata"]["name"]
            # What the controller could not have heard of yet is not the eviction's fault.
            late = 3 * self.world.shape.lag + SECOND
            runner = self.world.runtime.runners["disruption-controller"]
            excused = runner.stopped or self.unrest.get(app, 0) + late >= self.world.now
            assert has >= needs or excused, f"{name} was evicted, leaving {has} of {needs}"

    def _floor(self, budget: Obj) -> int:
        """What must stay: by number, or the share that was last worked out (no change of a scale alone makes it anew)."""
        least = budget["spec"].get("minAvailable")
        needs: int = least if isinstance(least, int) else budget["status"]["desiredHealthy"]
        return needs

    def _restless(self, *apps: str) -> None:
        for app in apps:
            self.unrest[app] = self.world.now

    def _poddisruptionbudgets(self, change: Change, old: Obj | None, new: Obj) -> None:
        if old is None or old["spec"] != new["spec"]:
            self._restless(new["metadata"]["name"])
        status = new.get("status") or {}
        assert status.get("disruptionsAllowed", 0) >= 0

    def _statefulsets(self, change: Change, old: Obj | None, new: Obj) -> None:
        if old is None or old["spec"]["replicas"] != new["spec"]["replicas"]:
            self._restless(new["metadata"]["name"])
        if change.type == "DELETED":
            # In the foreground the set goes last, as far as garbage collection has heard of the others.
            collected = self.actor == "garbage-collector-controller"
            if collected and "foregroundDeletion" in ((old or {})["metadata"].get("finalizers") or ()):
                uid = new["metadata"]["uid"]
                left = self.world.informers.cache.indexed("*", "owners", uid)
                blocking = [o for o in left if _blocks(o, uid)]
                assert not blocking, (
                    f"{new['metadata']['name']} went before {[o['metadata']['name'] for o in blocking]}"
                )
            return
        status = new["status"]
        assert status.get("readyReplicas", 0) >= status.get("availableReplicas", 0)
        assert status["replicas"] >= status.get("readyReplicas", 0)

    # -- garbage

    def _collected(self, obj: Obj) -> None:
        """Only what has no living owner left is collected; an owner that goes in the foreground lives no more."""
        meta = obj["metadata"]
        if not meta.get("deletionTimestamp"):
            return
        for ref in meta.get("ownerReferences") or ():
            for owner in self.world.store.objects.indexed("*", "uid", ref["uid"]):
                going = owner["metadata"].get("deletionTimestamp") and owner["metadata"].get("finalizers")
                assert going, f"{meta['name']} was collected, but {owner['metadata']['name']} lives"


def healthy(pod: Obj) -> bool:
    return is_ready(pod) and not is_terminating(pod)


def ready_since(pod: Obj) -> int:
    found = condition(pod, "Ready")
    return parse_time(found["lastTransitionTime"]) if found is not None else 0


def reachable(volume: Obj, node: Obj) -> bool:
    """Whether the volume's required node affinity lets a pod of this node have it."""
    terms = ((volume["spec"].get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms")
    if not terms:
        return True
    labels = node["metadata"].get("labels") or {}
    return any(all(labels.get(e["key"]) in e["values"] for e in t["matchExpressions"]) for t in terms)


def _range(found: Obj) -> tuple[int, int]:
    start = (found["spec"].get("ordinals") or {}).get("start", 0)
    return start, start + found["spec"]["replicas"]


def _ordinal(pod: Obj) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def _blocks(obj: Obj, uid: str) -> bool:
    return any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in obj["metadata"]["ownerReferences"])


def _restarts(pod: Obj) -> list[int]:
    return [c["restartCount"] for c in pod["status"].get("containerStatuses") or ()]


def _cpu(pod: Obj) -> int:
    return sum(milli(c.get("resources", {}).get("requests", {}).get("cpu", 0)) for c in pod["spec"]["containers"])


def _tolerated(pod: Obj, taint: Obj) -> bool:
    return any(
        t.get("key") in (None, "", taint["key"]) and t.get("effect") in (None, "", taint["effect"])
        for t in pod["spec"].get("tolerations") or ()
    )
