"""What happened, in order: events, conditions, container states, writes of the spec, revisions, leases, made one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.managed import CONTROLLERS
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import Told, instant
from quorate.kernel.clock import HOUR, Instant

Obj = dict[str, Any]

SHOWN = 60
"""Entries kept, the latest ones and those around the onset."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at `at`, or went on until `until`, `count` times."""

    at: Instant
    says: str
    about: str
    source: str
    until: Instant | None = None
    count: int = 1
    warning: bool = False


def timeline_of(case: Case) -> list[Moment]:
    """Oldest first."""
    found = [*_of_events(case), *_of_object(case), *_of_revisions(case), *_of_leases(case)]
    for pod in case.pods:
        found += _of_pod(pod)
    for claim in case.claims:
        stamp = instant(claim["metadata"].get("creationTimestamp"))
        if stamp is not None:
            found.append(Moment(stamp, "was created", f"PersistentVolumeClaim/{claim['metadata']['name']}", "metadata"))
    unique = {(m.at, m.about, m.says): m for m in found}
    return sorted(unique.values(), key=lambda m: (m.at, m.about, m.says))


def shortened(moments: list[Moment], onset: Instant | None) -> list[Moment]:
    """At most SHOWN: those since a while before the onset, warnings before the rest."""
    near = [m for m in moments if onset is None or (m.until or m.at) >= onset - HOUR]
    if len(near) <= SHOWN:
        return near
    telling = [m for m in near if m.warning or m.source != "event"]
    kept = telling if len(telling) <= SHOWN else [*telling[: SHOWN // 2], *telling[-SHOWN // 2 :]]
    return kept


def _of_events(case: Case) -> Iterator[Moment]:
    told: list[Told] = list(case.events)
    for pod in case.pods:
        told += case.evidence.events_of(pod.pod)
    for claim in case.claims:
        told += case.evidence.events_of(claim)
    for one in told:
        until = one.last if one.last > one.first else None
        yield Moment(one.first, f"{one.reason}: {one.message}", one.about, "event", until, one.count, one.warning)


def _of_object(case: Case) -> Iterator[Moment]:
    created = instant(case.obj["metadata"].get("creationTimestamp"))
    if created is not None:
        yield Moment(created, "was created", case.label, "metadata")
    for write in case.writes:
        if write.at is not None and write.manager not in CONTROLLERS:
            yield Moment(write.at, f"{write.manager} wrote its spec ({write.what})", case.label, "managedFields")
    yield from _of_conditions(case.label, case.status)


def _of_conditions(label: str, status: Obj) -> Iterator[Moment]:
    for one in status.get("conditions") or ():
        at = instant(one.get("lastTransitionTime"))
        if at is not None:
            reason = f" ({one['reason']})" if one.get("reason") else ""
            bad = one.get("status") == "False" and one.get("type") in ("Ready", "Progressing", "Available")
            yield Moment(at, f"{one.get('type')} became {one.get('status')}{reason}", label, "condition", warning=bad)


def _of_pod(pod: PodState) -> Iterator[Moment]:
    meta = pod.pod["metadata"]
    created = instant(meta.get("creationTimestamp"))
    if created is not None:
        yield Moment(created, "was created", pod.label, "metadata")
    if pod.stage == "terminating" and pod.since is not None:
        yield Moment(pod.since, "was asked to stop", pod.label, "metadata", warning=True)
    yield from _of_conditions(pod.label, pod.pod.get("status") or {})
    if pod.exit is not None and pod.exit.finished is not None:
        says = f"container {pod.container} ended with code {pod.exit.code} ({pod.exit.reason or 'no reason given'})"
        yield Moment(pod.exit.finished, says, pod.label, "container", warning=pod.exit.code != 0)


def _of_revisions(case: Case) -> Iterator[Moment]:
    for revision in case.revisions:
        at = instant(revision.obj["metadata"].get("creationTimestamp"))
        if at is not None:
            kind = "ReplicaSet" if case.kind == "Deployment" else "ControllerRevision"
            yield Moment(at, f"revision {revision.number} was made", f"{kind}/{revision.name}", "revision")


def _of_leases(case: Case) -> Iterator[Moment]:
    for name in ("kube-controller-manager", "kube-scheduler"):
        lease = case.evidence.get("leases.coordination.k8s.io", "kube-system", name)
        spec = (lease or {}).get("spec") or {}
        renewed, taken = instant(spec.get("renewTime")), instant(spec.get("acquireTime"))
        if taken is not None:
            yield Moment(taken, f"{spec.get('holderIdentity') or 'somebody'} took it", f"Lease/{name}", "lease")
        if renewed is not None:
            yield Moment(renewed, "was last renewed", f"Lease/{name}", "lease")
