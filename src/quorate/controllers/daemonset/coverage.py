"""How every DaemonSet stands on every node, kept up to date change by change: a look costs what is out of order only."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.daemonset.names import DAEMONSETS, NODES, PODS, Mark, mark_of
from quorate.controllers.daemonset.placement import HERE, NOWHERE, Fit, fit, tolerations
from quorate.controllers.daemonset.pods import age, target_node
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_finished, is_ready, is_terminating


class Standing(NamedTuple):
    """One DaemonSet on one node. `there`: the node exists. `pods`: its own pods meant for this node, oldest first."""

    node: str
    there: bool
    fit: Fit
    pods: tuple[Obj, ...]

    @property
    def live(self) -> list[Obj]:
        """Without pods that have finished and are being deleted: nothing is left to be done about those."""
        return [pod for pod in self.pods if not (is_terminating(pod) and is_finished(pod))]


class Cover:
    """Where one DaemonSet stands.

    quiet    nodes that want one pod and have one that is Ready (and with that available), by the mark of that pod
    busy     all other nodes that want a pod or have one
    strays   its own pods that its selector does not match any more, by node
    """

    def __init__(self, found: Obj) -> None:
        spec = found["spec"]
        self.quiet: dict[Mark, dict[str, Obj]] = {}
        self.busy: dict[str, Standing] = {}
        self.strays: dict[str, tuple[Obj, ...]] = {}
        self._spec = spec["template"]["spec"]
        self._tolerations = tolerations(self._spec)
        self._selector = selectors.selector(spec.get("selector"))
        # With minReadySeconds a pod becomes available by the passing of time, which no change tells of.
        self._timed = bool(spec.get("minReadySeconds"))
        self._fits: dict[str, Fit] = {}
        self._marks: dict[str, Mark] = {}

    def still_holds(self, found: Obj) -> bool:
        """Whether this is how the DaemonSet wants to be placed; False after a change of its template or timing."""
        spec = found["spec"]
        template = spec["template"]["spec"]
        return (template is self._spec or template == self._spec) and self._timed == bool(spec.get("minReadySeconds"))

    def fit_of(self, node: Obj) -> Fit:
        return fit(self._spec, self._tolerations, node)

    def pods(self) -> list[Obj]:
        """All pods that it has."""
        quiet = [pod for group in self.quiet.values() for pod in group.values()]
        return quiet + [pod for standing in self.busy.values() for pod in standing.pods]

    def place(self, name: str, node: Obj | None) -> None:
        """The node is so now; None: it has gone."""
        if node is None:
            self._fits.pop(name, None)
        else:
            self._fits[name] = self.fit_of(node)

    def stand(self, name: str, owned: Mapping[str, Obj] | None) -> None:
        """What is owned on this node now, or how it fits, may have changed."""
        mark = self._marks.pop(name, None)
        if mark is not None:
            group = self.quiet[mark]
            del group[name]
            if not group:
                del self.quiet[mark]
        self.busy.pop(name, None)
        self.strays.pop(name, None)
        pods: tuple[Obj, ...] = ()
        found = self._fits.get(name)
        if owned:
            pods, strays = self._sorted(owned.values())
            if strays:
                self.strays[name] = strays
            if not name:
                pods = ()  # meant for no node in particular: somebody else's making
        if len(pods) == 1 and found == HERE and not self._timed and _settled(pods[0]):
            mark = self._marks[name] = mark_of(pods[0])
            self.quiet.setdefault(mark, {})[name] = pods[0]
        elif pods or (found is not None and found.runs):
            self.busy[name] = Standing(name, found is not None, found or NOWHERE, pods)

    def _sorted(self, owned: Iterable[Obj]) -> tuple[tuple[Obj, ...], tuple[Obj, ...]]:
        mine: list[Obj] = []
        strays: list[Obj] = []
        for pod in owned:
            (mine if self._selector.matches(pod["metadata"].get("labels")) else strays).append(pod)
        return tuple(sorted(mine, key=age)), tuple(strays)


def _settled(pod: Obj) -> bool:
    return not is_terminating(pod) and not is_finished(pod) and is_ready(pod)


class Coverage:
    """A view (see contract.controller.View): the cover of each DaemonSet, by its uid."""

    resources: tuple[str, ...] = (DAEMONSETS, NODES, PODS)

    def __init__(self) -> None:
        self._covers: dict[str, Cover] = {}
        self._nodes: dict[str, Obj] = {}
        self._pods: dict[str, dict[str, dict[str, Obj]]] = {}

    def of(self, found: Obj) -> Cover:
        return self._covers[found["metadata"]["uid"]]

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        if resource == PODS:
            self._pod(old, new)
        elif resource == NODES:
            self._node(old, new)
        else:
            self._set(old, new)

    def _set(self, old: Obj | None, new: Obj | None) -> None:
        if old is not None and (new is None or new["metadata"]["uid"] != old["metadata"]["uid"]):
            self._covers.pop(old["metadata"]["uid"], None)
        if new is None:
            return
        uid = new["metadata"]["uid"]
        cover = self._covers.get(uid)
        if cover is not None and cover.still_holds(new):
            return
        cover = self._covers[uid] = Cover(new)
        pods = self._pods.get(uid) or {}
        for name, node in self._nodes.items():
            cover.place(name, node)
        for name in {**self._nodes, **pods}:
            cover.stand(name, pods.get(name))

    def _node(self, old: Obj | None, new: Obj | None) -> None:
        if old is not None and new is not None and same_place(old, new):
            self._nodes[new["metadata"]["name"]] = new
            return
        name = (new or old or {})["metadata"]["name"]
        if new is None:
            self._nodes.pop(name, None)
        else:
            self._nodes[name] = new
        for uid, cover in self._covers.items():
            cover.place(name, new)
            cover.stand(name, (self._pods.get(uid) or {}).get(name))

    def _pod(self, old: Obj | None, new: Obj | None) -> None:
        before = _belongs(old) if old is not None else None
        after = _belongs(new) if new is not None else None
        if before is not None and before != after:
            self._drop(*before, (old or {})["metadata"]["name"])
            self._stand(*before)
        if after is not None and new is not None:
            uid, node = after
            self._pods.setdefault(uid, {}).setdefault(node, {})[new["metadata"]["name"]] = new
            self._stand(uid, node)

    def _drop(self, uid: str, node: str, name: str) -> None:
        nodes = self._pods.get(uid) or {}
        pods = nodes.get(node) or {}
        pods.pop(name, None)
        if not pods:
            nodes.pop(node, None)
        if not nodes:
            self._pods.pop(uid, None)

    def _stand(self, uid: str, node: str) -> None:
        cover = self._covers.get(uid)
        if cover is not None:
            cover.stand(node, (self._pods.get(uid) or {}).get(node))


def _belongs(pod: Obj) -> tuple[str, str] | None:
    """(uid of its DaemonSet, node that it is meant for)."""
    owner = controller_of(pod)
    if owner is None or owner["kind"] != "DaemonSet":
        return None
    return owner["uid"], target_node(pod)


def same_place(old: Obj, new: Obj) -> bool:
    """Whether two states of a node are one to whoever wants to be placed there."""
    if old["metadata"].get("labels") != new["metadata"].get("labels"):
        return False
    return ((old.get("spec") or {}).get("taints") or []) == ((new.get("spec") or {}).get("taints") or [])
