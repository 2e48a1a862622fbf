"""Plays one drill in one world: each verb is a method, each wait has an end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Duration
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_ready, is_terminating
from quorate.objects.times import parse_duration
from quorate.rehearsal.absence import listed
from quorate.rehearsal.application import BAD, DOWN, REVISION, ZONE, Application
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.ports import World
from quorate.rehearsal.trouble import short, trouble

RETRY: Duration = 5 * SECOND
"""kubectl drain tries a refused eviction again after five seconds."""
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


@dataclass(slots=True)
class Log:
    """What a drill came upon: facts for the verdict, in the order of their happening.

    failed    waits that ended without what they waited for
    by_hand   what people had to do beyond the drill's own steps
    blocked   evictions that were refused at first
    noted     what else is worth saying
    skipped   why the drill does not apply to this workload; "" when it was played
    """

    failed: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    skipped: str = ""


class Stopped(Exception):
    """A wait ended without what it waited for; the drill is over."""


class Inapplicable(Exception):
    """The drill says nothing about this workload; raised before anything is done."""


class Play:
    """A drill against the members of one application."""

    def __init__(self, world: World, application: Application) -> None:
        self.world, self.application = world, application
        self.workload = application.workload
        self.client = world.client("drill", "rehearsal")
        self.log = Log()
        self._drained: list[str] = []
        self._crashed: list[str] = []
        self._good: Obj | None = None

    def play(self, drill: Drill) -> Log:
        try:
            for verb, arguments in drill.steps:
                getattr(self, "_" + verb.replace("-", "_"))(**_arguments(arguments))
        except Stopped as end:
            self.log.failed.append(str(end))
        except Inapplicable as why:
            self.log.skipped = str(why)
        return self.log

    # -- who is meant

    def _set(self) -> Obj:
        found = self.world.reader.get("statefulsets.apps", self.workload.namespace, self.workload.name)
        if found is None:
            raise Stopped(f"StatefulSet {self.workload.name} is gone")
        return found

    def _ordinal(self, who: str) -> int:
        """ "leader", or "follower": the lowest other ordinal, on a node of its own if there is one."""
        pods = self.application.pods()
        if not pods:
            raise Stopped(f"{self.workload.name} has no pods")
        leader = self.application.leader
        first = leader if leader in pods else min(pods)
        assert first is not None
        if who == "leader":
            return first
        taken = pods[first]["spec"].get("nodeName")
        others = [(p["spec"].get("nodeName") == taken, o) for o, p in pods.items() if o != first]
        return min(others)[1] if others else first

    def _node_of(self, who: str) -> str:
        pod = self.application.pods()[self._ordinal(who)]
        node = pod["spec"].get("nodeName")
        if not node:
            raise Stopped(f"{pod['metadata']['name']} is on no node")
        return str(node)

    # -- nodes

    def _drain(self, nodes: list[str], within: str) -> None:
        """Cordon, then evict what is there, again and again until nothing is left (kubectl drain)."""
        names = list(dict.fromkeys(self._node_of(who) for who in nodes))
        for name in names:
            self.client.patch("nodes", "", name, {"spec": {"unschedulable": True}})
            self._drained.append(name)
        end = self.world.now + parse_duration(within)
        refused: dict[str, str] = {}
        while left := [p for name in names for p in self._evictable(name)]:
            for pod in left:
                if not is_terminating(pod):
                    self._evict(pod, refused)
            if self.world.now >= end:
                pods = listed(sorted(p["metadata"]["name"] for p in left))
                why = next((refused[k] for p in left if (k := p["metadata"]["name"]) in refused), "")
                raise Stopped(f"the drain still waits for {pods} after {within}{': ' + why if why else ''}")
            self.world.run_for(RETRY)

    def _evictable(self, node: str) -> list[Obj]:
        """The pods that a drain waits for: all but those of DaemonSets, which come back whatever one does."""
        pods = self.world.reader.indexed("pods", "node", node)
        return [p for p in pods if (controller_of(p) or {}).get("kind") != "DaemonSet"]

    def _evict(self, pod: Obj, refused: dict[str, str]) -> None:
        meta = pod["metadata"]
        try:
            self.client.evict(meta["namespace"], meta["name"])
            refused.pop(meta["name"], None)
        except Refused as no:
            if no.reason in ("NotFound", "Conflict"):
                return
            why = f"{meta['name']} cannot be evicted: {_why(no)}"
            refused[meta["name"]] = why
            if why not in self.log.blocked:
                self.log.blocked.append(why)

    def _uncordon(self) -> None:
        for name in self._drained:
            self.client.patch("nodes", "", name, {"spec": {"unschedulable": None}})

    def _crash(self, nodes: list[str] | None = None, zone_of: str | None = None) -> None:
        """The power goes: nothing on the node runs, and its kubelet is silent."""
        if zone_of is not None:
            zone = self._zone(self._node_of(zone_of))
            names = [n["metadata"]["name"] for n in self.world.reader.list("nodes") if _zone_of(n) == zone]
        else:
            names = [self._node_of(who) for who in nodes or ()]
        for name in names:
            self.client.patch("nodes", "", name, {"metadata": {"annotations": {DOWN: "true"}}})
            self._crashed.append(name)

    def _zone(self, node: str) -> str:
        found = self.world.reader.get("nodes", "", node)
        return _zone_of(found) if found is not None else ""

    def _out_of_service(self) -> None:
        """What an operator does who knows that the node has no power: its pods and volumes are let go."""
        for name in self._crashed:
            node = self.world.reader.get("nodes", "", name)
            assert node is not None
            taint = {"key": OUT_OF_SERVICE, "value": "nodeshutdown", "effect": "NoExecute"}
            taints = [*(node["spec"].get("taints") or ()), taint]
            self.client.patch("nodes", "", name, {"spec": {"taints": taints}})

    def _power_on(self) -> None:
        for name in self._crashed:
            node = self.world.reader.get("nodes", "", name)
            assert node is not None
            kept = [t for t in node["spec"].get("taints") or () if t["key"] != OUT_OF_SERVICE]
            body = {"metadata": {"annotations": {DOWN: None}}, "spec": {"taints": kept or None}}
            self.client.patch("nodes", "", name, body)

    # -- the set

    def _update(self, revision: str) -> None:
        updated = self.workload.updated
        if not updated:
            raise Inapplicable(
                f"updateStrategy.rollingUpdate.partition {self.workload.partition} keeps every member at its revision: "
                "an update changes nothing"
            )
        if len(updated) < self.workload.replicas:
            pods = listed(self.workload.pod_name(o) for o in self.workload.ordinals if o not in updated)
            self.log.noted.append(f"partition {self.workload.partition} keeps {pods} at the old revision")
        self._good = self._set()["spec"]["template"]
        self._patch_set({"spec": {"template": {"metadata": {"annotations": {REVISION: revision}}}}})
        if self.workload.on_delete and revision == BAD:
            # Whoever updates by hand begins with one member, sees that it does not come up, and goes no further.
            self._delete(max(updated))

    def _revert(self) -> None:
        assert self._good is not None
        old = ((self._good.get("metadata") or {}).get("annotations") or {}).get(REVISION)
        self._patch_set({"spec": {"template": {"metadata": {"annotations": {REVISION: old}}}}})

    def _unstuck(self, within: str) -> None:
        """Give the revert a chance of its own; then delete what blocks it, the lowest member first."""
        if not self.workload.on_delete and self._until(self._is_rolled_out, within):
            return
        blockers = []
        for _ in self.workload.ordinals:
            blocker = self._blocker()
            if blocker is None:
                break
            blockers.append(self.workload.pod_name(blocker))
            self._delete(blocker)
            self._until(self._is_rolled_out, "5m")
        if blockers and not self.workload.on_delete:
            self.log.by_hand.append(f"the revert alone stayed stuck: {listed(blockers)} had to be deleted by hand")

    def _blocker(self) -> int | None:
        wanted = (self._set().get("status") or {}).get("updateRevision")
        pods = self.application.pods()
        return next(
            (o for o, p in pods.items() if _revision_of(p) != wanted and not is_ready(p) and not is_terminating(p)),
            None,
        )

    def _scale(self, by: int) -> None:
        wanted = self._set()["spec"]["replicas"] + by
        if wanted < 1:
            raise Inapplicable("there is one member only: without it nothing is left to serve")
        self._patch_set({"spec": {"replicas": wanted}})

    def _scaled(self, within: str) -> None:
        if not self._until(self._is_scaled, within):
            wanted = self._set()["spec"]["replicas"]
            raise Stopped(f"{self.workload.name} is not at {wanted} pods after {within}: {trouble(self.application)}")

    def _is_scaled(self) -> bool:
        return len(self.application.pods()) == self._set()["spec"]["replicas"]

    def _delete_pod(self, of: str) -> None:
        self._delete(self._ordinal(of))

    def _delete(self, ordinal: int) -> None:
        self.client.delete("pods", self.workload.namespace, self.workload.pod_name(ordinal))

    def _patch_set(self, body: Obj) -> None:
        self.client.patch("statefulsets.apps", self.workload.namespace, self.workload.name, body)

    # -- waiting

    def _sleep(self, value: str) -> None:
        self.world.run_for(parse_duration(value))

    def _healthy(self, within: str) -> None:
        if not self._until(self.application.is_whole, within):
            raise Stopped(f"{self.workload.name} has not recovered after {within}: {trouble(self.application)}")

    def _rolled_out(self, within: str) -> None:
        if self.workload.on_delete:
            self._replace_each(within)
        if not self._until(self._is_rolled_out, within):
            raise Stopped(f"the rollout of {self.workload.name} is stuck after {within}: {trouble(self.application)}")

    def _replace_each(self, within: str) -> None:
        """OnDelete: somebody deletes the pods of the old revision, the highest first, each when the one before is ready."""
        self._until(self._is_observed, within)
        for ordinal in sorted(self.workload.updated, reverse=True):
            wanted = (self._set().get("status") or {}).get("updateRevision")
            pod = self.application.pods().get(ordinal)
            if pod is None or _revision_of(pod) == wanted:
                continue
            self._delete(ordinal)
            if "each pod was deleted by hand (OnDelete)" not in self.log.noted:
                self.log.noted.append("each pod was deleted by hand (OnDelete)")
            if not self._until(self._are_all_ready, within):
                raise Stopped(
                    f"{self.workload.pod_name(ordinal)} is not ready {within} after its update: {trouble(self.application)}"
                )

    def _is_observed(self) -> bool:
        found = self._set()
        return bool((found.get("status") or {}).get("observedGeneration") == found["metadata"]["generation"])

    def _are_all_ready(self) -> bool:
        pods = self.application.pods().values()
        return len(pods) == self._set()["spec"]["replicas"] and all(is_ready(p) and not is_terminating(p) for p in pods)

    def _is_rolled_out(self) -> bool:
        """Every member that the partition leaves to it has the newest revision, and all are ready."""
        if not self._is_observed() or not self._are_all_ready():
            return False
        wanted = self._set()["status"].get("updateRevision")
        return all(_revision_of(p) == wanted for o, p in self.application.pods().items() if o in self.workload.updated)

    def _until(self, holds: Callable[[], bool], within: str) -> bool:
        """Asked once a second of the world's time."""
        end = self.world.now + parse_duration(within)
        while not holds():
            if self.world.now >= end:
                return False
            self.world.run_for(SECOND)
        return True


def _arguments(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, dict):
        return {k.replace("-", "_"): v for k, v in given.items()}
    return {"value": given}


def _zone_of(node: Obj) -> str:
    return str((node["metadata"].get("labels") or {}).get(ZONE, ""))


def _revision_of(pod: Obj) -> str:
    return str((pod["metadata"].get("labels") or {}).get("controller-revision-hash", ""))


def _why(refused: Refused) -> str:
    causes = (refused.details or {}).get("causes") or ()
    return short("; ".join(c["message"] for c in causes if c.get("message")) or refused.message)
