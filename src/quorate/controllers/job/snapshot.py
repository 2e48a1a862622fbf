"""What the Job controller sees of one: itself, and, once it comes to look, its pods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.job.backoff import Record
from quorate.controllers.job.names import JOBS, PODS, finished, is_foreign
from quorate.controllers.replicaset.snapshot import INDEXES, ORPHANS, one_label
from quorate.kernel.clock import Instant
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating

__all__ = ["INDEXES", "Memory", "Seen", "snapshot"]


class Memory(NamedTuple):
    """uid, generation  the Job and its generation when it was last looked at in earnest
    due              when what has happened since is looked at (None: nothing has)
    timer            when to look even if nothing happens
    record           failures of its pods, for the back-off
    pods             how many pods it had when it last made some (-1: it made none)
    """

    uid: str = ""
    generation: int = -1
    due: Instant | None = None
    timer: Instant | None = None
    record: Record = Record()
    pods: int = -1


BLANK = Memory()


@dataclass(frozen=True, slots=True)
class Seen:
    """`pods()` are its own pods and the orphans that it may adopt, by name: looked up only when they are wanted."""

    job: Obj
    pods: Callable[[], Sequence[Obj]]
    memory: Memory = BLANK


def snapshot(reader: Reader, key: Key, memory: Memory | None) -> Seen | None:
    job = reader.get(JOBS, *key)
    if job is None or finished(job) is not None or is_foreign(job):
        return None
    held = memory if memory is not None and memory.uid == job["metadata"]["uid"] else Memory(job["metadata"]["uid"])
    return Seen(job, partial(_pods, reader, job), held)


def _pods(reader: Reader, job: Obj) -> list[Obj]:
    meta = job["metadata"]
    pods = list(reader.indexed(PODS, "owner", meta["uid"]))
    if is_terminating(job):
        return pods
    selector = selectors.selector(job["spec"].get("selector"))
    for pod in reader.indexed(PODS, ORPHANS, one_label(meta["namespace"], selector)):
        if not is_terminating(pod) and selector.matches(pod["metadata"].get("labels")) and controller_of(pod) is None:
            pods.append(pod)
    return pods
