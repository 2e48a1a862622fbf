"""One look at one DaemonSet (Kubernetes: pkg/controller/daemon/daemon_controller.go, syncDaemonSet).

claim pods and revisions -> write the template's revision -> make and delete pods node by node, or update -> status
"""

from quorate.contract.plan import NOTHING, Action, Plan, Tell
from quorate.controllers import slowstart
from quorate.controllers.adoption import adopt, release
from quorate.controllers.daemonset import revisions, rolling, status
from quorate.controllers.daemonset.manage import Needs
from quorate.controllers.daemonset.names import HASH_LABEL, PODS
from quorate.controllers.daemonset.pods import Mould, delete
from quorate.controllers.daemonset.rolling import Look
from quorate.controllers.daemonset.snapshot import Memory, Seen
from quorate.kernel.clock import Instant

BURST = 250
"""The most pods that one look creates, and that it deletes."""


def decide(seen: Seen, now: Instant) -> Plan:
    found = seen.set
    if found["spec"].get("selector") == {}:
        message = "This daemon set is selecting all pods. A non-empty selector is required."
        return Plan((Tell(found, "Warning", "SelectingAll", message),))
    claims, own = revisions.sort_out(found, seen.revisions)
    claims += [adopt(found, PODS, pod) for pod in seen.orphans]
    claims += [release(found, PODS, pod) for pods in seen.cover.strays.values() for pod in pods]
    if claims:
        return Plan(tuple(claims), remember=_kept(seen), notes=("whose pods and revisions these are comes first",))
    history = revisions.look(found, own, seen.rival, seen.cover.pods)
    if history.writes or history.current is None:
        return Plan(tuple(history.writes), remember=_kept(seen), notes=("its revision comes first",))
    busy = [seen.cover.busy[node] for node in sorted(seen.cover.busy)]
    look = Look(found, seen.cover, busy, history.hashed, now)
    needs = Needs(found, history.hashed, rolling.surges(found), seen.memory, now)
    needs.look(busy)
    create, gone = needs.create, needs.delete
    if not create and not gone and rolling.is_rolling(found):
        create, gone = rolling.to_change(look)
    made = _made(seen, create[:BURST], history.hashed)
    actions = [*needs.told, *made, *(delete(found, name) for name in gone[:BURST])]
    actions += revisions.prune(found, history.old, _live(seen))
    written = status.write(found, status.counts(look))
    waits = [at for at in (needs.again, status.next_available(look)) if at is not None and at > now]
    memory = needs.remembered()
    if not actions and written is None and not waits and memory is None:
        return NOTHING
    tries = ((len(needs.told),), *slowstart.singles(len(made)))
    # Whether or not pods can be made, those that are to go do.
    return Plan(tuple(actions), written, min(waits, default=None), memory, "continue", batches=tries)


def _kept(seen: Seen) -> Memory | None:
    return seen.memory if seen.memory.failed else None


def _made(seen: Seen, nodes: list[str], hashed: str) -> list[Action]:
    if not nodes:
        return []
    mould = Mould(seen.set, hashed)
    return [mould.create(node) for node in nodes]


def _live(seen: Seen) -> set[str]:
    """The revision hashes that its pods bear."""
    live = {mark[0] for mark in seen.cover.quiet}
    for standing in seen.cover.busy.values():
        live |= {(pod["metadata"].get("labels") or {}).get(HASH_LABEL, "") for pod in standing.pods}
    return live - {""}
