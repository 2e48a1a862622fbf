"""The front door for parts in the same process: a `Writer` whose calls take the same path as a request from outside."""

from typing import Any, Literal

from quorate.apiserver.access.user import named
from quorate.apiserver.bodies import Body
from quorate.apiserver.fields import field_filter, field_terms
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import not_served
from quorate.apiserver.request import Options
from quorate.apiserver.subresources import binding, eviction_request
from quorate.contract.failures import not_found
from quorate.contract.plan import Obj, Subresource
from quorate.objects.kinds import Kind
from quorate.objects.selectors import parse


class LocalClient:
    """Requests as one user and field manager."""

    def __init__(self, server: ApiServer, user: str, manager: str) -> None:
        self.server = server
        self.options = Options(user=named(user), manager=manager, field_validation="Ignore", internal=True)

    def _kind(self, resource: str) -> Kind:
        """A part may go on with what is served no more. Raises Refused (404) for what never was, or is no longer known."""
        found = self.server.kinds.by_resource(resource) or self.server.custom.kept.get(resource)
        if found is None:
            raise not_served()
        return found

    def create(self, resource: str, obj: Obj) -> Obj:
        namespace = (obj.get("metadata") or {}).get("namespace", "")
        return self.server.create(self._kind(resource), namespace, Body(obj), self.options).obj

    def get(self, resource: str, namespace: str, name: str) -> Obj:
        kind = self._kind(resource)
        found = self.server.store.get(resource, namespace, name)
        if found is None:
            raise not_found(kind.plural, kind.group, name)
        return found

    def list(self, resource: str, namespace: str = "", label_selector: str = "", field_selector: str = "") -> list[Obj]:
        found = self.server.store.objects.list(resource, namespace or None)
        if label_selector:
            labels = parse(label_selector)
            found = [o for o in found if labels.matches(o["metadata"].get("labels"))]
        if field_selector:
            keep = field_filter(self._kind(resource), field_terms(field_selector))
            found = [o for o in found if keep(o)]
        return list(found)

    def update(self, resource: str, obj: Obj, subresource: Subresource = "") -> Obj:
        meta = obj["metadata"]
        kind = self._kind(resource)
        namespace, name = meta.get("namespace", ""), meta["name"]
        return self.server.replace(kind, namespace, name, Body(obj), self.options, subresource).obj

    def patch(
        self, resource: str, namespace: str, name: str, body: Any,
        type: Literal["merge", "strategic", "json"] = "merge", subresource: Subresource = "",
    ) -> Obj:  # fmt: skip
        kind = self._kind(resource)
        return self.server.patch(kind, namespace, name, Body(body), type, self.options, subresource).obj

    def delete(
        self, resource: str, namespace: str, name: str, *, uid: str | None = None, resource_version: str | None = None,
        grace_seconds: int | None = None, propagation: str | None = None,
    ) -> Obj:  # fmt: skip
        options = Options(
            user=self.options.user, manager=self.options.manager, uid=uid, resource_version=resource_version,
            grace_seconds=grace_seconds, propagation=propagation,
        )  # fmt: skip
        return self.server.delete(self._kind(resource), namespace, name, options).obj

    def evict(self, namespace: str, name: str, grace_seconds: int | None = None) -> Obj:
        body: Obj = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
        if grace_seconds is not None:
            body["deleteOptions"] = {"gracePeriodSeconds": grace_seconds}
        return eviction_request.evict(self.server, namespace, name, body, self.options)

    def bind(self, namespace: str, name: str, uid: str, node: str) -> Obj:
        return binding.bind(self.server, namespace, name, uid, node, {}, self.options)
