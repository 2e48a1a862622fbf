"""The cluster as the scheduler keeps it: sums per node, counts per term, the pods that wait. Changed only by `apply`.

`version` grows whenever something changes that could change a decision.
"""

from typing import Any

from quorate.contract.plan import Key
from quorate.objects.collection import key_of
from quorate.objects.pod import is_finished
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import (
    PodInfo,
    is_gated,
    is_ours,
    nominated_node,
    only_leaving,
    same_for_scheduling,
    was_unschedulable,
)
from quorate.scheduler.stuck import plugins_named
from quorate.scheduler.tally import Book, Placed, Tallies, Tally
from quorate.scheduler.terms import Labels, Term

Obj = dict[str, Any]

SELECTED_NODE = "volume.kubernetes.io/selected-node"
BOUND = "pv.kubernetes.io/bind-completed"
VERSIONED = (
    "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io", "csinodes.storage.k8s.io",
)  # fmt: skip


def fully_bound(claim: Obj) -> bool:
    return bool(claim["spec"].get("volumeName")) and BOUND in (claim["metadata"].get("annotations") or {})


class ClusterView:
    resources: tuple[str, ...] = ("nodes", "pods", "namespaces", *VERSIONED)

    def __init__(self) -> None:
        self.version = 0
        self.nodes_version = 0
        self.entries: dict[str, NodeInfo] = {}
        self.pods: dict[Key, PodInfo] = {}
        self.pending: dict[Key, PodInfo] = {}
        self.stuck: dict[str, dict[Key, None]] = {}
        self.claim_users: dict[str, int] = {}
        self.refusals = Book()
        self.wishes = Book()
        self.memo: dict[Any, Any] = {}
        """What was worked out from the node objects alone; emptied when one of them changes."""
        self._nodes: list[NodeInfo] | None = None
        self._placed = Placed()
        self._tallies = Tallies()
        self._space_labels: dict[str, Labels] = {}
        self._selected: dict[str, str] = {}
        self._plugins: dict[Key, frozenset[str]] = {}

    # What is asked of it

    def nodes(self) -> list[NodeInfo]:
        """Nodes that exist, by name."""
        if self._nodes is None:
            self._nodes = [e for _, e in sorted(self.entries.items()) if e.node is not None]
        return self._nodes

    def node(self, name: str) -> NodeInfo | None:
        found = self.entries.get(name)
        return found if found is not None and found.node is not None else None

    def namespace_labels(self, namespace: str) -> Labels:
        return self._space_labels.get(namespace) or {}

    def tally(self, terms: tuple[Term, ...], living: bool = False) -> Tally:
        return self._tallies.get(terms, living, self._placed, self.namespace_labels)

    def is_assumed(self, key: Key) -> bool:
        """Whether a pod that is not bound yet holds its place on a node while its volumes are made."""
        pod = self.pods.get(key)
        return pod is not None and bool(pod.place) and not pod.pod["spec"].get("nodeName")

    # How it changes

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        match resource:
            case "pods":
                self._pod(old, new)
            case "nodes":
                self._node(old, new)
            case "namespaces":
                self._namespace(old, new)
            case _:
                self.version += 1
                if resource == "persistentvolumeclaims":
                    self._claim(old, new)

    def _namespace(self, old: Obj | None, new: Obj | None) -> None:
        if new is None:
            assert old is not None
            self._space_labels.pop(old["metadata"]["name"], None)
            return
        name, labels = new["metadata"]["name"], new["metadata"].get("labels") or {}
        before = self._space_labels.get(name)
        self._space_labels[name] = labels
        if before is not None and before != labels:
            self.version += 1
            self._tallies.forget_by_namespace_labels()

    def _node(self, old: Obj | None, new: Obj | None) -> None:
        if old is not None and new is not None and same_node(old, new):
            self.entries[new["metadata"]["name"]].node = new
            return
        name = (new or old or {})["metadata"]["name"]
        entry = self._entry(name)
        entry.set_node(new)
        self._nodes = None
        self.version += 1
        self.nodes_version += 1
        self.memo.clear()
        self._tidy(entry)

    def _entry(self, name: str) -> NodeInfo:
        found = self.entries.get(name)
        if found is None:
            found = self.entries[name] = NodeInfo(name)
        return found

    def _tidy(self, entry: NodeInfo) -> None:
        if entry.node is None and not entry.pods and not entry.nominated:
            self.entries.pop(entry.name, None)

    def _claim(self, old: Obj | None, new: Obj | None) -> None:
        namespace, name = key_of(new or old or {})
        key = f"{namespace}/{name}"
        node = ""
        if new is not None and not fully_bound(new):
            node = (new["metadata"].get("annotations") or {}).get(SELECTED_NODE, "")
        if node == self._selected.get(key, ""):
            return
        if node:
            self._selected[key] = node
        else:
            self._selected.pop(key, None)
        entry = self.entries.get(node)
        for pod in [p for p in entry.nominated.values() if key in p.claims] if entry is not None else ():
            self._stand(pod)

    def _pod(self, old: Obj | None, new: Obj | None) -> None:
        key = key_of(new or old or {})
        known = self.pods.get(key)
        if new is None or is_finished(new):
            if known is not None:
                self._forget(known)
            return
        if known is not None and known.uid == new["metadata"].get("uid", ""):
            if same_for_scheduling(known.pod, new):
                known.pod = new
                if not known.place or not new["spec"].get("nodeName"):
                    self._stand(known)
                return
            if not known.place:
                self.version += 1
        before, quiet = self.version, known is not None and only_leaving(known.pod, new)
        if known is not None:
            self._forget(known)
        pod = self.pods[key] = PodInfo(new)
        self._stand(pod)
        if quiet:
            # A pod that starts to stop gives nothing free yet.
            self.version = before

    def _forget(self, pod: PodInfo) -> None:
        self._move(pod, "", "")
        self._unqueue(pod.key)
        del self.pods[pod.key]

    def _stand(self, pod: PodInfo) -> None:
        """Put a pod where its object says that it is: on a node, promised to one, waiting."""
        node = pod.pod["spec"].get("nodeName") or ""
        if node:
            self._move(pod, node, "")
            self._unqueue(pod.key)
            return
        nominated = nominated_node(pod.pod)
        if nominated and pod.claims and self._holds(pod, nominated):
            self._move(pod, nominated, "")
        else:
            self._move(pod, "", nominated)
        if not is_ours(pod.pod) or is_gated(pod.pod) or pod.terminating:
            self._unqueue(pod.key)
            return
        self.pending[pod.key] = pod
        plugins = plugins_named(pod.pod)
        before = self._plugins.get(pod.key, frozenset())
        if plugins != before:
            for name in sorted(before - plugins):
                self.stuck[name].pop(pod.key, None)
            for name in sorted(plugins):
                self.stuck.setdefault(name, {})[pod.key] = None
            self._plugins[pod.key] = plugins

    def _holds(self, pod: PodInfo, node: str) -> bool:
        """A pod that waits for its volumes is taken as placed (Kubernetes assumes it); a preemptor is only nominated.

        Both have nominatedNodeName. A preemptor has just been found unschedulable; so may the other have been earlier,
        but then one of its claims is being made for this node.
        """
        return not was_unschedulable(pod.pod) or any(self._selected.get(c) == node for c in pod.claims)

    def _unqueue(self, key: Key) -> None:
        if self.pending.pop(key, None) is not None:
            for name in self._plugins.pop(key, ()):
                self.stuck[name].pop(key, None)

    def _move(self, pod: PodInfo, place: str, nominated: str) -> None:
        if pod.nominated != nominated:
            if pod.nominated:
                entry = self.entries[pod.nominated]
                entry.nominated.pop(pod.key, None)
                self._tidy(entry)
            pod.nominated = nominated
            if nominated:
                self._entry(nominated).nominated[pod.key] = pod
        if pod.place != place:
            if pod.place:
                entry = self.entries[pod.place]
                entry.remove(pod)
                self._count(pod, -1)
                self._tidy(entry)
            pod.place = place
            if place:
                self._entry(place).add(pod)
                self._count(pod, 1)
            self.version += 1

    def _count(self, pod: PodInfo, by: int) -> None:
        if by > 0:
            self._placed.add(pod)
        else:
            self._placed.remove(pod)
        for claim in pod.claims:
            left = self.claim_users.get(claim, 0) + by
            if left:
                self.claim_users[claim] = left
            else:
                del self.claim_users[claim]
        for term in pod.anti:
            self.refusals.count(term, 0, pod.place, by)
        for term in pod.affinity:
            # An existing pod's required affinity draws others as a wish of weight 1 (hardPodAffinityWeight).
            self.wishes.count(term, 1, pod.place, by)
        for term, weight in pod.wishes:
            self.wishes.count(term, weight, pod.place, by)
        self._tallies.count(pod, by, self.namespace_labels)


def same_node(old: Obj, new: Obj) -> bool:
    """Whether two versions of a node differ at most in what scheduling does not look at (heartbeats, conditions)."""
    if old["metadata"].get("labels") != new["metadata"].get("labels"):
        return False
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if before is not after and before != after:
        return False
    return bool((old.get("status") or {}).get("allocatable") == (new.get("status") or {}).get("allocatable"))
