"""Admission webhooks of a served world: asked over HTTPS while everybody else goes on.

Who answers requests gives `Answers` along; when Pending is raised, `find` asks and the request is played again. What the
world's own parts write is asked in the background: they are told by `Pending.then`.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from quorate.apiserver.admission.hooks.functions import ALLOWED, Functions
from quorate.contract.plan import Obj
from quorate.contract.webhooks import Call, CannotCall, Pending
from quorate.edge.webhook_post import post
from quorate.kernel.chance import Chance
from quorate.kernel.pump import Pump

FRESH = 30.0
"""Seconds that an answer to a part of this process holds, should it not come back for it at once."""
UNTOLD = ("uid", "creationTimestamp", "managedFields")
"""Of an object's metadata: differ from one try to the next and mean nothing."""
RIGHT = object()
"""In the place of an answer's uid: that of the question, whichever try it is."""

Given = Obj | CannotCall


@dataclass(slots=True)
class Answers:
    """What one request has found out so far. `chance` is its own, so that it draws the same when it is played again."""

    known: dict[bytes, Given] = field(default_factory=dict)
    chance: Chance | None = None


class Webhooks:
    """`served_at` maps "SERVICE.NAMESPACE" to where it is served in truth, e.g. "https://127.0.0.1:9443"."""

    def __init__(self, functions: Functions, pump: Pump, served_at: Mapping[str, str] | None = None) -> None:
        self._functions, self._pump = functions, pump
        self._served_at = dict(served_at or {})
        self._answers: Answers | None = None
        self._own: dict[bytes, tuple[float, Given]] = {}
        self._waiting: dict[bytes, list[Callable[[], None]]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self.woken: Callable[[], None] = _nobody
        """Called when a part of the world has something to do again."""

    @contextmanager
    def within(self, answers: Answers) -> Iterator[None]:
        """Calls are answered from here meanwhile."""
        before, self._answers = self._answers, answers
        try:
            yield
        finally:
            self._answers = before

    # -- the port

    def call(self, calls: Sequence[Call]) -> list[Given]:
        """Raises Pending."""
        found = [self._known(call) for call in calls]
        missing = [call for call, given in zip(calls, found, strict=True) if given is None]
        if missing:
            raise Pending(missing) if self._answers is not None else self._begun(missing)
        if self._answers is None:
            for call in calls:
                self._own.pop(_key(call), None)
        return [_to(call, given) for call, given in zip(calls, found, strict=True) if given is not None]

    def _known(self, call: Call) -> Given | None:
        if self._functions.serves(call.webhook):
            return _kept(call, self._functions.call([call])[0])
        if not self._at(call):
            if call.lost:
                return CannotCall(f'Post "{call.url}": {call.lost}')
            if call.played:
                # Pods that are only played run nothing: those that are ready count as servers that let everything pass.
                return {**call.review, "response": {"uid": RIGHT, **ALLOWED}}
        if self._answers is not None:
            return self._answers.known.get(_key(call))
        kept = self._own.get(_key(call))
        return kept[1] if kept is not None and kept[0] > asyncio.get_running_loop().time() else None

    def _at(self, call: Call) -> str:
        return self._served_at.get(call.service, "") or call.served_at

    # -- finding out

    async def find(self, calls: Sequence[Call], answers: Answers) -> None:
        """Ask all of them at once."""
        given = await asyncio.gather(*(post(call, self._at(call)) for call in calls))
        answers.known.update((_key(call), _kept(call, answer)) for call, answer in zip(calls, given, strict=True))

    def _begun(self, calls: Sequence[Call]) -> Pending:
        """Each question is asked once, however often it comes while it is asked."""
        waiting: list[list[Callable[[], None]]] = []
        for call in calls:
            key = _key(call)
            if key not in self._waiting:
                self._waiting[key] = []
                task = asyncio.ensure_future(self._find_own(key, call))
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
            waiting.append(self._waiting[key])
        return Pending(calls, waiting)

    async def _find_own(self, key: bytes, call: Call) -> None:
        given = _kept(call, await post(call, self._at(call)))
        now = asyncio.get_running_loop().time()
        self._own = {other: kept for other, kept in self._own.items() if kept[0] > now}
        self._own[key] = now + FRESH, given
        for tell in self._waiting.pop(key):
            self._pump.soon(tell)
        self.woken()


def _nobody() -> None:
    """Nobody waits."""


def _key(call: Call) -> bytes:
    """Two calls with one key ask the same."""
    request = {k: v for k, v in call.review["request"].items() if k != "uid"}
    for field_ in ("object", "oldObject"):
        if request.get(field_):
            request[field_] = _lasting(request[field_])
    return orjson.dumps((call.webhook, call.url, request), option=orjson.OPT_SORT_KEYS)


def _lasting(obj: Obj) -> Obj:
    meta: dict[str, Any] = obj.get("metadata") or {}
    return {**obj, "metadata": {k: v for k, v in meta.items() if k not in UNTOLD}}


def _to(call: Call, given: Given) -> Given:
    """The answer under the uid of this try."""
    if isinstance(given, CannotCall) or not isinstance(given.get("response"), dict):
        return given
    uid = given["response"].get("uid")
    return {**given, "response": {**given["response"], "uid": call.review["request"]["uid"] if uid == RIGHT else uid}}


def _kept(call: Call, given: Given) -> Given:
    """The answer with a mark where its uid was that of the question."""
    response = None if isinstance(given, CannotCall) else given.get("response")
    if not isinstance(response, dict) or response.get("uid") != call.review["request"]["uid"]:
        return given
    assert isinstance(given, dict)
    return {**given, "response": {**response, "uid": RIGHT}}
