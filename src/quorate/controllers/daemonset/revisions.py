"""The revisions of a DaemonSet: the one of its template, and the old ones (Kubernetes: daemon/update.go)."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from quorate.contract.plan import Action, Create, Obj, Patch, Ref, Update
from quorate.controllers import history
from quorate.controllers.adoption import adopt, release
from quorate.controllers.daemonset.names import DAEMONSETS, HASH_LABEL, PODS
from quorate.controllers.hashing import template_hash
from quorate.controllers.history import REVISIONS, data_of
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating


class History(NamedTuple):
    """The revision of the template (None: it has yet to be made), the others oldest first, and what to write first."""

    current: Obj | None
    old: list[Obj]
    writes: list[Action]

    @property
    def hashed(self) -> str:
        return hash_of(self.current) if self.current is not None else ""


def hash_of(revision: Obj) -> str:
    return (revision["metadata"].get("labels") or {}).get(HASH_LABEL, "")


def name_of(found: Obj) -> tuple[str, str]:
    """(name, hash) that the revision of the template gets."""
    collisions = (found.get("status") or {}).get("collisionCount")
    hashed = template_hash(found["spec"]["template"], collisions)
    return f"{found['metadata']['name']}-{hashed}", hashed


def sort_out(found: Obj, revisions: Sequence[Obj]) -> tuple[list[Action], list[Obj]]:
    """The patches that take orphans and let go of what no longer matches; and the revisions that are its own."""
    selector = selectors.selector(found["spec"].get("selector"))
    actions: list[Action] = []
    own = []
    for revision in revisions:
        matches = selector.matches(revision["metadata"].get("labels"))
        if controller_of(revision) is not None:
            if matches:
                own.append(revision)
            else:
                actions.append(release(found, REVISIONS, revision))
        elif matches and not is_terminating(revision):
            actions.append(adopt(found, REVISIONS, revision))
    return actions, own


def look(found: Obj, own: Sequence[Obj], rival: Obj | None, pods: Callable[[], Iterable[Obj]]) -> History:
    """`rival` stands where the template's revision would be made; `pods` are relabelled when two revisions are one.

    A template that was there before gets its old revision back under the newest number.
    """
    writes: list[Action] = []
    for revision in own:
        if not hash_of(revision):
            writes.append(Update(REVISIONS, _labelled(revision)))
    data = data_of(found["spec"]["template"])
    same = [r for r in own if r.get("data") == data]
    old = history.in_order(r for r in own if r.get("data") != data)
    number = max((r["revision"] for r in old), default=0) + 1
    if not same:
        return _made(found, old, rival, number, writes)
    # Of equal ones the last with the highest number is kept.
    kept = max(enumerate(same), key=lambda one: (one[1]["revision"], one[0]))[1]
    if len(same) > 1:
        writes += _relabelled(pods(), hash_of(kept))
        writes += history.deletions(r for r in same if r is not kept)
    if kept["revision"] < number:
        writes.append(Update(REVISIONS, {**kept, "revision": number}))
    return History(kept, old, writes)


def _labelled(revision: Obj) -> Obj:
    """Its name stands in for a hash that somebody took away."""
    meta = revision["metadata"]
    return {**revision, "metadata": {**meta, "labels": {**(meta.get("labels") or {}), HASH_LABEL: meta["name"]}}}


def _relabelled(pods: Iterable[Obj], hashed: str) -> list[Action]:
    out: list[Action] = []
    for pod in pods:
        meta = pod["metadata"]
        if (meta.get("labels") or {}).get(HASH_LABEL) != hashed:
            body = {"metadata": {"labels": {HASH_LABEL: hashed}}}
            out.append(Patch(Ref(PODS, meta["namespace"], meta["name"]), body))
    return out


def _made(found: Obj, old: list[Obj], rival: Obj | None, number: int, writes: list[Action]) -> History:
    """A name held by other data is a collision: it is counted, and with that the next hash is another."""
    if rival is not None and rival.get("data") == data_of(found["spec"]["template"]):
        return History(rival, old, writes)
    if rival is not None:
        held = found.get("status") or {}
        status = {**held, "collisionCount": (held.get("collisionCount") or 0) + 1}
        writes.append(Update(DAEMONSETS, {**found, "status": status}, "status"))
        return History(None, old, writes)
    name, hashed = name_of(found)
    writes.append(Create(REVISIONS, history.new_revision(found, number, name, HASH_LABEL, hashed)))
    return History(None, old, writes)


def prune(found: Obj, old: Sequence[Obj], live: set[str]) -> list[Action]:
    """Deletes the oldest old revisions down to revisionHistoryLimit, but for those whose hash a pod bears."""
    surplus = len(old) - found["spec"].get("revisionHistoryLimit", 10)
    idle = [r for r in old if hash_of(r) not in live]
    return [*history.deletions(idle[: max(0, surplus)])]
