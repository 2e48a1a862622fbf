"""What is done about each replica and each condemned pod, in order (Kubernetes: stateful_set_control.go).

An ordered set does one thing at a time and stops at the first pod that is not as it should be. A parallel one goes
through all pods in batches of 1, 2, 4, ... and stops after a batch in which something failed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from quorate.contract.plan import Action, Create, Delete, Obj, Ref, Update
from quorate.controllers.statefulset import claims, told
from quorate.controllers.statefulset.claims import Owners
from quorate.controllers.statefulset.names import PODS
from quorate.controllers.statefulset.pods import Member, identity_matches, repaired, storage_matches

_CONFLICT = frozenset({"Conflict"})
_GONE = frozenset({"NotFound"})
_THERE = frozenset({"AlreadyExists"})
BATCH_MOST = 500


@dataclass(frozen=True, slots=True)
class Step:
    """What one pod takes. `stop`: an ordered set ends its look here. `failed`: it is tried again with backoff.

    `sizes`: of several pods' steps in one, how many actions each takes; () where they take their turns.
    """

    actions: Sequence[Action] = ()
    stop: bool = False
    failed: bool = False
    why: str = ""
    sizes: tuple[int, ...] = ()


FINE = Step()


@dataclass(frozen=True, slots=True)
class Round:
    """What every step of one look needs: the set, its claims by name, foreign pods' names, and how to build a pod.

    The set wants the ordinals from `start` up to, not including, `end`.
    """

    found: Obj
    held: Mapping[str, Obj]
    taken: frozenset[str]
    build: Callable[[Member], Obj]
    start: int
    end: int
    ordered: bool

    def wants(self, ordinal: int) -> bool:
        return self.start <= ordinal < self.end

    def owners(self, mine: Member) -> Owners:
        uid = mine.pod["metadata"]["uid"] if mine.pod is not None else ""
        return Owners(self.found, mine.name, uid, mine.ordinal, self.wants(mine.ordinal))


def run(look: Round, members: Sequence[Member], step: Callable[[Round, Member], Step]) -> Step:
    """All steps as one: of an ordered set up to the first that stops, of a parallel one up to the batch that fails."""
    actions: list[Action] = []
    if look.ordered:
        for mine in members:
            done = step(look, mine)
            actions += done.actions
            if done.stop or done.failed:
                return Step(actions, True, done.failed, done.why)
        return Step(actions)
    at, size = 0, 1
    sizes: list[int] = []
    while at < len(members):
        batch = [step(look, mine) for mine in members[at : at + size]]
        for done in batch:
            actions += done.actions
            sizes.append(len(done.actions))
        if any(done.failed for done in batch):
            return Step(actions, True, True, next(done.why for done in batch if done.failed), tuple(sizes))
        at, size = at + size, min(2 * size, BATCH_MOST)
    return Step(actions, sizes=tuple(sizes))


def replica(look: Round, mine: Member) -> Step:
    """Makes, replaces, waits for or repairs one pod that the set wants."""
    found = look.found
    if mine.finished:
        gone = [] if mine.terminating else [delete(found, mine)]
        return Step(gone, stop=True, why=f"{mine.name} has {mine.phase.lower()} and must go first")
    if not mine.created:
        return _create(look, mine)
    actions: list[Action] = []
    if mine.phase == "Pending" and found["spec"].get("volumeClaimTemplates"):
        actions, wrong = claims.missing(found, mine.name, mine.ordinal, look.held, None)
        if wrong:
            return Step(actions, failed=True, why=wrong)
        actions += claims.put_right(look.owners(mine), look.held)
    if look.ordered and mine.unavailable:
        return Step(actions, stop=True, why=_waits(mine))
    right = claims.kept_right(look.owners(mine), look.held)
    if right and storage_matches(found, mine) and identity_matches(found, mine):
        return Step(actions) if actions else FINE
    return _repair(look, mine, actions, right)


def _waits(mine: Member) -> str:
    wanted = "go" if mine.terminating else "be Ready" if not mine.ready else "be available"
    return f"waiting for {mine.name} to {wanted}"


def _create(look: Round, mine: Member) -> Step:
    found = look.found
    owners = look.owners(mine)
    if claims.stale(owners, look.held):
        return Step(stop=True, why=f"a claim of {mine.name} still belongs to the pod before it")
    actions, wrong = claims.missing(found, mine.name, mine.ordinal, look.held, "Create")
    if wrong:
        actions.append(told.went_wrong(found, "Create", mine.name, wrong))
        return Step(actions, failed=True, why=wrong)
    if mine.name in look.taken:
        return Step(actions, failed=True, why=f"{mine.name} exists and is not this set's")
    actions.append(Create(PODS, look.build(mine), told.of_pod(found, "Create", mine.name, _THERE)))
    actions += claims.put_right(owners, look.held)
    return Step(actions, stop=True, why=f"{mine.name} is created first")


def _repair(look: Round, mine: Member, actions: list[Action], right: bool) -> Step:
    """Kubernetes tells of a repaired pod also when only its claims' owners changed."""
    found = look.found
    stored = storage_matches(found, mine)
    if not stored:
        more, wrong = claims.missing(found, mine.name, mine.ordinal, look.held, "Update")
        actions += more
        if wrong:
            actions.append(told.went_wrong(found, "Update", mine.name, wrong))
            return Step(actions, failed=True, why=wrong)
    if not right:
        actions += claims.put_right(look.owners(mine), look.held)
    if stored and identity_matches(found, mine):
        return Step([*actions, told.went_well(found, "Update", mine.name)])
    outcome = told.of_pod(found, "Update", mine.name, _CONFLICT)
    return Step([*actions, Update(PODS, repaired(found, mine), outcome=outcome)])


def condemned_claims(look: Round, mine: Member) -> Step:
    """Gives the claims of a pod that is scaled away to whom the retention policy says."""
    owners = look.owners(mine)
    return FINE if claims.kept_right(owners, look.held) else Step(claims.put_right(owners, look.held))


def condemned(look: Round, mine: Member, first_unavailable: Member | None) -> Step:
    """Deletes one pod that the set no longer wants.

    An ordered set deletes nothing while a lower pod is unavailable: only the lowest unavailable one may go as it is.
    """
    if mine.terminating:
        return Step(stop=True, why=_waits(mine))
    if look.ordered and mine.unavailable and mine is not first_unavailable:
        return Step(stop=True, why=_waits(mine))
    return Step([delete(look.found, mine)], stop=True, why=f"{mine.name} is scaled away first")


def delete(found: Obj, mine: Member) -> Delete:
    ref = Ref(PODS, found["metadata"]["namespace"], mine.name)
    return Delete(ref, outcome=told.of_pod(found, "Delete", mine.name, _GONE))
