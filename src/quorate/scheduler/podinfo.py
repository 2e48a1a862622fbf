"""A pod as scheduling sees it: read once, and again only when its spec or labels change."""

from typing import Any

import orjson

from quorate.contract.plan import Key
from quorate.objects.pod import claim_names, condition, is_terminating
from quorate.scheduler.requests import Amounts, host_ports, pod_requests, scoring_requests
from quorate.scheduler.terms import Term, affinity_term

Obj = dict[str, Any]

SCHEDULER = "default-scheduler"


class PodInfo:
    """`place` is the node it is counted on ("" while pending), `nominated` the one it is promised without being there.

    `affinity`, `anti` are required terms; `wishes` are preferred ones with their weight, negative for anti-affinity.
    """

    __slots__ = (
        "affinity", "anti", "claims", "cpu", "key", "labels", "memory", "nominated", "place", "pod", "ports",
        "priority", "scalars", "score_cpu", "score_memory", "signature", "storage", "terminating", "uid", "wishes",
    )  # fmt: skip

    def __init__(self, pod: Obj) -> None:
        meta, spec = pod["metadata"], pod["spec"]
        self.pod = pod
        self.key: Key = (meta.get("namespace", ""), meta["name"])
        self.uid: str = meta.get("uid", "")
        self.labels: dict[str, str] = meta.get("labels") or {}
        self.terminating = is_terminating(pod)
        self.priority: int = spec.get("priority") or 0
        asked = pod_requests(spec)
        self.cpu, self.memory = asked.pop("cpu", 0), asked.pop("memory", 0)
        self.storage = asked.pop("ephemeral-storage", 0)
        self.scalars: Amounts = {n: a for n, a in asked.items() if a and n not in ("pods", "storage")}
        self.score_cpu, self.score_memory = scoring_requests(spec)
        self.ports = tuple(host_ports(spec))
        self.claims = tuple(f"{self.key[0]}/{name}" for name in claim_names(pod)) if spec.get("volumes") else ()
        self.affinity: tuple[Term, ...] = ()
        self.anti: tuple[Term, ...] = ()
        self.wishes: tuple[tuple[Term, int], ...] = ()
        self.signature = b""
        self.place, self.nominated = "", ""
        affinity = spec.get("affinity")
        if affinity:
            self._read_affinity(affinity)
        self.signature = orjson.dumps(
            (spec.get("tolerations"), spec.get("nodeSelector"), required_node_selector(spec)),
            option=orjson.OPT_SORT_KEYS,
        )

    def _read_affinity(self, affinity: Obj) -> None:
        likes, dislikes = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
        self.affinity = tuple(self._term(t) for t in likes.get(REQUIRED) or ())
        self.anti = tuple(self._term(t) for t in dislikes.get(REQUIRED) or ())
        wishes = [(self._term(t["podAffinityTerm"]), t["weight"]) for t in likes.get(PREFERRED) or ()]
        wishes += [(self._term(t["podAffinityTerm"]), -t["weight"]) for t in dislikes.get(PREFERRED) or ()]
        self.wishes = tuple(wishes)

    def _term(self, raw: Obj) -> Term:
        return affinity_term(raw, self.key[0], self.labels)

    @property
    def namespace(self) -> str:
        return self.key[0]


REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def required_node_selector(spec: Obj) -> Obj | None:
    """spec.affinity.nodeAffinity's required part: a NodeSelector."""
    affinity = spec.get("affinity")
    node = affinity.get("nodeAffinity") if affinity else None
    return node.get(REQUIRED) if node else None


def same_for_scheduling(old: Obj, new: Obj) -> bool:
    """Whether two versions of a pod differ at most in what scheduling does not look at (its status, annotations)."""
    before, after = old["metadata"], new["metadata"]
    if before.get("deletionTimestamp") != after.get("deletionTimestamp"):
        return False
    if before.get("labels") is not after.get("labels") and before.get("labels") != after.get("labels"):
        return False
    return old["spec"] is new["spec"] or bool(old["spec"] == new["spec"])


def only_leaving(old: Obj, new: Obj) -> bool:
    """Whether nothing happened to a pod but that it is to be deleted."""
    before, after = old["metadata"], new["metadata"]
    return bool(
        not before.get("deletionTimestamp") and after.get("deletionTimestamp")
        and before.get("labels") == after.get("labels") and old["spec"] == new["spec"]
    )  # fmt: skip


def is_ours(pod: Obj) -> bool:
    return (pod["spec"].get("schedulerName") or SCHEDULER) == SCHEDULER


def is_gated(pod: Obj) -> bool:
    return bool(pod["spec"].get("schedulingGates"))


def nominated_node(pod: Obj) -> str:
    return (pod.get("status") or {}).get("nominatedNodeName") or ""


def was_unschedulable(pod: Obj) -> bool:
    found = condition(pod, "PodScheduled")
    return found is not None and found["status"] == "False" and found.get("reason") == "Unschedulable"
