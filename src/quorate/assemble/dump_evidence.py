"""Evidence out of a dump: all of it for a look at everything, for one workload only what concerns that."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from quorate.diagnosis import reading
from quorate.diagnosis.case import Case
from quorate.diagnosis.evidence import Evidence, collect
from quorate.diagnosis.latest import latest_time
from quorate.diagnosis.standin import stand_ins
from quorate.diagnosis.target import CannotTell, Target, resolve
from quorate.diagnosis.told import instant
from quorate.diagnosis.workload import WORKLOADS
from quorate.edge.dump import Dump, DumpFiles, read_later
from quorate.edge.dump_scope import Scope
from quorate.kernel.clock import HOUR, MINUTE, Instant
from quorate.objects import kinds
from quorate.objects.owners import controller_of

ASSUMED = 10 * MINUTE
"""How old the last change of a dump is taken to be when nothing in it has a heartbeat to tell the time by."""


def evidence_of_dump(paths: Iterable[Path], now: Instant | None = None) -> Evidence:
    """All of it. Raises DumpError. Without `now` it is the newest time in the dump, or when its files were written soon after."""
    return whole(DumpFiles(paths), now)


def whole(files: DumpFiles, now: Instant | None = None) -> Evidence:
    """Raises DumpError."""
    return _evidence(files.read(raw_events=True), now, Scope())


def concerned(files: DumpFiles, targets: Sequence[Target], now: Instant | None = None) -> Evidence | None:
    """What concerns these; None when that cannot be told without reading everything. Raises DumpError."""
    if not targets or any(t.kind not in NAMED for t in targets):
        return None
    spaces, names = _found(files, targets)
    if not spaces:
        return None
    scope = Scope(frozenset(spaces), names)
    dump = files.read(scope)
    evidence = _evidence(dump, now, scope)
    try:
        cases = [Case(evidence, obj) for t in targets for obj in resolve(evidence, t)]
    except CannotTell:
        return None  # whoever was meant may be elsewhere
    wider = _wider(scope, cases)
    if wider == scope:
        return evidence
    if dump.later is not None and wider == replace(scope, whole=frozenset({"pods"})):
        read_later(dump, "pods")
        return _evidence(dump, now, wider)
    return _evidence(files.read(wider), now, wider)


NAMED = ("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet", "Job", "Pod")
"""Kinds whose objects, and what is made for these, have a common beginning of their names."""
ALONE = frozenset({"unscheduled", "image", "unready", "crashing"})
"""Where a pod stands when others of its namespace may explain it."""


def _found(files: DumpFiles, targets: Sequence[Target]) -> tuple[set[str], frozenset[str]]:
    """The namespaces in which they are, and the words by which what belongs to them can be told."""
    spaces = {t.namespace for t in targets if t.namespace}
    names = {t.name for t in targets}
    if all(t.namespace for t in targets) and not any(t.kind in ("Pod", "ReplicaSet", "Job") for t in targets):
        return spaces, frozenset(names)
    only = frozenset({"pods", *(t.resource for t in targets)})
    within = frozenset(spaces) if all(t.namespace for t in targets) else None
    for obj in files.read(Scope(within, frozenset(names), only=only)).objects:
        ref, meta = controller_of(obj), obj["metadata"]
        for target in targets:
            mine = obj.get("kind") == target.kind and meta["name"] == target.name
            if mine and ref is not None:
                # A pod of a Deployment is controlled by a ReplicaSet: what stands before its hash is the Deployment's name.
                names.add(ref["name"].rpartition("-")[0] if ref.get("kind") == "ReplicaSet" else ref["name"])
            if mine or (ref is not None and (ref.get("kind"), ref.get("name")) == (target.kind, target.name)):
                spaces.add(meta.get("namespace", ""))
    return spaces, frozenset(n for n in names if n)


def _wider(scope: Scope, cases: Sequence[Case]) -> Scope:
    """With what the first look calls for."""
    everywhere = {w.resource for w in reading.more(cases) if w.scope == "everywhere"}
    whole_ = {"pods"} if any(p.stage in ALONE for c in cases for p in c.pods) else set()
    # A claim need not be named after the workload whose pods mount it.
    claims = {c["metadata"]["name"] for case in cases for c in case.claims}
    strangers = {c for c in claims if not any(n in c for n in scope.names)}
    return Scope(scope.namespaces, scope.names | strangers, frozenset(whole_), frozenset(everywhere))


def _evidence(dump: Dump, now: Instant | None, scope: Scope) -> Evidence:
    objects, read, remarks = collect(dump.objects), frozenset(dump.listed), list(dump.remarks)
    for made in stand_ins(objects, read):
        objects.apply(WORKLOADS[made["kind"]], None, made, 0)
        label = f"{made['kind']}/{made['metadata']['name']}"
        remarks.append(f"{label} itself is not in the dump: what it wants is inferred from its pods")
    at = now if now is not None else _time(dump, remarks)
    partly = {r for r in read if (k := kinds.by_resource(r)) is not None and k.namespaced} - scope.everywhere
    return Evidence(
        objects, at, source=dump.source, read=read, logs=dump.logs, remarks=remarks,
        partly=frozenset(partly) if scope.limited else frozenset(), events=dump.events,
    )  # fmt: skip


def _time(dump: Dump, remarks: list[str]) -> Instant:
    latest = latest_time(dump.objects)
    if dump.events is not None:
        latest = max(latest, instant(dump.events.latest()) or 0)
    written = int(dump.modified * 1_000_000)
    if latest <= written <= latest + HOUR:
        return written
    if any(o.get("kind") in ("Lease", "Node") for o in dump.objects):
        return latest  # leases are renewed every few seconds, nodes report every few minutes at least
    remarks.append(
        "the dump does not say when it was taken: ten minutes after its last change are assumed (or say --now TIME)"
    )
    return latest + ASSUMED
