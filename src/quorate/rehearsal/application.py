"""What runs in the pods: a model of the application, fed with what the world does to its members.

The model says which members serve; pods with a readiness probe show it, as a real probe would. It looks when something
about its pods, nodes or volumes has changed, and when the model or a starting member is due, not in between.
"""

from dataclasses import replace
from typing import Any

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.kernel.pump import Entry
from quorate.objects.pod import condition, is_ready, is_terminating, phase
from quorate.objects.times import parse_time
from quorate.rehearsal import absence
from quorate.rehearsal.absence import Absence, Away
from quorate.rehearsal.models.intervals import Intervals
from quorate.rehearsal.models.raft import Member, Raft, RaftParameters
from quorate.rehearsal.ports import World
from quorate.rehearsal.workload import Workload

BOOT: Duration = 10 * SECOND
"""How long a member's process runs before it serves: it opens its data and joins. A pod without a readiness probe counts
as ready all that time."""
READY = "sim.quorate.dev/ready"
DOWN = "sim.quorate.dev/down"
REVISION = "rehearsal.quorate.dev/revision"
"""Template annotation that a drill changes to make a new revision; "bad" is one whose application never serves."""
BAD = "bad"
ZONE = "topology.kubernetes.io/zone"


class Application:
    """The members of one workload. Started by `start`, it then lives on the world's pump.

    whole      when every member was there, ready and serving
    absences   who was away, at each change during an outage
    """

    def __init__(self, world: World, workload: Workload) -> None:
        self.world, self.workload = world, workload
        stream = world.chance.stream(f"raft/{workload.namespace}/{workload.name}")
        self.model = Raft(workload.replicas, stream, _parameters(workload), start=world.now)
        self.whole = Intervals()
        self.absences: list[Absence] = []
        self._client = world.client("system:serviceaccount:default:application", "application")
        self._shown: dict[str, bool] = {}
        self._causes: dict[int, str] = {}
        self._asked = False
        self._alarm: Entry | None = None

    def start(self) -> None:
        self.world.follow(self.hear)
        self._look()

    # -- who is who

    @property
    def leader(self) -> int | None:
        """The leader's ordinal."""
        return None if self.model.leader is None else self.model.leader + self.workload.first

    def serves(self, ordinal: int) -> bool:
        return self.model.serving(ordinal - self.workload.first)

    def pods(self) -> dict[int, Obj]:
        """The set's pods by ordinal."""
        found = self._set()
        if found is None:
            return {}
        out: dict[int, Obj] = {}
        for pod in self.world.reader.indexed("pods", "owner", found["metadata"]["uid"]):
            ordinal = self._ordinal(pod)
            if ordinal is not None:
                out[ordinal] = pod
        return dict(sorted(out.items()))

    def _set(self) -> Obj | None:
        return self.world.reader.get("statefulsets.apps", self.workload.namespace, self.workload.name)

    def _ordinal(self, obj: Obj) -> int | None:
        """The member whose pod this is."""
        meta = obj["metadata"]
        base, _, number = meta["name"].rpartition("-")
        if base != self.workload.name or meta.get("namespace") != self.workload.namespace or not number.isdecimal():
            return None
        return int(number)

    def is_whole(self) -> bool:
        """Writes are taken, and every member is there, ready, and serves with its data."""
        pods = self.pods()
        return (
            self.model.available
            and len(pods) == self.workload.replicas
            and all(is_ready(p) and not is_terminating(p) and self.serves(o) for o, p in pods.items())
        )

    @property
    def cut_off(self) -> bool:
        """Whether members run that cannot find each other: their Service publishes only ready ones, and none is."""
        pods = self.pods()
        return not self._published(pods) and any(self.runs(p) for p in pods.values())

    # -- what came of it

    def measure_from(self, began: Instant) -> None:
        """Reports are about the time from here on."""
        self.model.measure_from(began)
        self.absences.clear()

    def recovery(self, began: Instant, ended: Instant) -> Duration | None:
        """Until every member served again for good; 0 when none was ever missed, None when some still are."""
        if not self.whole.open:
            return None
        missed = self.whole.gaps(began, ended)
        return missed[-1][1] - began if missed else 0

    # -- looking

    def hear(self, change: Any) -> None:
        """Look at what concerns our members, once however much of it there is at this instant."""
        resource, new, old = change.resource, change.new, change.old
        if resource == "pods":
            ordinal = self._ordinal(new)
            if ordinal is None:
                return
            if is_terminating(new) and (old is None or not is_terminating(old)):
                self._causes[ordinal] = absence.deletion_cause(new, self._set())
            elif change.type == "DELETED" and not is_terminating(new):
                self._causes[ordinal] = absence.DELETED
            if change.type == "DELETED":
                self._shown.pop(new["metadata"]["uid"], None)
        elif resource == "nodes":
            if old is not None and old["metadata"].get("annotations") == new["metadata"].get("annotations"):
                return
        elif resource not in ("persistentvolumeclaims", "services"):
            return
        if not self._asked:
            self._asked = True
            self.world.pump.soon(self._look)

    def _look(self) -> None:
        self._asked = False
        now = self.world.now
        pods = self.pods()
        found = self._published(pods)
        members = {o - self.workload.first: self._member(pod, found) for o, pod in pods.items()}
        self.model.observe(now, members)
        self.model.advance(now)
        if self.workload.probed:
            for ordinal, pod in pods.items():
                self._show(pod["metadata"]["name"], pod["metadata"]["uid"], self._probe_passes(ordinal, pod))
        self.whole.set(now, self.is_whole())
        self._note_absence(now, pods)
        self._set_alarm(now, pods)

    def _probe_passes(self, ordinal: int, pod: Obj) -> bool:
        """What the member's readiness probe finds.

        Under OrderedReady it cannot be to ask for a quorum, or the set had never come up: a member that runs while there is
        no leader is ready then.
        """
        if self.workload.ordered and self.leader is None:
            return self.runs(pod)
        return self.serves(ordinal)

    def _set_alarm(self, now: Instant, pods: dict[int, Obj]) -> None:
        """The next look, if nothing changes: when the model has something to do or a member has started."""
        if self._alarm is not None:
            self._alarm.cancel()
        dues = [due for pod in pods.values() if (due := self._serves_from(pod)) is not None and due > now]
        if (due := self.model.next_change()) is not None:
            dues.append(due)
        self._alarm = self.world.pump.at(min(dues), self._look) if dues else None

    def _note_absence(self, now: Instant, pods: dict[int, Obj]) -> None:
        for ordinal in self.workload.ordinals:
            if self.serves(ordinal) and not (ordinal in pods and is_terminating(pods[ordinal])):
                self._causes.pop(ordinal, None)
        if self.model.available:
            return
        first = self.workload.first
        away = [self._away(o, pods.get(o)) for o in self.workload.ordinals if not self.model.votes(o - first)]
        self.absences.append(Absence(now, tuple(away)))

    # -- members

    def _member(self, pod: Obj, found: bool) -> Member:
        return Member(
            up=self.runs(pod), reachable=found or not self.model.formed, volume=self._volume(pod),
            vanished=self._node(pod) is not None and not self._has_power(pod),
        )  # fmt: skip

    def _published(self, pods: dict[int, Obj]) -> bool:
        """Whether members that run can find each other.

        A headless Service lists ready members only, unless it publishes the others as well. One listed member is
        enough: the others dial it. No Service here, none to blame: then it is taken to be right.
        """
        workload = self.workload
        service = self.world.reader.get("services", workload.namespace, workload.service) if workload.service else None
        if service is None or service["spec"].get("publishNotReadyAddresses"):
            return True
        return any(is_ready(p) and not is_terminating(p) and self._has_power(p) for p in pods.values())

    def _has_power(self, pod: Obj) -> bool:
        node = self._node(pod)
        return node is not None and (node["metadata"].get("annotations") or {}).get(DOWN) != "true"

    def _node(self, pod: Obj) -> Obj | None:
        return self.world.reader.get("nodes", "", pod["spec"].get("nodeName", ""))

    def runs(self, pod: Obj) -> bool:
        """Whether its processes run and have started: on a node that has power, in a revision that works."""
        due = self._serves_from(pod)
        return due is not None and due <= self.world.now

    def _serves_from(self, pod: Obj) -> Instant | None:
        """When the member serves, if nothing changes and the group lets it; None: never."""
        if phase(pod) != "Running" or _revision(pod) == BAD or not self._has_power(pod):
            return None
        states = pod["status"].get("containerStatuses") or ()
        started = [((s.get("state") or {}).get("running") or {}).get("startedAt") for s in states]
        if not started or not all(started):
            return None
        return max(parse_time(s) for s in started) + BOOT

    def _volume(self, pod: Obj) -> str:
        """Whose data it has: its volumes', or for a pod without a claim its own, which goes with it."""
        workload = self.workload
        names = []
        for claim in workload.claims:
            found = self.world.reader.get(
                "persistentvolumeclaims", workload.namespace, f"{claim}-{pod['metadata']['name']}"
            )
            names.append(str((found or {}).get("spec", {}).get("volumeName") or pod["metadata"]["uid"]))
        return "+".join(names) or str(pod["metadata"]["uid"])

    def _away(self, ordinal: int, pod: Obj | None) -> Away:
        name = self.workload.pod_name(ordinal)
        node = self._node(pod) if pod is not None else None
        if pod is not None and node is not None and not self._has_power(pod):
            return Away(name, "power", node["metadata"]["name"], (node["metadata"].get("labels") or {}).get(ZONE, ""))
        if pod is not None and _revision(pod) == BAD:
            return Away(name, absence.BROKEN)
        scheduled = condition(pod, "PodScheduled") if pod is not None else None
        if scheduled is not None and scheduled["status"] == "False":
            return Away(name, absence.HOMELESS)
        if pod is not None and self.runs(pod):
            return Away(name, absence.LOST if self.cut_off else absence.BEHIND)
        return Away(name, self._causes.get(ordinal, absence.STARTING))

    def _show(self, name: str, uid: str, serves: bool) -> None:
        if self._shown.get(uid) == serves:
            return
        try:
            body = {"metadata": {"uid": uid, "annotations": {READY: "true" if serves else "false"}}}
            self._client.patch("pods", self.workload.namespace, name, body)
            self._shown[uid] = serves
        except Refused:
            return  # the pod has gone: nobody is left to ask


def _parameters(workload: Workload) -> RaftParameters:
    """A quorum below a majority promises nothing about the others: members in touch are taken to have every write then."""
    made = RaftParameters(quorum=workload.quorum, failover=workload.failover)
    return made if workload.quorum > workload.replicas // 2 else replace(made, replication_lag=0)


def _revision(pod: Obj) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(REVISION, ""))
