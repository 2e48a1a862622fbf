"""A world served from a thread of its own, for programs that go on with something else: tests."""

import asyncio
import contextlib
import threading
import warnings
from collections.abc import Callable, Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, NoReturn, TypeVar

from quorate.edge.app import Api
from quorate.edge.drive import Driver
from quorate.edge.serve import Door, Listen, new_loop, serving
from quorate.kernel.clock import Wall
from quorate.kernel.pump import Pump

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds in which a server must start or end."""


class WorldFailed(Exception):
    """The served world has ended by a fault of its own, which is the cause of this, or was stopped."""


class Background:
    """Serves from its making until `stop`. The world belongs to its thread: touch it only through `do` and `run`.

    Raises CannotListen, KubeconfigError.
    """

    def __init__(self, api: Api, pump: Pump, wall: Wall, listen: Listen) -> None:
        self.driver = Driver(pump, wall)
        self.door = Door(listen)
        self._api = api
        self._ready = threading.Event()
        self._ended: Future[None] = Future()
        self._gate = threading.Lock()
        """Held to hand the loop anything from another thread: a loop that is closing must be left alone, it may hang."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._live, name="quorate", daemon=True)
        self._thread.start()
        self._ready.wait(PATIENCE)
        if self._ended.done():
            self.stop()

    @property
    def url(self) -> str:
        return self.door.url

    def _live(self) -> None:
        try:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(self._serve())
        except BaseException as wrong:
            self._ended.set_exception(wrong)
        else:
            self._ended.set_result(None)
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._serving = asyncio.ensure_future(serving(self._api, self.driver, self.door, self._ready.set))
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
        finally:
            with self._gate:
                self._loop = None

    def do(self, call: Callable[[], T]) -> T:
        """`call()` in the world's thread, between two of its steps. Raises what it raises, and WorldFailed."""
        return self.run(self._called(call))

    async def _called(self, call: Callable[[], T]) -> T:
        self.driver.catch_up()
        try:
            return call()
        finally:
            self.driver.keep_up()
            self.driver.poke()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine that runs in the world's thread. Raises what it raises, and WorldFailed."""
        answer: Future[T] = Future()

        def begin() -> None:
            if self._serving is None or self._serving.done():
                return  # its last tasks are being ended: nothing new
            doing = asyncio.ensure_future(self._unless_ended(work))
            doing.add_done_callback(lambda done: _pass_on(done, answer))

        with self._gate:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(begin)
        # A loop that is about to close forgets what it has not begun: whoever ends first is the answer.
        either: set[Future[Any]] = {answer, self._ended}
        wait(either, return_when=FIRST_COMPLETED)
        if answer.done() and not answer.cancelled():
            return answer.result()
        work.close()
        self._raise_end()

    async def _unless_ended(self, work: Coroutine[Any, Any, T]) -> T:
        """A world that has come to its end never answers: do not wait for it."""
        doing = asyncio.ensure_future(work)
        assert self._serving is not None
        await asyncio.wait({doing, self._serving}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        doing.cancel()
        raise WorldFailed("the world has ended") from _why(self._serving)

    def _raise_end(self) -> NoReturn:
        raise WorldFailed("the world has ended") from self._ended.exception() if self._ended.done() else None

    def stop(self) -> None:
        """Close every connection and end. Raises WorldFailed when the world had failed before."""
        with self._gate:
            if self._loop is not None and self._serving is not None:
                self._loop.call_soon_threadsafe(self._serving.cancel)
        with warnings.catch_warnings():
            # A client that has not shaken hands yet cannot be hung up on: uvloop warns of it as it closes, and hangs where
            # warnings are errors.
            warnings.simplefilter("ignore", ResourceWarning)
            self._thread.join(PATIENCE)
        self.door.close()
        if self._ended.done() and self._ended.exception() is not None:
            self._raise_end()


def _why(task: "asyncio.Task[None]") -> BaseException | None:
    return None if task.cancelled() or not task.done() else task.exception()


def _pass_on(done: "asyncio.Task[T]", answer: "Future[T]") -> None:
    if done.cancelled():
        answer.cancel()
    elif (wrong := done.exception()) is not None:
        answer.set_exception(wrong)
    else:
        answer.set_result(done.result())
