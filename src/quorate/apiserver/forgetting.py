"""Events are forgotten an hour after they were last written (kube-apiserver's --event-ttl)."""

from collections import deque

from quorate.apiserver.store.store import Store
from quorate.contract.plan import Obj
from quorate.kernel.clock import HOUR, Instant
from quorate.kernel.pump import Entry, Pump

EVENT_LIFE = HOUR


class Forgetting:
    """Removes each event in its time, on the world's own clock."""

    def __init__(self, store: Store, pump: Pump) -> None:
        self.store, self.pump = store, pump
        self._dying: deque[tuple[Instant, tuple[str, str], str]] = deque()
        self._reaper: Entry | None = None

    def remember(self, event: Obj) -> None:
        """A committed event: its hour begins."""
        meta = event["metadata"]
        self._dying.append((self.pump.now() + EVENT_LIFE, (meta["namespace"], meta["name"]), meta["resourceVersion"]))
        if self._reaper is None:
            self._reaper = self.pump.at(self._dying[0][0], self._forget)

    def adopt(self) -> None:
        """After a restart: every stored event gets its hour from now."""
        for event in self.store.objects.list("events"):
            self.remember(event)

    def _forget(self) -> None:
        now = self.pump.now()
        while self._dying and self._dying[0][0] <= now:
            _, (namespace, name), version = self._dying.popleft()
            event = self.store.get("events", namespace, name)
            if event is not None and event["metadata"]["resourceVersion"] == version:
                self.store.remove("events", namespace, name)
        self._reaper = self.pump.at(self._dying[0][0], self._forget) if self._dying else None
