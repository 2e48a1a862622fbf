"""The main path of a write, which everyone takes: users through the edge, controllers through `client`.

    decode -> system fields -> defaults -> admission (mutating) -> validation -> admission (validating) -> managers -> commit

A refusal at any step raises `Refused` and leaves the world as it was.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Literal

from quorate.apiserver import deletion, prepare
from quorate.apiserver.admission import MUTATING, VALIDATING
from quorate.apiserver.admission.chain import Chain
from quorate.apiserver.allocation import allocate
from quorate.apiserver.asked import Asked
from quorate.apiserver.defaults import default, default_status
from quorate.apiserver.disabled import drop_disabled
from quorate.apiserver.owner_references import deduplicated
from quorate.apiserver.request import Answer, Options
from quorate.apiserver.store.store import Store
from quorate.apiserver.validation import validate, validate_subresource_update
from quorate.apiserver.validation.errors import FieldError, refusal
from quorate.apiserver.warnings import warnings as warnings_of
from quorate.contract.failures import Refused, already_exists, bad_request, conflict, not_found
from quorate.contract.plan import Obj
from quorate.kernel.chance import Chance
from quorate.kernel.clock import HOUR, Instant
from quorate.kernel.pump import Entry, Pump
from quorate.objects.decode import Undecodable, decode
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.patch import PatchError, patched
from quorate.objects.patch.apply import apply
from quorate.objects.patch.managed import track
from quorate.objects.times import time_text

EVENT_LIFE = HOUR
"""Events are forgotten an hour after they were last written (kube-apiserver's --event-ttl)."""

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


class ApiServer:
    """Writes and deletes. Reading is `listing`, watching is `watching`, both over `self.store`."""

    def __init__(self, store: Store, pump: Pump, chance: Chance, *, managed_fields: bool = True) -> None:
        self.store, self.pump, self.chance = store, pump, chance
        self.kinds = Kinds()
        self.managed_fields = managed_fields
        self.mutating, self.validating = Chain(MUTATING), Chain(VALIDATING)
        self._dying: deque[tuple[Instant, tuple[str, str], str]] = deque()
        self._reaper: Entry | None = None

    # -- the verbs

    def create(self, kind: Kind, namespace: str, body: Any, options: Options) -> Answer:
        obj, told = self._decoded(kind, body, options)
        _same_namespace(kind, namespace, obj)
        if (obj.get("metadata") or {}).get("resourceVersion"):
            raise Refused("", "resourceVersion should not be set on objects to be created", code=500)
        return self._create(kind, namespace, obj, options, told)

    def _create(
        self, kind: Kind, namespace: str, obj: Obj, options: Options, told: tuple[str, ...], applied: bool = False
    ) -> Answer:
        now = self.pump.now()
        obj = prepare.system_fields(kind, namespace, obj, now, self.chance)
        obj, repeated = deduplicated(obj)
        obj = drop_disabled(kind.resource, default(kind.resource, obj), None)
        if self.managed_fields and not applied:
            obj = self._tracked(kind, None, obj, options, "")
        name = obj["metadata"].get("name", "")
        asked = Asked("CREATE", kind, namespace, name, "", obj, None, options.user, now, self.chance, options.dry_run)
        asked = self.mutating.run(asked, self.store.objects)
        assert asked.obj is not None
        obj = asked.obj
        if kind.resource == "services":
            obj = allocate(obj, self.store.objects, self.chance)
        _refuse(kind, name, validate(kind.resource, obj))
        self.validating.run(asked.with_obj(obj), self.store.objects)
        if self.store.get(kind.resource, namespace, name) is not None:
            raise already_exists(kind.plural, kind.group, name)
        told = (*told, *repeated, *warnings_of(kind.resource, obj, None))
        return Answer(201, obj if options.dry_run else self._put(kind, obj), told)

    def replace(
        self, kind: Kind, namespace: str, name: str, body: Any, options: Options, subresource: str = ""
    ) -> Answer:
        obj, told = self._decoded(kind, body, options)
        meta = obj.get("metadata") or {}
        if not meta.get("name"):
            raise bad_request(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")
        if meta["name"] != name:
            raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
        _same_namespace(kind, namespace, obj)
        old = self.store.get(kind.resource, namespace, name)
        if old is None:
            if kind.resource in prepare.CREATED_BY_PUT and not subresource and not meta.get("uid"):
                return self._create(kind, namespace, obj, options, told)
            raise not_found(kind.plural, kind.group, name)
        return self._write(kind, subresource, obj, old, options, told)

    def patch(
        self, kind: Kind, namespace: str, name: str, body: Any, type: Literal["merge", "strategic", "json", "apply"],
        options: Options, subresource: str = "",
    ) -> Answer:  # fmt: skip
        old = self.store.get(kind.resource, namespace, name)
        if type == "apply":
            return self._apply(kind, namespace, name, body, options, subresource, old)
        if old is None:
            raise not_found(kind.plural, kind.group, name)
        try:
            changed = patched(kind, old, body, type)
        except PatchError as wrong:
            raise _unpatched(kind, name, wrong) from None
        obj, told = self._decoded(kind, changed, options)
        meta = obj.get("metadata") or {}
        if meta.get("name") != name:
            raise bad_request(
                f"the name of the object ({meta.get('name', '')}) does not match the name on the URL ({name})"
            )
        _same_namespace(kind, namespace, obj)
        return self._write(kind, subresource, obj, old, options, told)

    def _apply(
        self, kind: Kind, namespace: str, name: str, body: Any, options: Options, subresource: str, old: Obj | None
    ) -> Answer:
        _, told = self._decoded(kind, body, options)
        meta = body.get("metadata") or {}
        if not meta.get("name"):
            raise bad_request(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")
        if meta["name"] != name:
            raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
        _same_namespace(kind, namespace, body)
        if old is None and subresource:
            raise not_found(kind.plural, kind.group, name)
        version = meta.get("resourceVersion")
        if version and (old is None or version != old["metadata"]["resourceVersion"]):
            raise conflict(kind.plural, kind.group, name, MODIFIED)
        now = time_text(self.pump.now())
        try:
            merged = apply(
                kind.type, old, body, options.manager, options.force, now, kind.api_version, subresource, kind=kind.kind
            )
        except PatchError as wrong:
            raise Refused(wrong.reason, wrong.message, wrong.details, code=wrong.code) from None
        if old is not None and merged is old:
            return Answer(200, old, told)
        merged, _ = self._decoded(kind, merged, options)
        if old is None:
            return self._create(kind, namespace, merged, options, told, applied=True)
        return self._write(kind, subresource, merged, old, options, told, applied=True)

    def _write(
        self, kind: Kind, subresource: str, obj: Obj, old: Obj, options: Options, told: tuple[str, ...],
        applied: bool = False,
    ) -> Answer:  # fmt: skip
        """The common end of PUT and PATCH."""
        now, name = self.pump.now(), old["metadata"]["name"]
        namespace = old["metadata"].get("namespace", "")
        version = obj["metadata"].get("resourceVersion")
        if version and version != old["metadata"]["resourceVersion"]:
            raise conflict(kind.plural, kind.group, name, MODIFIED)
        obj = prepare.carried_over(kind, subresource, obj, old)
        obj, repeated = deduplicated(obj)
        if subresource == "status":
            obj = default_status(kind.resource, obj)
        else:
            obj = drop_disabled(kind.resource, default(kind.resource, obj), old)
        obj = prepare.counted(kind, subresource, obj, old)
        if self.managed_fields and not applied:
            # Before admission: what that adds is nobody's.
            obj = self._tracked(kind, old, obj, options, subresource)
        asked = Asked(
            "UPDATE", kind, namespace, name, subresource, obj, old, options.user, now, self.chance, options.dry_run
        )
        asked = self.mutating.run(asked, self.store.objects)
        assert asked.obj is not None
        obj = asked.obj
        if kind.resource == "services" and not subresource:
            obj = allocate(obj, self.store.objects, self.chance)
        _refuse(kind, name, validate_subresource_update(kind.resource, subresource, obj, old))
        self.validating.run(asked, self.store.objects)
        told = (*told, *repeated, *(() if subresource else warnings_of(kind.resource, obj, old)))
        unchanged = prepare.same(obj, old)
        if unchanged and (not applied or obj["metadata"].get("managedFields") == old["metadata"].get("managedFields")):
            return Answer(200, old, told)
        if options.dry_run:
            return Answer(200, obj, told)
        if deletion.ends(obj) and (kind.resource != "namespaces" or not (obj.get("spec") or {}).get("finalizers")):
            self.store.remove(kind.resource, namespace, name)
            return Answer(200, obj, told)
        return Answer(200, self._put(kind, obj), told)

    def delete(self, kind: Kind, namespace: str, name: str, options: Options) -> Answer:
        deletion.check(options)
        old = self.store.get(kind.resource, namespace, name)
        if old is None:
            raise not_found(kind.plural, kind.group, name)
        refused = deletion.precondition_failed(kind, old, options)
        if refused is not None:
            raise refused
        now = self.pump.now()
        asked = Asked("DELETE", kind, namespace, name, "", None, old, options.user, now, self.chance, options.dry_run)
        self.validating.run(asked, self.store.objects)
        if kind.resource == "namespaces":
            return self._delete_namespace(kind, old, options)
        step = deletion.delete(kind, old, options, now)
        if options.dry_run:
            return Answer(200, step.marked or old)
        left = old
        if step.marked is not None:
            left = self._put(kind, step.marked)
        if step.removed:
            self.store.remove(kind.resource, namespace, name)
            return Answer(200, left if kind.resource == "pods" or kind.resource in RETURNED else _gone(kind, old))
        return Answer(200, left)

    def _delete_namespace(self, kind: Kind, old: Obj, options: Options) -> Answer:
        """A namespace only starts to end here; its controller empties it and then removes the finalizer of its spec."""
        meta = old["metadata"]
        if meta.get("deletionTimestamp"):
            if not old["spec"].get("finalizers") and not meta.get("finalizers"):
                self.store.remove(kind.resource, "", meta["name"])
            return Answer(200, old)
        marked = {
            **old, "metadata": {**meta, "deletionTimestamp": time_text(self.pump.now())},
            "status": {**old.get("status", {}), "phase": "Terminating"},
        }  # fmt: skip
        return Answer(200, marked if options.dry_run else self._put(kind, marked))

    # -- what the verbs share

    def commit(self, kind: Kind, obj: Obj, old: Obj, options: Options, subresource: str) -> Obj:
        """The end of a subresource's own write (binding, eviction, scale): managers, then the commit."""
        if prepare.same(obj, old):
            return old
        if self.managed_fields:
            obj = self._tracked(kind, old, obj, options, subresource)
        return obj if options.dry_run else self._put(kind, obj)

    def _decoded(self, kind: Kind, body: Any, options: Options) -> tuple[Obj, tuple[str, ...]]:
        """The body by its type; unknown fields are dropped, told or refused as `fieldValidation` says."""
        try:
            done = decode(kind, body)
        except Undecodable as wrong:
            raise bad_request(str(wrong)) from None
        if not done.unknown or options.field_validation == "Ignore":
            return done.obj, ()
        if options.field_validation == "Strict":
            version = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
            raise bad_request(f"{version}: strict decoding error: {', '.join(done.unknown)}")
        return done.obj, tuple(done.unknown)

    def _tracked(self, kind: Kind, old: Obj | None, obj: Obj, options: Options, subresource: str) -> Obj:
        return track(kind.type, old, obj, options.manager, time_text(self.pump.now()), kind.api_version, subresource)

    def _put(self, kind: Kind, obj: Obj) -> Obj:
        new = self.store.put(kind.resource, obj)
        if kind.resource == "events":
            self._remember_event(new)
        return new

    # -- events are forgotten

    def _remember_event(self, event: Obj) -> None:
        meta = event["metadata"]
        self._dying.append((self.pump.now() + EVENT_LIFE, (meta["namespace"], meta["name"]), meta["resourceVersion"]))
        if self._reaper is None:
            self._reaper = self.pump.at(self._dying[0][0], self._forget_events)

    def adopt_events(self) -> None:
        """After a restart: every stored event gets its hour from now."""
        for event in self.store.objects.list("events"):
            self._remember_event(event)

    def _forget_events(self) -> None:
        now = self.pump.now()
        while self._dying and self._dying[0][0] <= now:
            _, (namespace, name), version = self._dying.popleft()
            event = self.store.get("events", namespace, name)
            if event is not None and event["metadata"]["resourceVersion"] == version:
                self.store.remove("events", namespace, name)
        self._reaper = self.pump.at(self._dying[0][0], self._forget_events) if self._dying else None


RETURNED = frozenset(
    {"services", "serviceaccounts", "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "podtemplates"}
)
"""Kinds whose DELETE answers with the object even when it is gone (strategies with ReturnDeletedObject)."""

Check = Callable[[str, Obj, Obj], list[FieldError]]


def _refuse(kind: Kind, name: str, errors: list[FieldError]) -> None:
    if errors:
        raise refusal(kind, name, errors)


def _same_namespace(kind: Kind, namespace: str, obj: Obj) -> None:
    given = (obj.get("metadata") or {}).get("namespace")
    if kind.namespaced and given and given != namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")


def _unpatched(kind: Kind, name: str, wrong: PatchError) -> Refused:
    """A patch that does not fit is refused in the name of the object, as far as Kubernetes gives one."""
    return Refused(wrong.reason, wrong.message, wrong.details, code=wrong.code)


def _gone(kind: Kind, obj: Obj) -> Obj:
    meta = obj["metadata"]
    details = {"name": meta["name"], "group": kind.group, "kind": kind.plural, "uid": meta["uid"]}
    return {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": {k: v for k, v in details.items() if v},
    }  # fmt: skip
