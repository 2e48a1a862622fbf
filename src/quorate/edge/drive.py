"""Drives a world's pump from the event loop, on a wall clock that can be sped up or advanced."""

import asyncio
from collections.abc import Callable

from quorate.kernel.clock import Duration, Instant, Wall
from quorate.kernel.pump import Pump

SLICE = 500
"""Calls made before the loop gets a turn, so that clients are answered while a long advance is played."""


class Driver:
    def __init__(self, pump: Pump, wall: Wall) -> None:
        self.pump, self.wall = pump, wall
        self._sleeping: asyncio.Future[None] | None = None

    def catch_up(self) -> None:
        """Bring the world to the present before a request is handled, or as near as one slice comes."""
        self.pump.run(self.wall.target(), SLICE)

    def poke(self) -> None:
        """Something happened: what it made due is to be played now."""
        if self._sleeping is not None and not self._sleeping.done():
            self._sleeping.set_result(None)

    async def run(self) -> None:
        """Play the world until cancelled."""
        while True:
            if not self.pump.run(self.wall.target(), SLICE):
                await asyncio.sleep(0)
                continue
            due = self.pump.next_due()
            wait = 3600.0 if due is None else self.wall.seconds_until(due)
            if wait <= 0:
                await asyncio.sleep(0)
                continue
            await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        """Until then, or until it is poked. (asyncio.wait_for may lose a cancellation that comes with the poke.)"""
        loop = asyncio.get_running_loop()
        self._sleeping = loop.create_future()
        alarm = loop.call_later(seconds, self.poke)
        try:
            await self._sleeping
        finally:
            alarm.cancel()
            self._sleeping = None

    async def advance(self, by: Duration) -> Instant:
        """Advance the clock and wait until the world has lived through it; answers the world's time."""
        self.wall.advance(by)
        target = self.wall.target()
        self.poke()
        while self.pump.now() < target:
            await asyncio.sleep(0.001)
        return self.pump.now()

    def keep_up(self) -> None:
        """The world was played ahead of the wall: its clock goes on from there."""
        self.wall.advance(max(0, self.pump.now() - self.wall.target()))

    async def play_until(self, holds: Callable[[], bool], within: Duration) -> bool:
        """Let the world's time fly until `holds()`, for at most `within` of it. Answers whether it came to hold.

        Requests are answered in between.
        """
        by = self.pump.now() + within
        while True:
            held, calls = holds(), 0
            while not held and calls < SLICE:
                due = self.pump.next_due()
                if due is None or due > by:
                    self.pump.run(by)
                    self.keep_up()
                    return holds()
                self.pump.step()
                held, calls = holds(), calls + 1
            self.keep_up()
            if held:
                return True
            await asyncio.sleep(0)
