"""Members that do not serve, and why: what a verdict says about an outage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition

EVICTED, UPDATED, SCALED, DELETED = "evicted", "replaced by the update", "scaled away", "deleted"
BROKEN = "updated to a revision that never serves"
STARTING, HOMELESS, LOST, BEHIND = "starting", "no node to run on", "without its peers", "catching up"


@dataclass(frozen=True, slots=True)
class Away:
    """A member that does not serve. `node` and `zone` are where it is when its node has lost power, else ""."""

    name: str
    cause: str
    node: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Who was away at an instant at which no quorum served."""

    at: Instant
    away: tuple[Away, ...]


def deletion_cause(pod: Obj, stateful_set: Obj | None) -> str:
    """Why a pod was told to go: what its conditions say, else what its set wanted just then."""
    disruption = condition(pod, "DisruptionTarget")
    if disruption is not None and disruption.get("reason") == "EvictionByEvictionAPI":
        return EVICTED
    if stateful_set is not None and disruption is None:
        spec, status = stateful_set["spec"], stateful_set.get("status") or {}
        revision = (pod["metadata"].get("labels") or {}).get("controller-revision-hash")
        first = (spec.get("ordinals") or {}).get("start") or 0
        number = pod["metadata"]["name"].rpartition("-")[2]
        if number.isdigit() and int(number) >= first + (spec.get("replicas") or 0):
            return SCALED
        # The controller deletes before it writes down what the newest revision is.
        behind = status.get("observedGeneration") != stateful_set["metadata"].get("generation")
        if behind or (revision and status.get("updateRevision") not in (None, revision)):
            return UPDATED
    return DELETED


def worst(absences: Sequence[Absence], since: Instant, until: Instant) -> Absence | None:
    """The moment of an outage at which most were away, the first of those."""
    within = [a for a in absences if since <= a.at < until]
    return max(within, key=_number_away, default=None)


def _number_away(absence: Absence) -> int:
    return len(absence.away)


def sentence(away: Sequence[Away]) -> str:
    """ "etcd-0 and etcd-1 away at once (evicted)"; one cause a group, in the order of the members."""
    groups: dict[str, list[Away]] = {}
    for one in away:
        groups.setdefault("power" if one.node else one.cause, []).append(one)
    if not groups:
        return ""
    at_once = " at once" if len(away) > 1 else ""
    parts = [
        f"{listed(a.name for a in group)} away{at_once if len(group) > 1 else ''} ({_cause(group)})"
        for group in groups.values()
    ]
    if len(parts) == 1:
        return parts[0]
    return listed(parts)


def _cause(group: list[Away]) -> str:
    nodes = list(dict.fromkeys(a.node for a in group))
    if not nodes[0]:
        return group[0].cause
    zones = list(dict.fromkeys(a.zone for a in group))
    if len(nodes) == 1:
        return f"{nodes[0]} lost power"
    return f"{listed(zones)} lost power" if all(zones) else f"{listed(nodes)} lost power"


def listed(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    every = list(words)
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)
