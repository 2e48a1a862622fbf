"""The two doors of every part: `Reader` (an indexed cache) and `Writer` (requests to the API server)."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol, TypeVar

from quorate.contract.plan import Obj, Subresource

V = TypeVar("V")


class Reader(Protocol):
    """An indexed cache of committed objects. Never change what it hands out.

    Indexes that always exist (objects/collection.py): on every resource "owner" (uid of the controller ownerReference),
    "owners" (uid of any ownerReference) and "uid"; on pods "node" (spec.nodeName) and "claim" ("namespace/claimName").
    "uid" and "owners" can be asked over all resources at once ("*"). Others are declared by a controller.
    """

    def get(self, resource: str, namespace: str, name: str) -> Obj | None: ...

    def list(self, resource: str, namespace: str | None = None) -> Iterable[Obj]:
        """All of a resource, or of one namespace, in order of (namespace, name)."""
        ...

    def indexed(self, resource: str, index: str, value: str) -> Sequence[Obj]:
        """The objects for which the index gives `value`, in order of (namespace, name)."""
        ...

    def view(self, kind: type[V]) -> V:
        """The instance of a view that a controller declared (see `controller.View`). Read it, never change it."""
        ...


class Writer(Protocol):
    """Requests as one user. Every method raises `Refused` and returns the committed object."""

    def create(self, resource: str, obj: Obj) -> Obj: ...

    def get(self, resource: str, namespace: str, name: str) -> Obj:
        """A live read past the cache, as Kubernetes controllers make before they adopt."""
        ...

    def list(
        self, resource: str, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> list[Obj]: ...

    def update(self, resource: str, obj: Obj, subresource: Subresource = "") -> Obj: ...

    def patch(
        self, resource: str, namespace: str, name: str, body: Any,
        type: Literal["merge", "strategic", "json"] = "merge", subresource: Subresource = "",
    ) -> Obj: ...  # fmt: skip

    def delete(
        self, resource: str, namespace: str, name: str, *, uid: str | None = None, resource_version: str | None = None,
        grace_seconds: int | None = None, propagation: str | None = None,
    ) -> Obj: ...  # fmt: skip

    def evict(self, namespace: str, name: str, grace_seconds: int | None = None) -> Obj:
        """Answers the pod as it is now, or as it was last."""
        ...

    def bind(self, namespace: str, name: str, uid: str, node: str) -> Obj:
        """Answers the pod as it is now."""
        ...
