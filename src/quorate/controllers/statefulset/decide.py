"""One look at one StatefulSet: what Kubernetes' controller does in one sync, in its order.

    claim pods and revisions -> write the template's revision -> make, repair, wait for replicas -> scale down -> update

Claims and revisions are plans of their own: as long as they are refused nothing else happens, and the status stays
behind. Everything after them writes the status, even when a pod is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from quorate.contract.plan import NOTHING, Action, Obj, Plan, Update
from quorate.controllers import slowstart
from quorate.controllers.history import template_of
from quorate.controllers.statefulset import adoption, replicas, revisions, rolling, status
from quorate.controllers.statefulset.names import pod_name
from quorate.controllers.statefulset.pods import Member, member, new_pod
from quorate.controllers.statefulset.replicas import Round, Step
from quorate.controllers.statefulset.revisions import History
from quorate.controllers.statefulset.snapshot import Memory, Seen
from quorate.kernel.clock import MILLISECOND, SECOND, Instant
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating

Batches = tuple[tuple[int, ...], ...]
_FIRST_RETRY, _LAST_RETRY = 5 * MILLISECOND, 1000 * SECOND


def decide(seen: Seen, now: Instant) -> Plan:
    found = seen.set
    ending = is_terminating(found)
    if ending and any(controller_of(revision) is None for revision in seen.revisions):
        return Plan(notes=("a set that is being deleted may not adopt its revisions, and is not looked at further",))
    claims, pods = adoption.sort_out(seen)
    if claims:
        return Plan(tuple(claims), remember=seen.memory, notes=("whose pods and revisions these are comes first",))
    history = revisions.look(found, seen.revisions, seen.place, seen.memory.collisions)
    if history.write is not None and not ending:
        return Plan((history.write,), remember=Memory(0, history.collisions), notes=("its revision comes first",))
    min_ready = found["spec"].get("minReadySeconds") or 0
    members = [member(pod, min_ready, now) for pod in pods]
    if ending:
        return _only_status(seen, history, members)
    return _manage(seen, history, members, now)


def _only_status(seen: Seen, history: History, members: Sequence[Member]) -> Plan:
    """A set that is being deleted makes and deletes nothing: garbage collection, not the controller, ends its pods."""
    actions = [] if history.write is None else [history.write]
    actions += _pruned(seen, history, members)
    return _plan(actions, _status(seen.set, history, members, 0), _next_available(members), None, "it is being deleted")


def _manage(seen: Seen, history: History, members: Sequence[Member], now: Instant) -> Plan:
    found = seen.set
    spec = found["spec"]
    start = (spec.get("ordinals") or {}).get("start", 0)
    look = Round(
        found, seen.claims, seen.taken, partial(_build, found, history), start, start + spec.get("replicas", 1),
        ordered=spec.get("podManagementPolicy") != "Parallel",
    )  # fmt: skip
    wanted, condemned = _sorted(look, members, history)
    done, tries, deleted = _act(look, wanted, condemned, history)
    written = _status(found, history, [*wanted, *condemned], deleted)
    memory, again = None, _next_available(members)
    if done.failed:
        failures = seen.memory.failures
        memory = Memory(failures + 1, history.collisions)
        retry = now + min(_FIRST_RETRY << min(failures, 40), _LAST_RETRY)
        again = retry if again is None else min(again, retry)
    elif written is not None and seen.memory.collisions:
        memory = Memory(0, history.collisions)
    pruned = _pruned(seen, history, members)
    plan = _plan([*pruned, *done.actions], written, again, memory, done.why)
    if not look.ordered and plan is not NOTHING:
        plan = replace(plan, batches=((len(pruned),), *tries))
    if not deleted:
        return plan
    # What could not be deleted, or was not come to, still counts.
    return replace(plan, if_refused=_status(found, history, [*wanted, *condemned], 0) or "none")


def _plan(
    actions: Sequence[Action], written: Update | None, again: Instant | None, memory: Memory | None, why: str
) -> Plan:  # fmt: skip
    if not actions and written is None and again is None and memory is None:
        return NOTHING
    return Plan(tuple(actions), written, again, memory, notes=(why,) if why else ())


def _sorted(look: Round, members: Sequence[Member], history: History) -> tuple[list[Member], list[Member]]:
    """Wanted replicas by ordinal, the missing ones in their places; condemned pods, highest ordinal first.

    An ordered set makes no pod beyond its first gap, so only that one stands in its place.
    """
    there = {mine.ordinal: mine for mine in members if look.wants(mine.ordinal)}
    wanted = []
    for ordinal in range(look.start, look.end):
        mine = there.get(ordinal)
        if mine is None:
            wanted.append(_missing(look, ordinal, history))
            if look.ordered:
                wanted += [there[o] for o in sorted(there) if o > ordinal]
                break
        else:
            wanted.append(mine)
    condemned = [mine for mine in members if mine.ordinal >= 0 and not look.wants(mine.ordinal)]
    return wanted, sorted(condemned, key=_ordinal, reverse=True)


def _ordinal(mine: Member) -> int:
    return mine.ordinal


def _missing(look: Round, ordinal: int, history: History) -> Member:
    chosen = history.current if rolling.keeps_current(look.found, ordinal - look.start) else history.update
    return Member(None, pod_name(look.found["metadata"]["name"], ordinal), ordinal, chosen["metadata"]["name"])


def _build(found: Obj, history: History, mine: Member) -> Obj:
    chosen = history.current if mine.revision == history.current["metadata"]["name"] else history.update
    template = template_of(chosen, found["spec"]["template"])
    return new_pod(found, template, mine.ordinal, mine.revision)


def _act(
    look: Round, wanted: Sequence[Member], condemned: Sequence[Member], history: History
) -> tuple[Step, Batches, int]:  # fmt: skip
    """Every step up to the one that stops the look, what a parallel set tries at once, how many pods the update deletes."""
    worst = next((mine for mine in (*wanted, *reversed(condemned)) if mine.unavailable), None)
    actions: list[Action] = []
    tries: Batches = ()
    for members, step in (
        (wanted, replicas.replica),
        (condemned, replicas.condemned_claims),
        (condemned, partial(replicas.condemned, first_unavailable=worst)),
    ):
        done = replicas.run(look, members, step)
        actions += done.actions
        tries += slowstart.batches(done.sizes, replicas.BATCH_MOST)
        if done.stop:
            return Step(actions, True, done.failed, done.why), tries, 0
    outdated, why = rolling.to_delete(look.found, wanted, history.update["metadata"]["name"])
    actions += [replicas.delete(look.found, mine) for mine in outdated]
    return Step(actions, why=why), tries, len(outdated)


def _status(found: Obj, history: History, members: Sequence[Member], deleted: int) -> Update | None:
    """`deleted` pods of an old revision no longer count as current, although the cache still shows them."""
    current, update = history.current["metadata"]["name"], history.update["metadata"]["name"]
    counts = status.count(members, current, update)
    if deleted:
        counts = status.Counts(
            counts.replicas, counts.ready, counts.available, counts.current - deleted, counts.updated
        )  # fmt: skip
    return status.write(found, status.status_of(found, counts, current, update, history.collisions))


def _pruned(seen: Seen, history: History, members: Sequence[Member]) -> list[Action]:
    return revisions.prune(seen.set, seen.revisions, history, {mine.revision for mine in members})


def _next_available(members: Sequence[Member]) -> Instant | None:
    """When the next Ready pod will have been Ready for minReadySeconds."""
    return min((m.available_at for m in members if m.available_at is not None and not m.available), default=None)
