"""A map over processes: the order of the answers is that of the tasks, whoever is done first."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from types import FrameType, TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ParallelMap:
    """Like `map`; uses processes when there are several tasks and several cores. Started at the first use.

    When it is left by an exception (Ctrl-C), what its processes are at is given up at once. They end by themselves: a process
    killed while it hands over an answer leaves half of it in the pipe, and its reader waiting for the rest.
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
        with _held_back():
            if self._pool is not None:
                return self._pool.map(_Task(call), tasks)
            # Forked where that is possible, so that a worker has everything imported already.
            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
            before = set(multiprocessing.active_children())
            self._pool = ProcessPoolExecutor(self._jobs, multiprocessing.get_context(method), initializer=_deaf)
            answers = self._pool.map(_Task(call), tasks)
            self._workers = [child for child in multiprocessing.active_children() if child not in before]
            return answers


SIGNALS = {signal.SIGINT, signal.SIGTERM}


@contextlib.contextmanager
def _held_back() -> Iterator[None]:
    """Signals wait while the processes begin: one that comes in between finds half a pool, and workers nobody knows of.

    Ctrl-C goes to every process of the terminal; only the first is to answer it. The others begin with both held back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _GiveUp(BaseException):
    """A worker was told to end."""


class _Told:
    """What a worker process knows of its end."""

    working = False
    to_end = False


def _deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _told_to_end)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Whoever waits for tasks would wait for ever when the first process is killed: it holds the other end of the pipe itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _told_to_end(number: int, frame: FrameType | None) -> None:
    _Told.to_end = True
    if _Told.working:
        raise _GiveUp


class _Task(Generic[T, R]):
    """A call that a worker gives up when it is told to end; nobody reads its answer then."""

    def __init__(self, call: Callable[[T], R]) -> None:
        self._call = call

    def __call__(self, task: T) -> R:
        try:
            _Told.working = True
            if _Told.to_end:
                raise _GiveUp
            return self._call(task)
        except _GiveUp:
            raise CancelledError from None
        finally:
            _Told.working = False


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
