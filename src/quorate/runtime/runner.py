"""One controller at work: its queue, its backoff, its memory, its gate."""

from collections.abc import Hashable
from functools import partial
from heapq import heappop, heappush
from typing import Any

from quorate.contract.controller import Controller
from quorate.contract.plan import Key, Obj
from quorate.contract.webhooks import Pending
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.kernel.pump import Entry, Pump
from quorate.runtime.carry_out import Hand
from quorate.runtime.informer import Informers

MOST_LOOKS, SPELL = 1_000, 50 * SECOND
"""So often is a key looked at within a spell, 20 times a second as a client of Kubernetes is held to; then it waits for the
next one. Two parties that undo each other's work at once would otherwise never let a virtual clock move on."""


class Runner:
    def __init__(self, controller: Controller, pump: Pump, informers: Informers, hand: Hand) -> None:
        self.controller, self.pump, self.informers, self.hand = controller, pump, informers, hand
        self.delay: Duration = 0
        self._holds: set[str] = set()
        self._queued: set[Key] = set()
        self._ranked: list[tuple[Any, int, Key]] = []
        self._came = 0
        self._later: dict[Key, Entry] = {}
        self._failures: dict[Key, int] = {}
        self._memory: dict[Key, Hashable] = {}
        self._gates: dict[Key, int] = {}
        self._gate = 0
        self._spell = 0
        self._looks: dict[Key, int] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be looked at now."""
        return not self._queued

    def add(self, key: Key) -> None:
        """Look at this key soon; a key that already waits is not queued twice."""
        if key not in self._queued:
            self._queued.add(key)
            if self.controller.rank is not None:
                self._came += 1
                heappush(self._ranked, (self.controller.rank(self.informers.cache, key), self._came, key))
            if self.delay:
                self.pump.after(self.delay, self._work, key)
            else:
                self.pump.soon(self._work, key)

    # -- switches

    @property
    def stopped(self) -> bool:
        return bool(self._holds)

    def stop(self, why: str = "stopped") -> None:
        """Hear on, decide nothing: what a crashed or hung controller looks like. It stands as long as any `why` does."""
        self._holds.add(why)

    def start(self, why: str = "stopped") -> None:
        self._holds.discard(why)
        self._hurry()

    def slow(self, delay: Duration) -> None:
        """From now on each key waits this long before it is decided; 0 for as fast as ever."""
        self.delay = delay
        if not delay:
            self._hurry()

    def restart(self) -> None:
        """What a new process does: remember nothing of the one before, look at everything there is."""
        for entry in self._later.values():
            entry.cancel()
        for kept in (self._later, self._failures, self._memory, self._gates):
            kept.clear()
        self._gate = 0
        cache = self.informers.cache
        for watch in self.controller.watches:
            for resource in sorted(cache.resources()) if watch.resource == "*" else (watch.resource,):
                for obj in tuple(cache.list(resource)):
                    self.wake(resource, None, obj, watch.keys)
        self._hurry()

    def _hurry(self) -> None:
        if not self._holds:
            for key in sorted(self._queued):
                self.pump.soon(self._work, key)

    def _look(self, key: Key) -> None:
        self._later.pop(key, None)
        self.add(key)

    def _work(self, key: Key) -> None:
        """The turn of this key; where keys have a rank, of the first of those that wait."""
        if self._ranked:
            key = self._ranked[0][2]
        if self._holds or key not in self._queued:
            return
        whole = self.controller.gate == "controller"
        gate = self._gate if whole else self._gates.get(key, 0)
        if gate > self.informers.revision:
            self.informers.when_seen(gate, self._work, key)
            return
        now = self.pump.now()
        if now // SPELL != self._spell:
            self._spell = now // SPELL
            self._looks.clear()
        if self._ranked:
            heappop(self._ranked)
        self._queued.discard(key)
        looks = self._looks[key] = self._looks.get(key, 0) + 1
        if looks > MOST_LOOKS:
            self.pump.at((self._spell + 1) * SPELL, self.add, key)
            return
        cache = self.informers.cache
        seen = self.controller.snapshot(cache, key, self._memory.get(key))
        if seen is None:
            self._forget(key)
            return
        plan = self.controller.decide(seen, now)
        before = self._memory.get(key)
        if plan.remember is not None:
            self._memory[key] = plan.remember
        else:
            self._memory.pop(key, None)
        wrote, refused = self.hand.carry_out(plan, now)
        if wrote > self.informers.revision:
            self._gates[key] = self._gate = wrote
        elif gate and not whole:
            self._gates.pop(key, None)
        if isinstance(refused, Pending):
            self._memory.pop(key, None)  # of what was not done, nothing is to be remembered
            if before is not None:
                self._memory[key] = before
            refused.then(partial(self.add, key))
            self._again(key, plan.look_again)
        elif refused is not None:
            self._again(key, self._retry_at(key, now), plan.look_again)
        else:
            self._failures.pop(key, None)
            self._again(key, plan.look_again)

    def _retry_at(self, key: Key, now: Instant) -> Instant:
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        backoff = self.controller.backoff
        return now + min(backoff.first << min(failures, 40), backoff.most)

    def _again(self, key: Key, *at: Instant | None) -> None:
        """Look again at the earliest of these; an earlier appointment of this key is replaced."""
        waiting = self._later.pop(key, None)
        if waiting is not None:
            waiting.cancel()
        wanted = [x for x in at if x is not None]
        if wanted:
            self._later[key] = self.pump.at(min(wanted), self._look, key)

    def _forget(self, key: Key) -> None:
        self._memory.pop(key, None)
        self._failures.pop(key, None)
        self._gates.pop(key, None)
        waiting = self._later.pop(key, None)
        if waiting is not None:
            waiting.cancel()

    def wake(self, resource: str, old: Obj | None, new: Obj | None, keys: Any) -> None:
        for key in keys(self.informers.cache, old, new):
            self.add(key)
