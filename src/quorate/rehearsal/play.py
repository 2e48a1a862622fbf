"""Plays one drill in one world: each verb is a method, each wait has an end."""

from dataclasses import dataclass, field
from typing import Any

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects.pod import is_ready, is_terminating
from quorate.objects.times import duration_text, parse_duration
from quorate.rehearsal.application import BAD, DOWN, REVISION, Application
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.ports import World

RETRY: Duration = 5 * SECOND
"""kubectl drain tries a refused eviction again after five seconds."""


@dataclass(slots=True)
class Log:
    """What a drill came upon: facts for the verdict, in the order of their happening."""

    failed: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)


class Stopped(Exception):
    """A wait ended without what it waited for; the drill is over."""


class Play:
    """`applications`: all that is staged; `application`: the one that this drill is about."""

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
        return self.log

    # -- who is meant

    def _set(self) -> Obj:
        found = self.world.reader.get("statefulsets.apps", self.workload.namespace, self.workload.name)
        if found is None:
            raise Stopped(f"StatefulSet {self.workload.name} is gone")
        return found

    def _ordinal(self, who: str) -> int:
        """ "leader", or "follower": the lowest other ordinal."""
        pods = self.application.pods()
        if not pods:
            raise Stopped(f"{self.workload.name} has no pods")
        leader = self.application.model.leader
        first = leader if leader in pods else min(pods)
        assert first is not None
        if who == "leader":
            return first
        return min((o for o in pods if o != first), default=first)

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
        last = ""
        while True:
            left = [p for name in names for p in self.world.reader.indexed("pods", "node", name)]
            if not left:
                return
            for pod in left:
                if is_terminating(pod):
                    continue
                meta = pod["metadata"]
                try:
                    self.client.evict(meta["namespace"], meta["name"])
                except Refused as refused:
                    if refused.reason not in ("NotFound", "Conflict"):
                        last = f"{meta['name']} cannot be evicted: {_why(refused)}"
                        if last not in self.log.blocked:
                            self.log.blocked.append(last)
            if self.world.now >= end:
                pods = ", ".join(p["metadata"]["name"] for p in left)
                raise Stopped(f"after {within} the drain still waits for {pods}{': ' + last if last else ''}")
            self.world.run_for(RETRY)

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
            taint = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}
            taints = [*(node["spec"].get("taints") or ()), taint]
            self.client.patch("nodes", "", name, {"spec": {"taints": taints}})

    def _power_on(self) -> None:
        for name in self._crashed:
            node = self.world.reader.get("nodes", "", name)
            assert node is not None
            kept = [t for t in node["spec"].get("taints") or () if t["key"] != "node.kubernetes.io/out-of-service"]
            body = {"metadata": {"annotations": {DOWN: None}}, "spec": {"taints": kept or None}}
            self.client.patch("nodes", "", name, body)

    # -- the set

    def _update(self, revision: str) -> None:
        self._good = self._set()["spec"]["template"]
        meta = {"annotations": {REVISION: revision}}
        self._patch_set({"spec": {"template": {"metadata": meta}}})

    def _revert(self) -> None:
        assert self._good is not None
        old = (self._good["metadata"].get("annotations") or {}).get(REVISION)
        self._patch_set({"spec": {"template": {"metadata": {"annotations": {REVISION: old}}}}})

    def _unstuck(self, within: str) -> None:
        """Give the revert a chance of its own; then delete what blocks it: the lowest member that is not ready, of a wrong revision."""
        if self._until(self._is_rolled_out, within):
            return
        for _ in range(self.workload.replicas):
            blocker = self._blocker()
            if blocker is None:
                return
            self.log.by_hand.append(f"the revert alone stayed stuck; {blocker} had to be deleted by hand")
            self.client.delete("pods", self.workload.namespace, blocker)
            self._until(self._is_rolled_out, "5m")

    def _blocker(self) -> str | None:
        wanted = (self._set().get("status") or {}).get("updateRevision")
        for _, pod in sorted(self.application.pods().items()):
            revision = (pod["metadata"].get("labels") or {}).get("controller-revision-hash")
            if revision != wanted and not is_ready(pod) and not is_terminating(pod):
                return str(pod["metadata"]["name"])
        return None

    def _scale(self, by: int) -> None:
        self._patch_set({"spec": {"replicas": self._set()["spec"]["replicas"] + by}})

    def _scaled(self, within: str) -> None:
        if not self._until(self._is_scaled, within):
            raise Stopped(
                f"after {within} {self.workload.name} is not at {self._set()['spec']['replicas']} pods: {self._trouble()}"
            )

    def _is_scaled(self) -> bool:
        return len(self.application.pods()) == self._set()["spec"]["replicas"]

    def _delete_pod(self, of: str) -> None:
        self.client.delete("pods", self.workload.namespace, f"{self.workload.name}-{self._ordinal(of)}")

    def _patch_set(self, body: Obj) -> None:
        self.client.patch("statefulsets.apps", self.workload.namespace, self.workload.name, body)

    # -- waiting

    def _sleep(self, value: str) -> None:
        self.world.run_for(parse_duration(value))

    def _healthy(self, within: str) -> None:
        if not self._until(self._is_healthy, within):
            raise Stopped(f"after {within} {self.workload.name} has not recovered: {self._trouble()}")

    def _is_healthy(self) -> bool:
        """Every pod is ready and every member serves with its data."""
        pods = self.application.pods()
        wanted = self._set()["spec"]["replicas"]
        return len(pods) == wanted and all(
            is_ready(p) and not is_terminating(p) and self.application.model.serving(o) for o, p in pods.items()
        )

    def _rolled_out(self, within: str) -> None:
        if not self._until(self._is_rolled_out, within):
            raise Stopped(f"after {within} the rollout of {self.workload.name} is stuck: {self._trouble()}")

    def _is_rolled_out(self) -> bool:
        found = self._set()
        status = found.get("status") or {}
        if status.get("observedGeneration") != found["metadata"]["generation"]:
            return False
        wanted = status.get("updateRevision")
        pods = self.application.pods().values()
        return len(pods) == found["spec"]["replicas"] and all(
            (p["metadata"].get("labels") or {}).get("controller-revision-hash") == wanted and is_ready(p) for p in pods
        )

    def _until(self, holds: Any, within: str) -> bool:
        """Asked once a second of the world's time."""
        end = self.world.now + parse_duration(within)
        while not holds():
            if self.world.now >= end:
                return False
            self.world.run_for(SECOND)
        return True

    def _trouble(self) -> str:
        return trouble(self.world, self.application.pods(), self._set())


def _arguments(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, dict):
        return {k.replace("-", "_"): v for k, v in given.items()}
    return {"value": given}


def _zone_of(node: Obj) -> str:
    return str((node["metadata"].get("labels") or {}).get("topology.kubernetes.io/zone", ""))


def _why(refused: Refused) -> str:
    causes = (refused.details or {}).get("causes") or ()
    return "; ".join(c["message"] for c in causes if c.get("message")) or refused.message


def trouble(world: World, pods: dict[int, Obj], stateful_set: Obj) -> str:
    """Why a set is not whole, in the words of the world's own events: about its first troubled pod, else about the set."""
    about: list[Obj] = [p for _, p in sorted(pods.items()) if not is_ready(p)]
    about.append(stateful_set)
    namespace = stateful_set["metadata"]["namespace"]
    claims = {f"{t['metadata']['name']}-" for t in stateful_set["spec"].get("volumeClaimTemplates") or ()}
    events = [e for e in world.reader.list("events", namespace) if e.get("type") == "Warning"]
    for obj in about:
        own = [e for e in events if e["involvedObject"].get("uid") == obj["metadata"]["uid"]]
        if own:
            last = max(own, key=_seen)
            return f"{obj['kind']} {obj['metadata']['name']}: {last['reason']}: {last['message']}"
    for event in events:
        involved = event["involvedObject"]
        if involved.get("kind") == "PersistentVolumeClaim" and involved["name"].startswith(tuple(claims)):
            return f"PersistentVolumeClaim {involved['name']}: {event['reason']}: {event['message']}"
    if len(about) > 1:
        pod = about[0]
        return f"Pod {pod['metadata']['name']} is {(pod.get('status') or {}).get('phase', 'Pending')} and not ready, without an event that says why"
    return f"{len(pods)} of {stateful_set['spec'].get('replicas', 1)} pods are there, without an event that says why"


def _seen(event: Obj) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")


__all__ = ["BAD", "MINUTE", "Instant", "Log", "Play", "duration_text", "trouble"]
