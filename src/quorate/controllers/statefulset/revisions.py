"""The revisions of a set: which is current, which is the update (Kubernetes: stateful_set_control.go).

A revision's name carries a hash of its data, as real ones do.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

from quorate.contract.plan import Action, Create, Obj, Update
from quorate.controllers import history
from quorate.controllers.hashing import fnv1, safe
from quorate.controllers.history import REVISIONS, data_of

HASH_LABEL = "controller.kubernetes.io/hash"
_PREFIX_MOST = 223


class Place(NamedTuple):
    """The name that the template's revision gets, and how many collisions it met on the way there.

    `there` is a revision that stands there already with the same data, whoever owns it.
    """

    name: str
    collisions: int
    there: Obj | None


class History(NamedTuple):
    """The revisions that count, the collisions so far, and what must be written before the rest (None: nothing)."""

    current: Obj
    update: Obj
    collisions: int
    write: Action | None


def _bytes(data: Obj) -> bytes:
    """As Go's encoding/json writes a map: keys sorted, angle brackets and ampersands escaped."""
    raw = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    raw = raw.replace(b"&", b"\\u0026").replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    return raw.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")


@lru_cache(maxsize=1024)
def _hash(raw: bytes, collisions: int) -> str:
    return safe(fnv1(raw + str(collisions).encode()))


def hash_of(data: Obj, collisions: int) -> str:
    """The hash of a revision's data, as its name and its label carry it: "776999688b"."""
    return _hash(_bytes(data), collisions)


def revision_name(set_name: str, hashed: str) -> str:
    return f"{set_name[:_PREFIX_MOST]}-{hashed}"


def _number(label: str | None) -> int | None:
    """Kubernetes compares hash labels only when both happen to read as int32."""
    if label is None or not label.isascii() or not label.isdigit():
        return None
    number = int(label)
    return number if number < 2**31 else None


def _equal(revision: Obj, data: Obj, collisions: int) -> bool:
    if revision.get("data") != data:
        return False
    number = _number((revision["metadata"].get("labels") or {}).get(HASH_LABEL))
    if number is None:
        return True
    other = _number(hash_of(data, collisions))
    return other is None or other == number


def _collisions(found: Obj) -> int:
    return (found.get("status") or {}).get("collisionCount") or 0


def _equals(found: Obj, revisions: Sequence[Obj]) -> list[Obj]:
    data, collisions = data_of(found["spec"]["template"]), _collisions(found)
    return [r for r in revisions if _equal(r, data, collisions)]


def unchanged(found: Obj, revisions: Sequence[Obj]) -> bool:
    """Whether one of these revisions holds the set's template."""
    return bool(_equals(found, revisions))


def place(found: Obj, look: Callable[[str], Obj | None]) -> Place:
    """Where a new revision of the set's template goes; `look` finds a revision by name.

    A name held by other data is a collision: it is counted and the next hash is tried.
    """
    data, collisions = data_of(found["spec"]["template"]), _collisions(found)
    while True:
        name = revision_name(found["metadata"]["name"], hash_of(data, collisions))
        held = look(name)
        if held is None or held.get("data") == data:
            return Place(name, collisions, held)
        collisions += 1


def look(found: Obj, revisions: Sequence[Obj], where: Place | None, remembered: int) -> History:
    """The current and the update revision of a set, and what has to be written for them.

    A template that was there before gets its old revision back under a new number: that is a rollback. `remembered`
    are collisions met when the newest revision was made, which the status does not show yet.
    """
    collisions = max(_collisions(found), remembered)
    number = revisions[-1]["revision"] + 1 if revisions else 1
    write: Action | None = None
    equals = _equals(found, revisions)
    if equals and _same(revisions[-1], equals[-1]):
        update = revisions[-1]
    elif equals:
        update = {**equals[-1], "revision": number}
        write = Update(REVISIONS, update)
    else:
        where = where or place(found, lambda _: None)
        collisions = max(collisions, where.collisions)
        update = where.there or new_revision(found, number, where.name)
        write = Create(REVISIONS, update) if where.there is None else None
    wanted = (found.get("status") or {}).get("currentRevision")
    current = next((r for r in revisions if r["metadata"]["name"] == wanted), update)
    return History(current, update, collisions, write)


def _same(left: Obj, right: Obj) -> bool:
    if left is right:
        return True
    if left.get("data") != right.get("data"):
        return False
    numbers = [_number((r["metadata"].get("labels") or {}).get(HASH_LABEL)) for r in (left, right)]
    return None in numbers or numbers[0] == numbers[1]


def new_revision(found: Obj, number: int, name: str) -> Obj:
    hashed = hash_of(data_of(found["spec"]["template"]), _collisions(found))
    return history.new_revision(found, number, name, HASH_LABEL, hashed)


def prune(found: Obj, revisions: Sequence[Obj], kept: History, running: set[str]) -> list[Action]:
    """Deletes the oldest revisions that are not `running` (names), down to revisionHistoryLimit."""
    limit = found["spec"].get("revisionHistoryLimit", 10)
    if limit < 0 or len(revisions) <= limit:
        return []
    live = {*running, kept.current["metadata"]["name"], kept.update["metadata"]["name"]}
    idle = [r for r in revisions if r["metadata"]["name"] not in live]
    return [*history.deletions(history.oldest(idle, limit))]
