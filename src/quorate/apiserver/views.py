"""Summaries that the API server keeps of its own store, from the first request that needs one."""

from typing import TypeVar, cast

from quorate.contract.ports import Reader
from quorate.objects.collection import Collection, View

V = TypeVar("V", bound=View)


def view_of(reader: Reader, kind: type[V]) -> V:
    """The store's instance of a view; a world without Services or quotas never pays for keeping one."""
    store = cast(Collection, reader)
    store.add_view(kind)
    return cast(V, store.view(kind))
