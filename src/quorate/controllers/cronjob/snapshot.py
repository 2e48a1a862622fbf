"""What the CronJob controller sees of one: itself, the Jobs that are its own, and whoever has a Job's name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from quorate.contract.controller import Index
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.cronjob.names import CRON_JOBS, JOBS
from quorate.kernel.clock import Instant
from quorate.objects.owners import controller_of

OF_NAME = "cronjob-name"


class Made(NamedTuple):
    """A Job that was made and is not in the status yet."""

    name: str
    scheduled: Instant


class Memory(NamedTuple):
    """`schedule`, `zone`: as last seen. `next`: the appointment made then."""

    schedule: str
    zone: str
    next: Instant | None
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """`jobs` have a controller of this CronJob's name, oldest names first; `find` finds any Job by name."""

    found: Obj
    jobs: Sequence[Obj]
    find: Callable[[str], Obj | None]
    memory: Memory | None = None


def _owner_name(job: Obj) -> Iterable[str]:
    ref = controller_of(job)
    return () if ref is None else (f"{job['metadata']['namespace']}/{ref['name']}",)


INDEXES = (Index(JOBS, OF_NAME, _owner_name),)


def snapshot(reader: Reader, key: Key, memory: Memory | None) -> Seen | None:
    found = reader.get(CRON_JOBS, *key)
    if found is None:
        return None
    return Seen(found, reader.indexed(JOBS, OF_NAME, f"{key[0]}/{key[1]}"), partial(reader.get, JOBS, key[0]), memory)
