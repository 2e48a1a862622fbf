"""What the scheduler says of a pod that found no node, and what its nodes say themselves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Weigh
from quorate.diagnosis.placement import matches_affinity, matches_selector
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import instant
from quorate.objects.pod import condition

Obj = dict[str, Any]

_HEAD = re.compile(r"^(\d+)/(\d+) nodes are available: ?")
_PART = re.compile(r"(\d+) (.+?)(?=, \d+ |$)", re.S)
_END = re.compile(r"\. (?=preemption|no new claims|not found|[A-Z]|$)|\.$")


@dataclass(frozen=True, slots=True)
class Turned:
    """`total` nodes looked at; `reasons` says how many turned the pod down for what; `whole` is said of the pod itself."""

    total: int
    reasons: tuple[tuple[int, str], ...]
    whole: str
    text: str

    def count(self, *words: str) -> int:
        """How many nodes gave a reason that contains one of these words (nodes may give several)."""
        return sum(n for n, reason in self.reasons if any(w in reason for w in words))


@lru_cache(maxsize=1024)
def parse(message: str) -> Turned | None:
    """The scheduler's message; None when it is not one."""
    head = _HEAD.match(message)
    if head is None:
        return None
    rest = _END.split(message[head.end() :], maxsplit=1)[0].strip()
    parts = tuple((int(n), reason.strip(" .")) for n, reason in _PART.findall(rest)) if rest[:1].isdigit() else ()
    return Turned(int(head[2]), parts, "" if parts else rest, message)


def turned_down(case: Case, pod: PodState) -> Turned | None:
    """From the pod's condition, else from its last FailedScheduling event."""
    found = parse(pod.message)
    if found is not None:
        return found
    for told in reversed(case.events_of(pod.pod, "FailedScheduling")):
        found = parse(told.message)
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Pods that are turned down for one reason. `share` is the part of the nodes that give it, the most of any pod."""

    pods: list[PodState]
    turned: Turned
    share: float


def blocked(case: Case, *words: str) -> Blocked | None:
    """The unscheduled pods for which some node gives a reason with one of these words."""
    pods: list[PodState] = []
    best: tuple[float, Turned] | None = None
    for pod in case.at("unscheduled"):
        said = turned_down(case, pod)
        if said is None:
            continue
        count = said.count(*words)
        if not count and not any(w in said.whole for w in words):
            continue
        share = 1.0 if not said.total or not count else min(1.0, count / _eligible(case, pod, said, words))
        pods.append(pod)
        if best is None or share > best[0]:
            best = (share, said)
    return Blocked(pods, best[1], best[0]) if best is not None else None


_BY_LABELS = ("node affinity/selector", "plugin(s) [NodeAffinity]")


def _eligible(case: Case, pod: PodState, said: Turned, words: Iterable[str]) -> int:
    """Of how many nodes a reason counts: of those that the pod's selector and affinity allow, if there are any.

    A daemon's pod is bound to one node by affinity: that all the others do not match is no news.
    """
    if any(label in word for word in words for label in _BY_LABELS):
        return said.total
    return len(allowed_nodes(case, pod.pod)) or said.total


def allowed_nodes(case: Case, pod: Obj) -> list[Obj]:
    """The nodes that its nodeSelector and its required affinity allow, whatever else speaks against them."""
    return [n for n in case.evidence.list("nodes") if matches_selector(pod, n) and matches_affinity(pod, n)]


def weigh(case: Case, found: Blocked, *words: str) -> Weigh:
    """The scheduler's word, as heavy as the part of the nodes that it is about."""
    weight = 0.95 if found.share >= 1 else 0.45 + 0.4 * found.share
    pod = found.pods[0]
    said = next((f"{n} {r}" for n, r in found.turned.reasons if any(w in r for w in words)), found.turned.whole)
    at = instant((condition(pod.pod, "PodScheduled") or {}).get("lastTransitionTime"))
    out = Weigh().says(
        weight, f"the scheduler turned {names(found.pods)} down: {said}", f"{pod.label} condition PodScheduled", at
    )
    last = case.events_of(pod.pod, "FailedScheduling")
    if last:
        out.says(
            0.2,
            f"FailedScheduling was told {last[-1].count} time(s), last at its newest event",
            f"event on {pod.label}",
            last[-1].first,
        )
    return out


def tolerates(pod: Obj, taint: Obj) -> bool:
    for one in pod["spec"].get("tolerations") or ():
        if one.get("effect") and one["effect"] != taint.get("effect"):
            continue
        if not one.get("key"):
            if one.get("operator") == "Exists":
                return True
            continue
        if one["key"] != taint.get("key"):
            continue
        if one.get("operator", "Equal") == "Exists" or (one.get("value") or "") == (taint.get("value") or ""):
            return True
    return False


def refused_taints(pod: Obj, node: Obj) -> list[Obj]:
    """Taints of the node for which the pod is not scheduled there."""
    taints = node["spec"].get("taints") or ()
    return [t for t in taints if t.get("effect") in ("NoSchedule", "NoExecute") and not tolerates(pod, t)]


LIFECYCLE = "node.kubernetes.io/"
"""Taints that the node controller sets by itself: the node's state, not somebody's wish."""


def taint_text(taint: Obj) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint.get('key')}{value}:{taint.get('effect')}"


def node_names(nodes: Iterable[Obj], most: int = 4) -> str:
    found = [n["metadata"]["name"] for n in nodes]
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")
