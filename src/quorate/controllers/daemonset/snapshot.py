"""What the DaemonSet controller sees of one: itself, how it stands on the nodes, orphans to adopt, its revisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quorate.contract.controller import Index
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.daemonset.coverage import Cover, Coverage
from quorate.controllers.daemonset.names import DAEMONSETS, PODS
from quorate.controllers.daemonset.revisions import name_of
from quorate.controllers.history import REVISIONS, space_of_loose
from quorate.controllers.replicaset.snapshot import INDEXES as ORPHAN_INDEXES
from quorate.controllers.replicaset.snapshot import ORPHANS, one_label
from quorate.kernel.clock import Duration, Instant
from quorate.objects import selectors
from quorate.objects.pod import is_terminating

LOOSE = "loose-revisions"


class Failed(NamedTuple):
    """A node on which a pod failed: how long the next failed one is left there, since when; `again`: when to look."""

    node: str
    wait: Duration
    since: Instant
    again: Instant | None = None


class Memory(NamedTuple):
    """`failed`: nodes with failed pods, as of the generation observed then."""

    generation: int = 0
    failed: tuple[Failed, ...] = ()


BLANK = Memory()


@dataclass(frozen=True, slots=True)
class Seen:
    """orphans    pods that it may adopt
    revisions  its own, and those of its namespace that nobody owns
    rival      the revision that stands where that of its template would be made
    """

    set: Obj
    cover: Cover
    orphans: Sequence[Obj] = ()
    revisions: Sequence[Obj] = ()
    rival: Obj | None = None
    memory: Memory = BLANK


INDEXES = (*ORPHAN_INDEXES, Index(REVISIONS, LOOSE, space_of_loose))


def snapshot(reader: Reader, key: Key, memory: Memory | None) -> Seen | None:
    namespace, name = key
    found = reader.get(DAEMONSETS, namespace, name)
    if found is None or is_terminating(found):
        # Its history may have gone before its pods: of one that is being deleted nothing true can be told.
        return None
    selector = selectors.selector(found["spec"].get("selector"))
    orphans = [
        pod
        for pod in reader.indexed(PODS, ORPHANS, one_label(namespace, selector))
        if not is_terminating(pod) and selector.matches(pod["metadata"].get("labels"))
    ]
    own, loose = (
        reader.indexed(REVISIONS, "owner", found["metadata"]["uid"]), reader.indexed(REVISIONS, LOOSE, namespace)
    )  # fmt: skip
    rival = reader.get(REVISIONS, namespace, name_of(found)[0])
    return Seen(found, reader.view(Coverage).of(found), orphans, [*own, *loose], rival, memory or BLANK)
