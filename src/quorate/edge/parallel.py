"""A map over processes: the order of the answers is that of the tasks, whoever is done first."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ParallelMap:
    """Like `map`; uses processes when there are several tasks and several cores. Started at the first use.

    When it is left by an exception (Ctrl-C), its processes are ended at once.
    """

    def __init__(self, jobs: int | None = None) -> None:
        self._jobs = jobs or _cores()
        self._pool: ProcessPoolExecutor | None = None
        self._workers: list[multiprocessing.process.BaseProcess] = []

    def __enter__(self) -> "ParallelMap":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        if kind is not None:
            for worker in self._workers:
                worker.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __call__(self, call: Callable[[T], R], tasks: Sequence[T], /) -> Iterable[R]:
        if self._jobs < 2 or len(tasks) < 2:
            return map(call, tasks)
        if self._pool is None:
            return self._started(call, tasks)
        return self._pool.map(call, tasks)

    def _started(self, call: Callable[[T], R], tasks: Sequence[T]) -> Iterable[R]:
        # Forked where that is possible, so that a worker has everything imported already.
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
        before = set(multiprocessing.active_children())
        # Ctrl-C goes to every process of the terminal; only the first is to answer it. Held back while the others begin.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
        try:
            self._pool = ProcessPoolExecutor(self._jobs, multiprocessing.get_context(method), initializer=_deaf)
            answers = self._pool.map(call, tasks)
            self._workers = [child for child in multiprocessing.active_children() if child not in before]
        finally:
            if held is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, held)
        return answers


def _deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
