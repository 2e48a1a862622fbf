"""Topology spread constraints: read from a pod, with the selector and the policies filled in."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from quorate.contract.ports import Reader
from quorate.objects.owners import controller_of
from quorate.objects.selectors import EVERYTHING, Requirement, selector
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.taints import all_tolerated
from quorate.scheduler.terms import Term, narrowed

Obj = dict[str, Any]

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
OWNERS = {
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}


@dataclass(frozen=True, slots=True)
class Constraint:
    """`term` picks the pods that count (namespace, selector, topology key)."""

    term: Term
    max_skew: int
    min_domains: int = 1
    honor_affinity: bool = True
    honor_taints: bool = False

    @property
    def key(self) -> str:
        return self.term.topology_key


def constraints(pod: PodInfo, action: str) -> tuple[Constraint, ...]:
    """Those of the pod's own whose whenUnsatisfiable is `action`: "DoNotSchedule" or "ScheduleAnyway"."""
    found = [c for c in pod.pod["spec"].get("topologySpreadConstraints") or () if c.get("whenUnsatisfiable") == action]
    if not found:
        return ()
    own = tuple((k, pod.labels[k]) for c in found for k in c.get("matchLabelKeys") or () if k in pod.labels)
    return _constraints(orjson.dumps(found, option=orjson.OPT_SORT_KEYS), pod.namespace, own)


@lru_cache(maxsize=4096)
def _constraints(text: bytes, namespace: str, own: tuple[tuple[str, str], ...]) -> tuple[Constraint, ...]:
    mine = dict(own)
    out = []
    for raw in orjson.loads(text):
        extra = [Requirement(k, "in", (mine[k],)) for k in raw.get("matchLabelKeys") or () if k in mine]
        picked = narrowed(selector(raw.get("labelSelector")), extra)
        term = Term(frozenset((namespace,)), None, picked, raw["topologyKey"])
        out.append(
            Constraint(
                term, raw["maxSkew"], raw.get("minDomains") or 1,
                raw.get("nodeAffinityPolicy", "Honor") == "Honor", raw.get("nodeTaintsPolicy", "Ignore") == "Honor",
            )
        )  # fmt: skip
    return tuple(out)


def default_constraints(pod: PodInfo, reader: Reader) -> tuple[Constraint, ...]:
    """What the default profile wishes for a pod that says nothing: spread its siblings over hosts and zones.

    Siblings are what its Services and its owner select; a pod that nothing selects has none.
    """
    labels: dict[str, str] = {}
    for service in services_of(pod, reader):
        labels.update(service["spec"]["selector"])
    owner = controller_of(pod.pod)
    owned: bytes | None = None
    if owner is not None and owner["kind"] in OWNERS:
        found = reader.get(OWNERS[owner["kind"]], pod.namespace, owner["name"])
        if found is not None and found["metadata"].get("uid") == owner["uid"]:
            wanted = found["spec"].get("selector")
            wanted = {"matchLabels": wanted} if owner["kind"] == "ReplicationController" else wanted
            owned = orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)
    if not labels and owned is None:
        return ()
    return _defaults(tuple(sorted(labels.items())), owned, pod.namespace)


@lru_cache(maxsize=4096)
def _defaults(labels: tuple[tuple[str, str], ...], owned: bytes | None, namespace: str) -> tuple[Constraint, ...]:
    picked = selector(orjson.loads(owned)) if owned is not None else EVERYTHING
    picked = narrowed(picked, [Requirement(key, "in", (value,)) for key, value in labels])
    if picked.empty:
        return ()
    space = frozenset((namespace,))
    return Constraint(Term(space, None, picked, HOSTNAME), 3), Constraint(Term(space, None, picked, ZONE), 5)


def service_labels(service: Obj) -> tuple[str, ...]:
    """Index: one label that a pod must have to be selected, as "namespace/key=value"; none for one without selector."""
    wanted = service["spec"].get("selector")
    if not wanted:
        return ()
    key, value = next(iter(wanted.items()))
    return (f"{service['metadata']['namespace']}/{key}={value}",)


def services_of(pod: PodInfo, reader: Reader) -> list[Obj]:
    """The services that select the pod."""
    out = []
    for key, value in pod.labels.items():
        for service in reader.indexed("services", "label", f"{pod.namespace}/{key}={value}"):
            if all(pod.labels.get(k) == v for k, v in service["spec"]["selector"].items()):
                out.append(service)
    return out


def counts(constraint: Constraint, pod: PodInfo, fits_selector: bool, taints: tuple[Obj, ...]) -> bool:
    """Whether a node's pods count, by the policies: `fits_selector` is the pod's own node selector and affinity."""
    if constraint.honor_affinity and not fits_selector:
        return False
    return not constraint.honor_taints or all_tolerated(taints, pod.pod["spec"].get("tolerations") or ())
