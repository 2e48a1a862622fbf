"""All controllers of a world on one pump: each change wakes those that watch its resource."""

from collections.abc import Callable

from quorate.contract.controller import Controller
from quorate.contract.plan import Obj
from quorate.contract.ports import Writer
from quorate.kernel.pump import Pump
from quorate.runtime.carry_out import Hand
from quorate.runtime.informer import Informers
from quorate.runtime.recorder import Recorder
from quorate.runtime.runner import Runner


class Runtime:
    def __init__(
        self, pump: Pump, informers: Informers, controllers: tuple[Controller, ...],
        writer_for: Callable[[Controller], Writer],
    ) -> None:  # fmt: skip
        self.pump, self.informers = pump, informers
        self.recorder = Recorder()
        self.runners: dict[str, Runner] = {}
        self._watching: dict[str, list[tuple[Runner, Callable[..., object]]]] = {}
        for controller in controllers:
            if controller.name in self.runners:
                raise ValueError(f"two controllers are named {controller.name!r}")
            hand = Hand(controller.name, writer_for(controller), self.recorder)
            runner = self.runners[controller.name] = Runner(controller, pump, informers, hand)
            for index in controller.indexes:
                informers.cache.add_index(index.resource, index.name, index.values)
            for view in controller.views:
                informers.cache.add_view(view)
            for watch in controller.watches:
                self._watching.setdefault(watch.resource, []).append((runner, watch.keys))
        informers.subscribe(self._changed)

    def start(self) -> None:
        """Show every controller what is there already."""
        cache = self.informers.cache
        for resource in sorted(cache.resources()):
            for obj in cache.list(resource):
                self._changed(resource, None, obj)

    def _changed(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        for where in (resource, "*"):
            for runner, keys in self._watching.get(where, ()):
                runner.wake(resource, old, new, keys)

    @property
    def idle(self) -> bool:
        return all(runner.idle for runner in self.runners.values())
