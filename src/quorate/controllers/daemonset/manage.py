"""What each node needs of a DaemonSet beside updates: a pod, or fewer pods (Kubernetes: podsShouldBeOnNode)."""

from collections.abc import Iterable, Sequence
from typing import Any

from quorate.contract.plan import Obj, Tell
from quorate.controllers.daemonset.coverage import Standing
from quorate.controllers.daemonset.names import mark_of
from quorate.controllers.daemonset.snapshot import Failed, Memory
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects.pod import is_available, is_ready, is_terminating, phase

FIRST_WAIT, LAST_WAIT = SECOND, 15 * MINUTE


class Needs:
    """What a look has found: nodes to make pods for, pods to delete (names), what to tell, failures to remember."""

    def __init__(self, found: Obj, hashed: str, surges: bool, memory: Memory, now: Instant) -> None:
        self._set, self._hashed, self._surges, self._now = found, hashed, surges, now
        self._min_ready: int = found["spec"].get("minReadySeconds") or 0
        self.generation = (found.get("status") or {}).get("observedGeneration", 0)
        self.create: list[str] = []
        self.delete: list[str] = []
        self.told: list[Tell] = []
        self.failed = {f.node: f for f in memory.failed} if memory.generation == self.generation else {}

    @property
    def again(self) -> Instant | None:
        """When a failed pod may go that may not yet."""
        return min((f.again for f in self.failed.values() if f.again is not None), default=None)

    def look(self, standings: Iterable[Standing]) -> None:
        for standing in standings:
            self._on(standing)
        # A pod that is on no node yet and is meant for one that has gone would wait for ever.
        for standing in standings:
            if not standing.there:
                self.delete += [_name(pod) for pod in standing.live if not pod["spec"].get("nodeName")]

    def _on(self, standing: Standing) -> None:
        if not standing.there:
            return
        pods = standing.live
        if standing.fit.runs and not pods:
            self.create.append(standing.node)
        elif standing.fit.stays:
            running = [pod for pod in pods if not is_terminating(pod) and self._goes_on(standing.node, pod)]
            if not self._surges:
                self.delete += map(_name, running[1:])
            elif len(running) > 1:
                self._two(running)
            elif not running and standing.fit.runs:
                self.create.append(standing.node)
        else:
            self.delete += [_name(pod) for pod in pods if not is_terminating(pod)]

    def _goes_on(self, node: str, pod: Obj) -> bool:
        """Whether a pod is left; one that has ended is replaced, one that failed not at once every time."""
        meta, state = pod["metadata"], phase(pod)
        where = f"daemon pod {meta['namespace']}/{meta['name']} on node {node}"
        if state == "Failed":
            if self._backs_off(node):
                return False
            self.told.append(
                Tell(self._set, "Warning", "FailedDaemonPod", f"Found failed {where}, will try to kill it")
            )
        elif state == "Succeeded":
            text = f"Found succeeded {where}, will try to delete it"
            self.told.append(Tell(self._set, "Normal", "SucceededDaemonPod", text))
        else:
            return True
        self.delete.append(meta["name"])
        return False

    def _backs_off(self, node: str) -> bool:
        """Waits 1 s after the first failure on a node, then twice as long each time, up to 15 minutes."""
        known, now = self.failed.get(node), self._now
        if known is not None and now - known.since < known.wait:
            self.failed[node] = known._replace(again=known.again or now + known.wait)
            return True
        wait: Duration = FIRST_WAIT
        if known is not None and now - known.since <= 2 * LAST_WAIT:
            wait = min(2 * known.wait, LAST_WAIT)
        self.failed[node] = Failed(node, wait, now)
        return False

    def _two(self, running: Sequence[Obj]) -> None:
        """A surge: of new and old one each may stay, the old one until the new one is available or it fails itself."""
        new = [pod for pod in running if mark_of(pod)[0] == self._hashed]
        old = [pod for pod in running if mark_of(pod)[0] != self._hashed]
        extra = {_name(pod) for pod in (*new[1:], *old[1:])}
        self.delete += [name for pod in running if (name := _name(pod)) in extra]
        if new and old and (not is_ready(old[0]) or is_available(new[0], self._min_ready, self._now)):
            self.delete.append(_name(old[0]))

    def remembered(self) -> Memory | None:
        failed = tuple(f for f in self.failed.values() if self._now - f.since <= 2 * LAST_WAIT)
        return Memory(self.generation, failed) if failed else None


def _name(pod: Obj) -> Any:
    return pod["metadata"]["name"]
