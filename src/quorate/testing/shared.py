"""A world's parts, used from another thread than its own."""

from collections.abc import Callable
from functools import partial
from typing import Any

from quorate.apiserver.client import LocalClient
from quorate.apiserver.store.store import Store
from quorate.assemble.world import World
from quorate.faults.switchboard.board import Board
from quorate.objects.collection import Collection

PARTS = (World, Store, Collection, LocalClient, Board)
"""What lives on: reached through `Shared` too. All else is data, which committed objects are as well."""

Do = Callable[[Callable[[], Any]], Any]


class Shared:
    """Stands for `part`: its attributes are read and its methods called by `do`, in the thread where it lives."""

    __slots__ = ("_do", "_part")

    def __init__(self, do: Do, part: Any) -> None:
        self._do, self._part = do, part

    def __getattr__(self, name: str) -> Any:
        found = self._do(partial(getattr, self._part, name))
        if callable(found):
            return partial(self._called, found)
        return self._given(found)

    def _called(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return self._given(self._do(partial(method, *arguments, **named)))

    def _given(self, found: Any) -> Any:
        return Shared(self._do, found) if isinstance(found, PARTS) else found

    def __repr__(self) -> str:
        return f"<{type(self._part).__name__} of a served cluster>"
