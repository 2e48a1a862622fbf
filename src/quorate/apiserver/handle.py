"""The main path of a write, which everyone takes: users through the edge, controllers through `client`.

    decode -> system fields -> defaults -> admission (mutating) -> validation -> admission (validating) -> managers -> commit

A refusal at any step raises `Refused` and leaves the world as it was. `kind` is always the kind that the request names;
where it is stored as another (see `conversion`), the path goes on with that one once the body has been read.
"""

from typing import Literal

from quorate.apiserver import deletion, patching, prepare
from quorate.apiserver.access import grants
from quorate.apiserver.access.access import Access, Authorization
from quorate.apiserver.admission import MUTATING, VALIDATING, declared
from quorate.apiserver.admission.chain import Chain, Rule
from quorate.apiserver.admission.hooks.chains import Hooks, Mutating, Validating
from quorate.apiserver.admission.hooks.configured import Configured
from quorate.apiserver.admission.hooks.functions import Functions
from quorate.apiserver.allocation import allocate
from quorate.apiserver.asked import Asked
from quorate.apiserver.bodies import Body
from quorate.apiserver.conversion import is_converted, stored_kind, to_served
from quorate.apiserver.custom import ways
from quorate.apiserver.custom.registry import Registry
from quorate.apiserver.decoding import as_stored, decoded
from quorate.apiserver.defaults import default, default_status
from quorate.apiserver.disabled import drop_disabled
from quorate.apiserver.forgetting import Forgetting
from quorate.apiserver.naming import (
    MODIFIED,
    check_name,
    check_segment,
    must_be_versioned,
    no_such_uid,
    same_namespace,
    version_required,
    wrong_uid,
)
from quorate.apiserver.owner_references import deduplicated
from quorate.apiserver.request import Answer, Options
from quorate.apiserver.store.store import Store
from quorate.apiserver.validation import validate_as
from quorate.apiserver.validation.errors import refusal
from quorate.apiserver.warnings import warnings as warnings_of
from quorate.contract.declared import Declared
from quorate.contract.failures import Refused, already_exists, conflict, not_found
from quorate.contract.plan import Obj
from quorate.kernel.chance import Chance
from quorate.kernel.pump import Pump
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.patch.managed import same_managers, track
from quorate.objects.times import time_text

TRIES = 8
"""How many generated names are tried before the last is refused as taken."""


class ApiServer:
    """Writes and deletes. Reading is `listing`, watching is `watching`, both over `self.store`.

    `without`: admission plugins that are off, of `admission.PLUGINS`.
    """

    def __init__(
        self, store: Store, pump: Pump, chance: Chance, *, managed_fields: bool = True,
        authorization: Authorization = "always", without: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.without = without
        self.access = Access(store.objects, authorization)
        self.store, self.pump, self.chance = store, pump, chance
        self.kinds = Kinds()
        self.custom = Registry(self.kinds)
        self.custom.load(store.objects)
        store.subscribe(self.custom.hear)
        self.managed_fields = managed_fields
        self.forgetting = Forgetting(store, pump)
        self.functions = Functions()
        self.hooks = Hooks(Configured(store.objects, without), self.kinds, self.functions, self.access)
        store.subscribe(self.hooks.configured.hear)
        self.declare(())

    def declare(self, rules: tuple[Declared, ...]) -> None:
        """From now on these are the admission rules that the cluster has declared itself."""
        self.declared = rules
        self.mutating = Mutating(Chain(declared.mutating(self._on(MUTATING), rules)), self.hooks)
        own = declared.validating(self._on(VALIDATING), rules)
        last = tuple(rule for rule in own if rule[0] == declared.LAST)
        self.validating = Validating(Chain(own[: len(own) - len(last)]), Chain(last), self.hooks)

    def _on(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if rule[0] not in self.without)

    # -- the verbs

    def create(self, kind: Kind, namespace: str, body: Body, options: Options) -> Answer:
        ways.check_create(kind)
        obj, told = decoded(self.kinds, kind, body, options.field_validation)
        same_namespace(kind, namespace, obj)
        if (obj.get("metadata") or {}).get("resourceVersion"):
            raise Refused("", "resourceVersion should not be set on objects to be created", code=500)
        return self.create_decoded(kind, namespace, as_stored(self.kinds, kind, obj), options, told)

    def create_decoded(
        self, kind: Kind, namespace: str, obj: Obj, options: Options, told: tuple[str, ...], applied: bool = False
    ) -> Answer:
        """The end of every create; `obj` is of the stored kind. `applied`: its managers are already in it."""
        served, kind = kind, stored_kind(self.kinds, kind)
        now = self.pump.now()
        obj = prepare.system_fields(kind, namespace, obj, now, self.chance)
        obj = ways.prepared(kind, obj, None, "")
        obj, repeated = deduplicated(obj)
        obj = drop_disabled(kind.resource, default(kind.resource, obj), None)
        if self.managed_fields and not applied:
            obj = self.tracked(served, None, obj, options, "")
        meta = obj["metadata"]
        name = meta.get("name", "")
        if meta.get("generateName") and self.store.get(kind.resource, namespace, name) is not None:
            obj, name = self._renamed(kind, namespace, obj)
        asked = Asked(
            "CREATE", kind, namespace, name, "", obj, None, options.user, now, self.chance, options.dry_run, served, options
        )  # fmt: skip
        asked = self.mutating.run(asked, self.store.objects)
        assert asked.obj is not None
        obj = asked.obj
        if not options.internal:
            grants.check(self.access, asked)
        if kind.resource == "services":
            obj = allocate(obj, self.store.objects, self.chance)
        noted = _checked(kind, name, "", obj, None, served)
        asked = self.validating.run(asked.with_obj(obj), self.store.objects)
        present = self.store.get(kind.resource, namespace, name)
        if present is not None:
            taken = already_exists(served.plural, served.group, name)
            if present["metadata"].get("deletionTimestamp"):
                taken = Refused(taken.reason, f"object is being deleted: {taken.message}", taken.details)
            raise taken
        told = (*told, *repeated, *asked.told, *noted, *warnings_of(kind.resource, obj, None))
        return Answer(201, obj if options.dry_run else self._put(kind, obj), told)

    def _renamed(self, kind: Kind, namespace: str, obj: Obj) -> tuple[Obj, str]:
        """Under another generated name, when the first is taken; a name that was chosen stays."""
        meta = obj["metadata"]
        prefix = meta["generateName"][: prepare.NAME_MOST]
        name: str = meta["name"]
        if not prepare.is_generated(obj, name):
            return obj, name
        for _ in range(TRIES - 1):
            name = prefix + self.chance.suffix()
            if self.store.get(kind.resource, namespace, name) is None:
                break
        return {**obj, "metadata": {**meta, "name": name}}, name

    def replace(
        self, kind: Kind, namespace: str, name: str, body: Body, options: Options, subresource: str = ""
    ) -> Answer:
        obj, told = decoded(self.kinds, kind, body, options.field_validation)
        check_name(name, obj)
        same_namespace(kind, namespace, obj)
        check_segment(name)
        old = self.store.get(kind.stored_resource, namespace, name)
        if old is None:
            if kind.stored_resource not in prepare.CREATED_BY_PUT or subresource:
                raise not_found(kind.plural, kind.group, name)
            uid = obj["metadata"].get("uid")
            if uid:
                raise conflict(kind.plural, kind.group, name, no_such_uid(kind, namespace, name, uid))
            return self.create_decoded(kind, namespace, as_stored(self.kinds, kind, obj), options, told)
        old = ways.as_read(kind, old)
        given, uid = obj["metadata"].get("uid"), old["metadata"]["uid"]
        if given and given != uid:
            raise wrong_uid(kind, namespace, name, given, uid)
        if not obj["metadata"].get("resourceVersion") and must_be_versioned(kind) and not options.internal:
            raise version_required(kind, name)
        return self.write(kind, subresource, as_stored(self.kinds, kind, obj), old, options, told)

    def patch(
        self, kind: Kind, namespace: str, name: str, body: Body, type: Literal["merge", "strategic", "json", "apply"],
        options: Options, subresource: str = "",
    ) -> Answer:  # fmt: skip
        check_segment(name)
        old = self.store.get(kind.stored_resource, namespace, name)
        if old is not None:
            old = ways.as_read(kind, old)
        if type == "apply":
            return patching.apply_to(self, kind, namespace, name, body, options, subresource, old)
        if old is None:
            raise not_found(kind.plural, kind.group, name)
        obj, told = patching.patch_to(self.kinds, kind, old, body, type, options)
        check_name(name, obj)
        same_namespace(kind, namespace, obj)
        return self.write(kind, subresource, as_stored(self.kinds, kind, obj), old, options, told)

    def write(
        self, kind: Kind, subresource: str, obj: Obj, old: Obj, options: Options, told: tuple[str, ...],
        applied: bool = False,
    ) -> Answer:  # fmt: skip
        """The end of every PUT and PATCH; `obj` and `old` are of the stored kind."""
        served, kind = kind, stored_kind(self.kinds, kind)
        now, name = self.pump.now(), old["metadata"]["name"]
        namespace = old["metadata"].get("namespace", "")
        version = obj["metadata"].get("resourceVersion")
        if version and version != old["metadata"]["resourceVersion"]:
            raise conflict(served.plural, served.group, name, MODIFIED)
        obj = prepare.carried_over(kind, subresource, obj, old)
        obj, repeated = deduplicated(obj)
        if subresource == "status":
            obj = default_status(kind.resource, obj)
        else:
            obj = drop_disabled(kind.resource, default(kind.resource, obj), old)
        obj = ways.prepared(kind, prepare.counted(kind, subresource, obj, old), old, subresource)
        if self.managed_fields and not applied:
            # Before admission: what that adds is nobody's.
            obj = self.tracked(served, old, obj, options, subresource)
        asked = Asked(
            "UPDATE", kind, namespace, name, subresource, obj, old, options.user, now, self.chance, options.dry_run,
            served, options,
        )  # fmt: skip
        asked = self.mutating.run(asked, self.store.objects)
        assert asked.obj is not None
        obj = asked.obj
        if not options.internal:
            grants.check(self.access, asked)
        if kind.resource == "services" and not subresource:
            obj = allocate(obj, self.store.objects, self.chance)
        noted = _checked(kind, name, subresource, obj, old, served)
        asked = self.validating.run(asked.with_obj(obj), self.store.objects)
        told = (*told, *repeated, *asked.told, *noted, *(() if subresource else warnings_of(kind.resource, obj, old)))
        unchanged = prepare.same(obj, old)
        if unchanged and same_managers(obj, old):
            return Answer(200, old, told)
        if options.dry_run:
            return Answer(200, obj, told)
        if deletion.ends(obj) and (kind.resource != "namespaces" or not (obj.get("spec") or {}).get("finalizers")):
            self.store.remove(kind.resource, namespace, name)
            return Answer(200, obj, told)
        return Answer(200, self._put(kind, obj), told)

    def delete(self, kind: Kind, namespace: str, name: str, options: Options) -> Answer:
        served, kind = kind, stored_kind(self.kinds, kind)
        check_segment(name)
        deletion.check(options)
        old = self.store.get(kind.resource, namespace, name)
        if old is None:
            raise not_found(served.plural, served.group, name)
        refused = deletion.precondition_failed(kind, old, options)
        if refused is not None:
            raise refused
        now = self.pump.now()
        told = (*self.ask_deletion(served, old, options), *deletion.warnings(kind, options))
        if kind.resource == "namespaces":
            return self._delete_namespace(kind, old, options, told)
        marked = ways.first_deletion(kind, old, now)
        if marked is not None:
            return Answer(200, marked if options.dry_run else self._put(kind, marked), told)
        step = deletion.delete(kind, old, options, now)
        left = old
        if step.marked is not None:
            left = step.marked if options.dry_run else self._put(kind, step.marked)
        if not step.removed:
            return Answer(202 if options.orphan_dependents is False else 200, left, told)
        if not options.dry_run:
            self.store.remove(kind.resource, namespace, name)
        shown = kind.resource == "pods" or kind.resource in deletion.RETURNED
        return Answer(200, left if shown else deletion.gone(served, old), told)

    def ask_deletion(self, served: Kind, old: Obj, options: Options) -> tuple[str, ...]:
        """What admission says of the deletion: warnings. Raises Refused."""
        kind, meta = stored_kind(self.kinds, served), old["metadata"]
        asked = Asked(
            "DELETE", kind, meta.get("namespace", ""), meta["name"], "", None, old, options.user, self.pump.now(), self.chance,
            options.dry_run, served, options,
        )  # fmt: skip
        return self.validating.run(self.mutating.run(asked, self.store.objects), self.store.objects).told

    def ask_posted(self, kind: Kind, subresource: str, name: str, posted: Kind, obj: Obj, options: Options) -> None:
        """Whether admission lets an object be posted to another one: an Eviction, a Binding. Raises Refused."""
        if not self.hooks.configured.decides:
            return
        namespace = obj["metadata"].get("namespace", "")
        asked = Asked(
            "CREATE", kind, namespace, name, subresource, obj, None, options.user, self.pump.now(), self.chance,
            options.dry_run, None, options, posted=posted,
        )  # fmt: skip
        self.validating.declared(asked, self.store.objects)

    def _delete_namespace(self, kind: Kind, old: Obj, options: Options, told: tuple[str, ...]) -> Answer:
        """A namespace only starts to end here; its controller empties it and then removes the finalizer of its spec."""
        meta = old["metadata"]
        if meta.get("deletionTimestamp"):
            if not old["spec"].get("finalizers") and not meta.get("finalizers") and not options.dry_run:
                self.store.remove(kind.resource, "", meta["name"])
            return Answer(200, old, told)
        marked = {
            **old, "metadata": {**meta, "deletionTimestamp": time_text(self.pump.now())},
            "status": {**old.get("status", {}), "phase": "Terminating"},
        }  # fmt: skip
        return Answer(200, marked if options.dry_run else self._put(kind, marked), told)

    # -- what the verbs share

    def commit(self, kind: Kind, obj: Obj, old: Obj, options: Options, subresource: str) -> Obj:
        """The end of a subresource's own write (binding, eviction, scale): managers, then the commit."""
        if prepare.same(obj, old):
            return old
        if self.managed_fields:
            obj = self.tracked(kind, old, obj, options, subresource)
        return obj if options.dry_run else self._put(kind, obj)

    def tracked(self, kind: Kind, old: Obj | None, obj: Obj, options: Options, subresource: str) -> Obj:
        """The object with its managers brought up to date, in the words of the version that was written."""
        now = time_text(self.pump.now())
        if not is_converted(kind):
            type, reset = ways.owned(kind)
            return track(type, old, obj, options.manager, now, kind.api_version, subresource, reset=reset)
        before = None if old is None else to_served(kind, old)
        shown = track(kind.type, before, to_served(kind, obj), options.manager, now, kind.api_version, subresource)
        return {**obj, "metadata": {**obj["metadata"], "managedFields": shown["metadata"].get("managedFields") or []}}

    def adopt_events(self) -> None:
        """After a restart: every stored event gets its hour from now."""
        self.forgetting.adopt()

    def _put(self, kind: Kind, obj: Obj) -> Obj:
        new = self.store.put(kind.resource, ways.as_kept(kind, obj))
        if kind.resource == "events":
            self.forgetting.remember(new)
        return new


def _checked(kind: Kind, name: str, subresource: str, obj: Obj, old: Obj | None, served: Kind) -> list[str]:
    """Validation: what the writer is warned of. Raises Refused (422)."""
    errors, warnings = ways.checked(kind, subresource, obj, old)
    if served is not kind:
        errors = [*errors, *validate_as(served.resource, kind.resource, obj, old)]
    if errors:
        raise refusal(kind, name, errors)
    return warnings
