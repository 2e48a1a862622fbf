"""Asks the webhooks that a request concerns (Kubernetes: .../plugin/webhook/mutating and validating, dispatcher.go).

Mutating ones are asked one after another, each with what the ones before have made of the object. Validating ones are
asked together; of several refusals the first counts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from quorate.apiserver.admission.hooks import authorizing, review
from quorate.apiserver.admission.hooks.answers import Failed, Verdict, internal, verdict
from quorate.apiserver.admission.hooks.calls import call_of
from quorate.apiserver.admission.hooks.conditions import CannotTell, hold
from quorate.apiserver.admission.hooks.configured import Hook
from quorate.apiserver.admission.hooks.matching import (
    is_exempt,
    matching_kind,
    selects_namespace,
    selects_object,
)  # fmt: skip
from quorate.apiserver.admission.hooks.settling import settled
from quorate.apiserver.asked import Asked
from quorate.contract.declared import OUTSIDE
from quorate.contract.failures import Refused, bad_request, forbidden
from quorate.contract.ports import Reader
from quorate.contract.webhooks import Call, Caller
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.patch.json_patch import apply_json_patch
from quorate.objects.patch.refusal import PatchError

Asker = Callable[[], Caller]


HARMLESS = ("None", "NoneOnDryRun")
"""Side effects of webhooks that may be asked though nothing is going to happen."""


def concerned(hooks: Iterable[Hook], asked: Asked, kinds: Kinds, reader: Reader) -> Iterator[tuple[Hook, Kind]]:
    """The webhooks that a request concerns, each with the kind by which. Raises Refused (403)."""
    for hook in hooks:
        kind = concerns(hook, asked, kinds, reader)
        if kind is not None:
            yield hook, kind


def concerns(hook: Hook, asked: Asked, kinds: Kinds, reader: Reader, mutating: bool = False) -> Kind | None:
    """What parts of this process note in events, and what happens to a world from outside, is nobody's to decide."""
    spec = hook.spec
    if is_exempt(asked) or asked.user.name == OUTSIDE or _is_noted(asked):
        return None
    if not selects_namespace(spec.get("namespaceSelector"), asked, reader):
        return None
    if not selects_object(spec.get("objectSelector"), asked):
        return None
    kind = matching_kind(kinds, asked, spec.get("rules") or (), spec.get("matchPolicy") or "Equivalent")
    if kind is None or not hook.conditions:
        return kind
    told = review.request(asked, kind, mutating)
    scope = {
        "object": told.pop("object"),
        "oldObject": told.pop("oldObject"),
        "request": told,
        **authorizing.scope(asked),
    }
    try:
        return kind if hold(hook.conditions, scope, hook.fails) else None
    except CannotTell as wrong:
        raise forbidden(asked.kind.plural, asked.kind.group, asked.name, str(wrong)) from None


def _is_noted(asked: Asked) -> bool:
    return asked.kind.plural == "events" and asked.options is not None and asked.options.internal


def _check_dry_run(hook: Hook, asked: Asked) -> None:
    """Raises Refused (400), whatever its failurePolicy."""
    if asked.dry_run and hook.spec.get("sideEffects") not in HARMLESS:
        raise bad_request(f'admission webhook "{hook.name}" does not support dry run')


def validate(hooks: Iterable[Hook], asked: Asked, kinds: Kinds, reader: Reader, caller: Caller) -> Asked:
    """The request with what it is warned of. Raises Refused."""
    found = list(concerned(hooks, asked, kinds, reader))
    if not found:
        return asked
    for hook, _ in found:
        _check_dry_run(hook, asked)
    calls = [call_of(hook, asked, kind, reader, mutating=False) for hook, kind in found]
    refused: Refused | None = None
    told: list[str] = []
    for (hook, _), call, answered in zip(found, calls, caller.call(calls), strict=True):
        try:
            said = verdict(call, answered, mutating=False)
        except Failed as wrong:
            if hook.fails:
                refused = refused or internal(str(wrong))
            continue
        told += said.warnings
        refused = refused or said.refused
    if refused is not None:
        raise _warning(refused, (*asked.told, *told))
    return replace(asked, told=(*asked.told, *told)) if told else asked


class Mutation:
    """One request on its way through the mutating webhooks, and once more where they ask for it."""

    def __init__(self, hooks: tuple[Hook, ...], kinds: Kinds, caller: Caller) -> None:
        self.hooks, self.kinds, self.caller = hooks, kinds, caller
        self.changed = False
        self._eager: list[Hook] = []
        self._due: set[Hook] = set()

    def first(self, asked: Asked, reader: Reader) -> Asked:
        """Asks all that it concerns. Raises Refused."""
        for hook in self.hooks:
            asked = self._ask(hook, asked, reader)
        return asked

    def again(self, asked: Asked, reader: Reader, otherwise: bool) -> Asked:
        """Asks those with reinvocationPolicy IfNeeded whose object was changed after they saw it; `otherwise`: by others
        than webhooks. Raises Refused.
        """
        due = set(self._eager) if otherwise else set(self._due)
        for hook in self.hooks:
            if hook in due:
                before = asked.obj
                asked = self._ask(hook, asked, reader)
                if asked.obj is not before:
                    due |= self._due
        return asked

    def _ask(self, hook: Hook, asked: Asked, reader: Reader) -> Asked:
        kind = concerns(hook, asked, self.kinds, reader, mutating=True)
        if kind is None:
            return asked
        _check_dry_run(hook, asked)
        call = call_of(hook, asked, kind, reader, mutating=True)
        (answered,) = self.caller.call([call])
        try:
            said = verdict(call, answered, mutating=True)
        except Failed as wrong:
            if hook.fails:
                raise _warning(internal(str(wrong)), asked.told) from None
            return asked
        if said.warnings:
            asked = replace(asked, told=(*asked.told, *said.warnings))
        if said.refused is not None:
            raise _warning(said.refused, asked.told)
        changed = self._patched(call, asked, kind, said)
        if changed is not asked:
            self.changed = True
            self._due |= set(self._eager)
        if hook.again and hook not in self._eager:
            self._eager.append(hook)
        return changed

    def _patched(self, call: Call, asked: Asked, kind: Kind, said: Verdict) -> Asked:
        if not said.patch:
            return asked
        if asked.obj is None:
            raise internal(
                f'admission webhook "{call.webhook}" attempted to modify the object, which is not supported for this '
                "operation"
            )
        shown = review.unborn(asked, review.shown(kind, asked.obj, review.is_drawn(asked)))
        assert shown is not None
        try:
            obj = apply_json_patch(shown, said.patch)
        except PatchError as wrong:
            raise internal(str(wrong)) from None
        return asked if obj == shown else settled(asked, kind, obj, self.kinds)


def _warning(refused: Refused, told: tuple[str, ...]) -> Refused:
    refused.warnings = told
    return refused
