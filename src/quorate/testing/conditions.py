"""Waiting for an object to be as wanted, in the words of `kubectl wait`."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from quorate.apiserver.columns.jsonpath import first
from quorate.apiserver.store.store import Change
from quorate.assemble.world import World
from quorate.contract.plan import Obj
from quorate.edge.drive import Driver
from quorate.kernel.clock import Duration
from quorate.objects.kinds import Kind
from quorate.objects.pod import condition
from quorate.testing.rollout import rolled_out

EVENTS_TOLD = 5


class NotYet(AssertionError):
    """The object did not get as it was wanted; the message says how it is and what its last events were."""


def kind_named(world: World, word: str) -> Kind:
    """The kind of "statefulset", "statefulsets", "sts", "StatefulSet" or "statefulsets.apps". Raises ValueError."""
    low = word.lower()
    for kind in world.server.kinds.all():
        names = (kind.plural, kind.singular, kind.kind.lower(), *kind.short_names)
        if kind.stored and (low in names or low in [f"{name}.{kind.group}" for name in names]):
            return kind
    raise ValueError(f"no kind is served as {word!r}")


def find(world: World, what: str, namespace: str) -> Obj | None:
    """find(world, "sts/web", "default")"""
    word, _, name = what.partition("/")
    if not name:
        raise ValueError(f"{what!r} names no object: write KIND/NAME, e.g. statefulset/web")
    kind = kind_named(world, word)
    return world.get(kind.stored_resource, namespace if kind.namespaced else "", name)


class Wanted:
    """An object, and how it is to be."""

    def __init__(self, world: World, what: str, until: str | Callable[[Obj], Any], namespace: str) -> None:
        self.world, self.what, self.until, self.namespace = world, what, until, namespace
        self._judge = _judge(until)
        self._stumbled: Exception | None = None

    def now(self) -> Obj | None:
        return find(self.world, self.what, self.namespace)

    def holds(self) -> bool:
        """A function that stumbles over fields which are not there yet has not said yes."""
        try:
            held, self._stumbled = bool(self._judge(self.now())), None
        except (LookupError, TypeError, AttributeError) as missing:
            held, self._stumbled = False, missing
        return held

    def told(self, limit: str) -> str:
        """Why it is to be reported that it does not hold."""
        until = self.until if isinstance(self.until, str) else getattr(self.until, "__name__", "as wanted")
        obj = self.now()
        if obj is None:
            return f"{self.what}: not {until} {limit}; there is no such object in namespace {self.namespace}"
        lines = [f"{self.what}: not {until} {limit}"]
        if self._stumbled is not None:
            lines.append(f"the function raised {self._stumbled!r}")
        if "status" in obj:
            lines.append(f"status: {orjson.dumps(obj['status']).decode()}")
        events = [
            e for e in self.world.reader.list("events")
            if (e.get("involvedObject") or {}).get("uid") == obj["metadata"]["uid"]
        ]  # fmt: skip
        events.sort(key=lambda e: int(e["metadata"]["resourceVersion"]))
        lines += [f"event: {e.get('type')} {e.get('reason')}: {e.get('message')}" for e in events[-EVENTS_TOLD:]]
        return "\n".join(lines)


def _judge(until: str | Callable[[Obj], Any]) -> Callable[[Obj | None], Any]:
    if callable(until):
        return lambda obj: obj is not None and until(obj)
    verb, _, rest = until.partition("=")
    if verb == "condition" and rest:
        type, _, status = rest.partition("=")
        return lambda obj: _has(obj, type, status or "True")
    if verb == "jsonpath" and rest.startswith("{"):
        path, _, value = rest.partition("}=")
        return lambda obj: obj is not None and _at(path, obj, value)
    words: dict[str, Callable[[Obj | None], Any]] = {
        "create": lambda obj: obj is not None,
        "delete": lambda obj: obj is None,
        "rollout": lambda obj: obj is not None and rolled_out(obj),
    }
    if until not in words:
        raise ValueError(
            f"cannot wait for {until!r}: create, delete, rollout, condition=TYPE, jsonpath={{.path}}=VALUE or a function"
        )
    return words[until]


def _has(obj: Obj | None, type: str, status: str) -> bool:
    found = None if obj is None else condition(obj, type)
    return found is not None and str(found.get("status")).lower() == status.lower()


def _at(path: str, obj: Obj, value: str) -> bool:
    found = first(path, obj)
    return found is not None and (not value or (str(found).lower() if isinstance(found, bool) else str(found)) == value)


class _Ears:
    def __init__(self) -> None:
        self.some = asyncio.Event()

    def hear(self, _: Change) -> None:
        self.some.set()


async def wait(wanted: Wanted, driver: Driver, timeout: float, within: Duration | None) -> Obj | None:
    """In the world's thread: until it holds. `timeout` in real seconds; `within`, when given, is time that may fly."""
    try:
        async with asyncio.timeout(timeout):
            if within is not None:
                if await driver.play_until(wanted.holds, within):
                    return wanted.now()
                raise NotYet(wanted.told("within that time of the cluster"))
            ears = _Ears()
            wanted.world.follow(ears.hear)
            try:
                while not wanted.holds():
                    ears.some.clear()
                    driver.poke()
                    await ears.some.wait()
            finally:
                wanted.world.store.unsubscribe(ears.hear)
    except TimeoutError:
        raise NotYet(wanted.told(f"after {timeout:g} s")) from None
    return wanted.now()
