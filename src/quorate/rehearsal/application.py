"""What runs in the pods: a model of the application, fed with what the world does to its members.

The model says which members serve; pods with a readiness probe show it, as a real probe would.
"""

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.kernel.clock import MILLISECOND, SECOND, Duration
from quorate.objects.pod import phase
from quorate.objects.times import parse_time
from quorate.rehearsal.models.raft import Member, Raft, RaftParameters
from quorate.rehearsal.ports import World
from quorate.rehearsal.workload import Workload

TICK: Duration = 250 * MILLISECOND
BOOT: Duration = 10 * SECOND
"""How long a member's process runs before it serves: it opens its data and joins. A pod without a readiness probe counts
as ready all that time."""
READY = "sim.quorate.dev/ready"
DOWN = "sim.quorate.dev/down"
REVISION = "rehearsal.quorate.dev/revision"
"""Template annotation that a drill changes to make a new revision; "bad" is one whose application never serves."""
BAD = "bad"


class Application:
    """The members of one workload. Started by `start`, it then lives on the world's pump."""

    def __init__(self, world: World, workload: Workload) -> None:
        self.world, self.workload = world, workload
        stream = world.chance.stream(f"raft/{workload.namespace}/{workload.name}")
        self.model = Raft(workload.replicas, stream, RaftParameters(quorum=workload.quorum), start=world.now)
        self._client = world.client("system:serviceaccount:default:application", "application")
        self._shown: dict[str, bool] = {}

    def start(self) -> None:
        self.world.follow(self.hear)
        self._tick()

    def hear(self, change: object) -> None:
        """A new pod of ours is not ready before its member serves: said before its containers start."""
        if (
            not self.workload.probed
            or getattr(change, "resource", "") != "pods"
            or getattr(change, "type", "") != "ADDED"
        ):
            return
        pod: Obj = change.new  # type: ignore[attr-defined]
        if self._ordinal(pod) is not None:
            self.world.pump.soon(self._show, pod["metadata"]["name"], pod["metadata"]["uid"], False)

    def pods(self) -> dict[int, Obj]:
        """The set's pods by ordinal."""
        workload = self.workload
        found = self.world.reader.get("statefulsets.apps", workload.namespace, workload.name)
        if found is None:
            return {}
        out: dict[int, Obj] = {}
        for pod in self.world.reader.indexed("pods", "owner", found["metadata"]["uid"]):
            ordinal = self._ordinal(pod)
            if ordinal is not None:
                out[ordinal] = pod
        return out

    def _ordinal(self, pod: Obj) -> int | None:
        meta = pod["metadata"]
        base, _, number = meta["name"].rpartition("-")
        if base != self.workload.name or meta["namespace"] != self.workload.namespace or not number.isdigit():
            return None
        return int(number)

    def _tick(self) -> None:
        now = self.world.now
        pods = self.pods()
        self.model.observe(now, {ordinal: self._member(pod) for ordinal, pod in pods.items()})
        self.model.advance(now)
        if self.workload.probed:
            for ordinal, pod in pods.items():
                self._show(pod["metadata"]["name"], pod["metadata"]["uid"], self.model.serving(ordinal))
        self.world.pump.after(TICK, self._tick)

    def _member(self, pod: Obj) -> Member:
        return Member(up=self._runs(pod), reachable=True, volume=self._volume(pod))

    def _runs(self, pod: Obj) -> bool:
        """Whether its processes run: on a node that has power, in a revision that works."""
        if phase(pod) != "Running" or (pod["metadata"].get("annotations") or {}).get(REVISION) == BAD:
            return False
        node = self.world.reader.get("nodes", "", pod["spec"].get("nodeName", ""))
        if node is None or (node["metadata"].get("annotations") or {}).get(DOWN) == "true":
            return False
        states = pod["status"].get("containerStatuses") or ()
        started = [(s.get("state") or {}).get("running", {}).get("startedAt") for s in states]
        return bool(started) and all(s is not None and parse_time(s) + BOOT <= self.world.now for s in started)

    def _volume(self, pod: Obj) -> str:
        """Whose data it has: its volume's, or for a pod without a claim its own, which goes with it."""
        workload = self.workload
        if not workload.claims:
            return str(pod["metadata"]["uid"])
        claim_name = f"{workload.claims[0]}-{pod['metadata']['name']}"
        claim = self.world.reader.get("persistentvolumeclaims", workload.namespace, claim_name)
        return str((claim or {}).get("spec", {}).get("volumeName") or pod["metadata"]["uid"])

    def _show(self, name: str, uid: str, serves: bool) -> None:
        if self._shown.get(uid) == serves:
            return
        try:
            body = {"metadata": {"uid": uid, "annotations": {READY: "true" if serves else "false"}}}
            self._client.patch("pods", self.workload.namespace, name, body)
            self._shown[uid] = serves
        except Refused:
            return  # the pod has gone: nobody is left to ask
