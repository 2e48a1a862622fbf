"""Take the Lease, keep it (client-go: tools/leaderelection, with the periods that both processes have by default)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from quorate.contract.plan import Action, Create, Key, Obj, Plan, Tell, Update
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.times import micro_time_text

LEASES, SPACE = "leases.coordination.k8s.io", "kube-system"
RENEW_EVERY: Final[Duration] = 2 * SECOND
"""--leader-elect-retry-period: how often a leader renews, and how often others look whether they may lead."""
LASTS: Final = 15
"""--leader-elect-lease-duration, in seconds."""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process knows: its own name, the record it saw last and since when, whether it has said that it leads."""

    identity: str
    record: tuple[str, str] = ("", "")
    since: Instant = 0
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    key: Key
    lease: Obj | None
    process: Process | None


def begins(process: str, _: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """There is a place for Leases now; from then on a process looks by the clock."""
    found = old is None and new is not None and new["metadata"]["name"] == SPACE
    return ((SPACE, process),) if found else ()


def taken(process: str, _: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Somebody leads from now on: what it wrote has come about."""
    if new is None or new["metadata"]["name"] != process or new["metadata"]["namespace"] != SPACE:
        return ()
    return ((SPACE, process),) if old is None or _holder(old) != _holder(new) else ()


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen:
    return Seen(key, reader.get(LEASES, *key), memory)


def decide(source: str, seen: Seen, now: Instant) -> Plan:
    """`source` is the component of its events."""
    process, lease = seen.process or _process(seen.key, now), seen.lease
    if lease is None:
        return _plan(process, now, Create(LEASES, _lease(seen.key, _spec(process, now, acquired=now))))
    had = lease.get("spec") or {}
    if _holder(lease) == process.identity:
        if not process.leads:
            message = f"{process.identity} became leader"
            told = Tell(lease, "Normal", "LeaderElection", message, component=source)
            return _plan(replace(process, leads=True), now, told)
        return _plan(process, now, Update(LEASES, {**lease, "spec": {**had, **_spec(process, now)}}))
    if process.leads:  # deposed: it exits, and what stands for election now is another
        process = _process(seen.key, now)
    record = (_holder(lease), had.get("renewTime") or "")
    if process.record != record:
        process = replace(process, record=record, since=now)
    # Clocks may differ: what counts is for how long the record has not changed, not what it says.
    if _holder(lease) and now < process.since + int(had.get("leaseDurationSeconds") or LASTS) * SECOND:
        return _plan(process, now)
    transitions = int(had.get("leaseTransitions") or 0) + 1
    spec = {**had, **_spec(process, now, acquired=now, transitions=transitions)}
    return _plan(process, now, Update(LEASES, {**lease, "spec": spec}))


def _plan(process: Process, now: Instant, *actions: Action) -> Plan:
    return Plan(actions, look_again=now + RENEW_EVERY, remember=process)


def _holder(lease: Obj) -> str:
    return (lease.get("spec") or {}).get("holderIdentity") or ""


def _lease(key: Key, spec: Obj) -> Obj:
    meta = {"name": key[1], "namespace": key[0]}
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}


def _spec(process: Process, now: Instant, *, acquired: Instant | None = None, transitions: int = 0) -> Obj:
    """What a renewal writes, and with `acquired` what the first write does."""
    spec = {"holderIdentity": process.identity, "leaseDurationSeconds": LASTS, "renewTime": micro_time_text(now)}
    if acquired is None:
        return spec
    return {**spec, "acquireTime": micro_time_text(acquired), "leaseTransitions": transitions}


def _process(key: Key, now: Instant) -> Process:
    """A new one, named after its machine and a UUID of its own, as real ones are; the same in each play of a world."""
    text = sha256(f"{key[1]} {now}".encode()).hexdigest()
    return Process(f"quorate_{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}")
