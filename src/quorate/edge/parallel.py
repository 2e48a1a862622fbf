"""A map over processes: the order of the answers is that of the tasks, whoever is done first."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ParallelMap:
    """Like `map`; uses processes when there are several tasks and several cores. Started at the first use."""

    def __init__(self, jobs: int | None = None) -> None:
        self._jobs = jobs or len(os.sched_getaffinity(0))
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "ParallelMap":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def __call__(self, call: Callable[[T], R], tasks: Sequence[T]) -> Iterable[R]:
        if self._jobs < 2 or len(tasks) < 2:
            return map(call, tasks)
        if self._pool is None:
            # Forked, so that a worker has everything imported already.
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=multiprocessing.get_context("fork"))
        return self._pool.map(call, tasks)
