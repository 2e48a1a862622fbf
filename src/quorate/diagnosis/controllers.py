"""Whether the control plane does its work: Leases, and what became of other objects of the same kind."""

from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.managed import spec_writes, writes
from quorate.diagnosis.told import Told, instant, told
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant

Obj = dict[str, Any]

LEASES = "leases.coordination.k8s.io"
MANAGER, SCHEDULER = "kube-controller-manager", "kube-scheduler"
PROMPT: Duration = 10 * SECOND
"""A controller that is well observes a new spec within this time."""


@dataclass(frozen=True, slots=True)
class Leader:
    """Who holds a component's Lease. `stale` is how long past its duration it has not been renewed; 0 when it is well."""

    holder: str
    renewed: Instant | None
    stale: Duration
    label: str

    @property
    def well(self) -> bool:
        return bool(self.holder) and not self.stale


def leader(case: Case, component: str) -> Leader | None:
    """None when the component has no Lease here: some clusters hide their control plane."""
    lease = case.evidence.get(LEASES, "kube-system", component)
    if lease is None:
        return None
    spec = lease["spec"]
    renewed = instant(spec.get("renewTime"))
    lasts = int(spec.get("leaseDurationSeconds") or 15) * SECOND
    late = 0 if renewed is None else max(0, case.now - renewed - 2 * lasts)
    return Leader(str(spec.get("holderIdentity") or ""), renewed, late, f"Lease/{component}")


@dataclass(frozen=True, slots=True)
class Peers:
    """Other objects of the kind: those that wait like this one, and those whose later writes were observed."""

    waiting: list[str]
    served_after: list[str]


PARTS = frozenset({
    "statefulset-controller", "deployment-controller", "daemonset-controller", "replicaset-controller", "job-controller",
    "cronjob-controller", "persistentvolume-controller", "node-controller", "taint-eviction-controller", "disruption-controller",
    "horizontal-pod-autoscaler", "attachdetach-controller", "endpoint-slice-controller", "resource-quota-controller",
})  # fmt: skip
"""What the parts of the controller manager call themselves in events."""
WATCHED = {"StatefulSet": "statefulsets.apps", "Deployment": "deployments.apps", "DaemonSet": "daemonsets.apps"}


def peers(case: Case) -> Peers:
    waiting, served = [], []
    since, mine = case.spec_changed or case.now, case.obj["metadata"]["uid"]
    for uid, name, observed, at in _standing(case, WATCHED[case.kind]) if case.kind in WATCHED else ():
        if uid == mine:
            continue
        if not observed:
            waiting.append(name)
        elif at > since:
            served.append(name)
    return Peers(waiting, served)


def _standing(case: Case, resource: str) -> list[tuple[str, str, bool, Instant]]:
    """(uid, name, whether its newest spec was observed, when it was served) of each: the same for every case."""
    kept: list[tuple[str, str, bool, Instant]] | None = case.evidence.kept.get(resource)
    if kept is None:
        kept = case.evidence.kept[resource] = []
        for obj in case.evidence.list(resource):
            meta, status = obj["metadata"], obj.get("status") or {}
            observed = int(meta.get("generation") or 0) == int(status.get("observedGeneration") or 0)
            kept.append(
                (
                    meta["uid"],
                    f"{meta.get('namespace', '')}/{meta['name']}",
                    observed,
                    served_at(obj) if observed else 0,
                )
            )
    return kept


def served_at(obj: Obj) -> Instant:
    """When its controller last wrote its status, or last had a new spec to observe."""
    status = [w.at for w in writes(obj) if w.subresource == "status" and w.manager == MANAGER and w.at is not None]
    wrote = [w.at for w in spec_writes(obj) if w.at is not None]
    return max([*status, *wrote], default=0)


def unseen_for(case: Case) -> Duration | None:
    """How long its newest spec has waited; None when nothing says when it was written."""
    return None if case.spec_changed is None else case.now - case.spec_changed


def manager_writes_after(case: Case, after: Instant) -> list[str]:
    """What the controller manager has written in this namespace since then: signs of life."""
    out = []
    for resource in ("pods", "replicasets.apps", "statefulsets.apps", "deployments.apps", "persistentvolumeclaims"):
        for obj in case.evidence.list(resource, case.namespace):
            for one in writes(obj):
                if one.manager == MANAGER and one.at is not None and one.at > after:
                    out.append(f"{obj.get('kind')}/{obj['metadata']['name']}")
                    break
    return out


def gone_since(case: Case) -> Instant | None:
    """When the first of the missing pods was last heard of."""
    if not case.missing:
        return None
    told = [
        t.last
        for t in case.evidence.events_named("Pod", case.namespace, case.missing[0])
        if t.reason in ("Killing", "TaintManagerEviction")
    ]
    return max(told, default=None)


LATELY: Duration = 2 * MINUTE
"""Without a word of when a spec was written: what was told within this time counts as told since."""


def heard(case: Case, own: bool) -> Told | None:
    """The last event by the controller of its kind (`own`), or by any part of the manager, told since the spec was written."""
    newest = _newest_words(case)
    after = case.now - LATELY if case.spec_changed is None else case.spec_changed + PROMPT
    mine = f"{case.kind.lower()}-controller"
    found = [t for who, t in newest.items() if t.last > after and (who == mine or not own)]
    return max(found, key=lambda t: t.last, default=None)


def _newest_words(case: Case) -> dict[str, Told]:
    """The newest event of each part of the controller manager in the namespace: the same for every case there."""
    key = f"words of controllers/{case.namespace}"
    kept: dict[str, Told] | None = case.evidence.kept.get(key)
    if kept is None:
        kept = case.evidence.kept[key] = {}
        for event in case.evidence.list("events", case.namespace):
            one = told(event)
            if one is not None and one.source in PARTS and (one.source not in kept or kept[one.source].last < one.last):
                kept[one.source] = one
    return kept
