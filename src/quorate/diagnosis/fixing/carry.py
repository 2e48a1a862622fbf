"""Carries a fix out: each step on what is there now, if it is still what was diagnosed, and may still be done.

preview   what each step would do, by the server's own dry run; nothing is written
carry     the steps in order; stops at the first that cannot be done
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from quorate.diagnosis.fixing.awaiting import WORDS, holds
from quorate.diagnosis.fixing.changed import why_changed
from quorate.diagnosis.fixing.diff import diff
from quorate.diagnosis.fixing.guards import why_not
from quorate.diagnosis.fixing.hand import Failed, Hand
from quorate.diagnosis.fixing.never import why_never
from quorate.diagnosis.fixing.steps import Await, Change, Evict, Fix, Make, Ref, Remove, Step
from quorate.diagnosis.workload import KINDS
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.ages import human_duration
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_ready

Obj = dict[str, Any]
State = Literal["would", "done", "failed", "left"]
"""would: the dry run agrees; done; failed: this one stopped the fix; left: not tried, as one before it failed."""

PAUSE: Duration = 2 * SECOND
CONFLICTS = 3
"""How often a patch is sent again whose object got a new status, and nothing else, in between."""
BUSY = 429


class Stopped(Exception):
    """A step cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step and what became of it. `changes` is a unified diff; `why` what stands against it."""

    step: Step
    state: State
    changes: str = ""
    why: str = ""


def preview(fix: Fix, hand: Hand) -> list[Done]:
    """Each step by a server-side dry run (dryRun=All)."""
    out = []
    removed: set[Ref] = set()
    for step in fix.steps:
        try:
            out.append(Done(step, "would", _tried(fix, step, hand, removed)))
        except (Stopped, Failed) as wrong:
            out.append(Done(step, "failed", why=str(wrong)))
        if isinstance(step.do, Remove):
            removed.add(step.do.ref)
    return out


def _tried(fix: Fix, step: Step, hand: Hand, removed: set[Ref]) -> str:
    do = step.do
    if isinstance(do, Await):
        return ""
    if isinstance(do, Make) and do.ref in removed:
        # It is still there in a dry run: that the server finds nothing else against it is all that can be asked.
        try:
            hand.send(do, "", "", True)
        except Failed as wrong:
            if wrong.code != 409:
                raise
        return diff(step.seen or hand.read(do.ref), do.obj)
    before = _fit(fix, step, hand, step.seen)
    if step.spare and not step.patient:
        _spared(step, hand, before)
    uid, version = _conditions(step, before)
    after = _sent(step, hand, uid, version, True)
    return diff(before, None if isinstance(do, Remove | Evict) else after)


def carry(fix: Fix, hand: Hand, within: Duration, told: Callable[[Done], None] | None = None) -> list[Done]:
    """Every step with what became of it; `within` is how long patience lasts in all. `told` hears of each as it is done."""
    out: list[Done] = []
    until = hand.now + within
    latest: dict[Ref, Obj] = {}
    for number, step in enumerate(fix.steps):
        try:
            done = Done(step, "done", _done(fix, step, hand, until, latest))
        except (Stopped, Failed) as wrong:
            done = Done(step, "failed", why=str(wrong))
        out.append(done)
        if told is not None:
            told(done)
        if done.state == "failed":
            return out + [Done(left, "left") for left in fix.steps[number + 1 :]]
    return out


def _done(fix: Fix, step: Step, hand: Hand, until: Instant, latest: dict[Ref, Obj]) -> str:
    do = step.do
    if isinstance(do, Await):
        _await(do, hand, until)
        return ""
    if isinstance(do, Make):
        never = why_never(fix.remedy, do)
        if never is not None:
            raise Stopped(never)
        return diff(None, hand.send(do, "", "", False))
    # What this fix has written itself is no change by somebody else.
    seen = latest.get(do.ref, step.seen)
    for attempt in range(CONFLICTS):
        before = _fit(fix, step, hand, seen)
        if step.spare and not _patiently(step, hand, before, until):
            before = _fit(fix, step, hand, seen)
        uid, version = _conditions(step, before)
        try:
            after = _sent_patiently(step, hand, uid, version, until)
        except Failed as wrong:
            if wrong.code == 409 and isinstance(do, Change) and attempt + 1 < CONFLICTS:
                continue
            raise
        if isinstance(do, Change):
            latest[do.ref] = after
            return diff(before, after)
        return diff(before, None)
    raise Stopped(f"{do.ref.label} changes all the time")


def _fit(fix: Fix, step: Step, hand: Hand, seen: Obj | None) -> Obj:
    """The object as it is now, if it is the one that was diagnosed and the step is still right for it. Raises Stopped."""
    never = why_never(fix.remedy, step.do)
    if never is not None:
        raise Stopped(f"never by machine: {never}")
    now = hand.read(step.do.ref)
    if seen is not None:
        why = why_changed(seen, now)
        if why is not None:
            raise Stopped(why)
    if now is None:
        raise Stopped(f"{step.do.ref.label} does not exist")
    if step.unready and is_ready(now):
        raise Stopped(f"{step.do.ref.label} has become ready since it was diagnosed")
    return now


def _conditions(step: Step, before: Obj) -> tuple[str, str]:
    """(uid, resourceVersion) that the server is to insist on. A pod's status changes all the time: its uid is enough."""
    meta = before["metadata"]
    version = "" if step.do.ref.resource == "pods" else str(meta.get("resourceVersion") or "")
    return str(meta.get("uid") or ""), version


def _spared(step: Step, hand: Hand, pod: Obj) -> None:
    """Raises Stopped while the pod cannot be spared."""
    namespace = step.do.ref.namespace
    ref = controller_of(pod)
    owner = None
    if ref is not None and ref.get("kind") in KINDS:
        owner = hand.read(Ref(ref["kind"], KINDS[ref["kind"]], namespace, ref["name"]))
    pods = hand.list("pods", namespace)
    budgets = hand.list("poddisruptionbudgets.policy", namespace)
    why = why_not(pod, pods, budgets, owner, isinstance(step.do, Evict))
    if why is not None:
        raise Stopped(why)


def _patiently(step: Step, hand: Hand, pod: Obj, until: Instant) -> bool:
    """Whether it could be spared at once; False after a wait. Raises Stopped."""
    at_once = True
    while True:
        try:
            _spared(step, hand, pod)
            return at_once
        except Stopped as why:
            if not step.patient:
                raise
            if hand.now >= until:
                raise Stopped(f"waited in vain: {why}") from None
        at_once = False
        hand.wait(PAUSE)
        now = hand.read(step.do.ref)
        if now is None or now["metadata"].get("uid") != pod["metadata"].get("uid"):
            raise Stopped(f"{step.do.ref.label} went away by itself")
        pod = now


def _sent_patiently(step: Step, hand: Hand, uid: str, version: str, until: Instant) -> Obj:
    while True:
        try:
            return _sent(step, hand, uid, version, False)
        except Failed as wrong:
            if not (step.patient and wrong.code == BUSY) or hand.now >= until:
                raise
        hand.wait(PAUSE)


def _sent(step: Step, hand: Hand, uid: str, version: str, dry_run: bool) -> Obj:
    assert not isinstance(step.do, Await)
    do = step.do
    if isinstance(do, Change) and version:
        do = replace(do, body=_insisting(do, version))
    return hand.send(do, uid, version, dry_run)


def _insisting(do: Change, version: str) -> Any:
    """The patch with its precondition: a server refuses it (409) when the object has another resourceVersion by then."""
    if do.type == "json":
        return [{"op": "replace", "path": "/metadata/resourceVersion", "value": version}, *do.body]
    return {**do.body, "metadata": {**(do.body.get("metadata") or {}), "resourceVersion": version}}


def _await(do: Await, hand: Hand, until: Instant) -> None:
    """Raises Stopped."""
    began, limit = hand.now, min(until, hand.now + do.within)
    while not holds(do, hand.read(do.ref)):
        if hand.now >= limit:
            waited = human_duration(hand.now - began)
            raise Stopped(f"{do.ref.label} was waited for {WORDS[do.until]} for {waited} in vain")
        hand.wait(PAUSE)
