"""A rolling update: which old pods may go, or where new ones may come beside them (Kubernetes: daemon/update.go)."""

from collections.abc import Sequence
from heapq import nsmallest
from typing import Any, NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.daemonset.coverage import Cover, Standing
from quorate.controllers.daemonset.names import is_updated, mark_of, template_generation
from quorate.controllers.deployment.amounts import scaled
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_available, is_terminating


class Look(NamedTuple):
    """One look at a DaemonSet's update. `busy` are the nodes that are not quiet, by name."""

    found: Obj
    cover: Cover
    busy: Sequence[Standing]
    hashed: str
    now: Instant

    @property
    def desired(self) -> int:
        """How many nodes want a pod."""
        return sum(map(len, self.cover.quiet.values())) + sum(standing.fit.runs for standing in self.busy)

    def updated(self, pod: Obj) -> bool:
        return is_updated(mark_of(pod), self.hashed, template_generation(self.found))

    def available(self, pod: Obj) -> bool:
        return is_available(pod, self.found["spec"].get("minReadySeconds") or 0, self.now)

    def first_old(self, count: int, more: Sequence[tuple[str, Obj]]) -> list[tuple[str, Obj]]:
        """The first `count` (node, pod) of the quiet nodes with an old pod, and of `more`, by node."""
        if count <= 0:
            return []
        generation = template_generation(self.found)
        groups = [g for mark, g in self.cover.quiet.items() if not is_updated(mark, self.hashed, generation)]
        nodes = nsmallest(count, [node for group in groups for node in group] + [node for node, _ in more])
        pods = dict(more)
        for group in groups:
            pods.update((node, group[node]) for node in nodes if node in group)
        return [(node, pods[node]) for node in nodes]


def is_rolling(found: Obj) -> bool:
    return (found["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate"


def _amount(found: Obj, field: str, desired: int) -> int:
    rolling: Obj = (found["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
    return scaled(rolling.get(field), desired, up=True) if is_rolling(found) else 0


def max_surge(found: Obj, desired: int) -> int:
    """How many nodes may have a new pod beside an available old one; percentages are rounded up."""
    return _amount(found, "maxSurge", desired)


def max_unavailable(found: Obj, desired: int) -> int:
    """How many nodes may be without an available pod; 1 where neither this nor a surge is allowed."""
    amount = _amount(found, "maxUnavailable", desired)
    return 1 if amount == 0 and desired > 0 and max_surge(found, desired) == 0 else amount


def surges(found: Obj) -> bool:
    return max_surge(found, 1) > 0


def to_change(look: Look) -> tuple[list[str], list[str]]:
    """(nodes to make pods for, pods to delete by name)."""
    desired = look.desired
    surge = max_surge(look.found, desired)
    return _surging(look, surge, desired) if surge else ([], _replacing(look, max_unavailable(look.found, desired)))


def _pair(look: Look, standing: Standing) -> tuple[Obj | None, Obj | None] | None:
    """(new, old) pod that stay on a node; None when there are several of a kind, which is to be put in order first."""
    pods: list[list[Obj]] = [[], []]
    for pod in standing.live:
        if not is_terminating(pod):
            pods[not look.updated(pod)].append(pod)
    if len(pods[0]) > 1 or len(pods[1]) > 1:
        return None
    return pods[0][0] if pods[0] else None, pods[1][0] if pods[1] else None


def _replacing(look: Look, most: int) -> list[str]:
    """Old pods that are of no use go at once; available ones as far as `most` unavailable nodes allow."""
    unavailable, useless = 0, []
    candidates: list[tuple[str, Obj]] = []
    for standing in look.busy:
        if not standing.live and not standing.fit.runs:
            continue
        pair = _pair(look, standing)
        if pair is None or (pair[0] is None) == (pair[1] is None):
            unavailable += 1
            continue
        new, old = pair
        if new is not None:
            unavailable += not look.available(new)
        elif old is not None and look.available(old):
            candidates.append((standing.node, old))
        elif old is not None:
            useless.append(_name(old))
            unavailable += 1
    return useless + [_name(pod) for _, pod in look.first_old(most - unavailable, candidates)]


def _surging(look: Look, most: int, desired: int) -> tuple[list[str], list[str]]:
    """New pods come beside old ones; an old one goes when the new one is available.

    An available pod on a node that should have none stays until there are enough elsewhere.
    """
    delete, leaving, replace = [], [], []
    candidates: list[tuple[str, Obj]] = []
    surging, available = 0, desired - sum(standing.fit.runs for standing in look.busy)
    for standing in look.busy:
        if not standing.live and not standing.fit.runs:
            continue
        pair = _pair(look, standing)
        if pair is None:
            surging += 1
            continue
        new, old = pair
        counted = old or new
        available += counted is not None and look.available(counted)
        if old is None:
            continue
        if new is not None:
            if look.available(new):
                delete.append(_name(old))
            else:
                surging += 1
        elif not look.available(old):
            if standing.fit.runs:
                replace.append(standing.node)
            else:
                delete.append(_name(old))
        elif not standing.fit.runs:
            leaving.append(_name(old))
        else:
            candidates.append((standing.node, old))
    delete += leaving[: max(0, available - desired)]
    return replace + [node for node, _ in look.first_old(most - surging, candidates)], delete


def _name(pod: Obj) -> Any:
    return pod["metadata"]["name"]
