"""MutatingAdmissionPolicies: CEL that changes what is written (Kubernetes: apiserver/pkg/admission/plugin/policy/mutating)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.apiserver.admission.hooks import review
from quorate.apiserver.admission.hooks.conditions import CannotTell, Expression, conditions, hold
from quorate.apiserver.admission.hooks.expressions import APPLY_RESULT, PATCH_RESULT, Values, compiled, of_policies
from quorate.apiserver.admission.hooks.matching import is_exempt
from quorate.apiserver.admission.hooks.policies import Misconfigured, concerns, params_of, scope_of
from quorate.apiserver.admission.hooks.policy import declared
from quorate.apiserver.admission.hooks.settling import settled
from quorate.apiserver.admission.refusal import refused_early
from quorate.apiserver.asked import Asked
from quorate.apiserver.custom.ways import owned
from quorate.contract.declared import OUTSIDE
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.cel import messages
from quorate.objects.cel.program import CelError
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.patch import typed
from quorate.objects.patch.json_patch import apply_json_patch
from quorate.objects.patch.refusal import PatchError
from quorate.objects.patch.shape import Shape, shape_of


class CannotChange(Exception):
    """A mutation could not be carried out: the failurePolicy decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Mutator:
    """A mutating policy with what binds it. `steps`: whether each is a JSON patch, and its expression."""

    name: str
    spec: Obj
    fails: bool
    conditions: tuple[Expression, ...]
    variables: tuple[tuple[str, Expression], ...]
    steps: tuple[tuple[bool, Expression], ...]
    bindings: tuple[Obj, ...]

    @property
    def again(self) -> bool:
        return self.spec.get("reinvocationPolicy") == "IfNeeded"


def made(policy: Obj, bindings: Sequence[Obj]) -> Mutator:
    """What is wrong with an expression shows when it is asked."""
    spec = policy["spec"]
    known = of_policies(bool(spec.get("paramKind")))
    variables, whole = declared(spec.get("variables"), known, mutating=True)
    steps = []
    for mutation in spec.get("mutations") or ():
        is_patch = mutation.get("patchType") == "JSONPatch"
        source = (mutation.get("jsonPatch" if is_patch else "applyConfiguration") or {}).get("expression") or ""
        result = PATCH_RESULT if is_patch else APPLY_RESULT
        steps.append((is_patch, Expression(source, compiled(source, whole, result, mutating=True))))
    found = conditions(spec.get("matchConditions"), known)
    fails = spec.get("failurePolicy") != "Ignore"
    return Mutator(policy["metadata"]["name"], spec, fails, found, variables, tuple(steps), tuple(bindings))


class Mutation:
    """One request on its way through the mutating policies, and once more where they ask for it."""

    def __init__(self, mutators: tuple[Mutator, ...], kinds: Kinds) -> None:
        self.mutators, self.kinds = mutators, kinds
        self.changed = False
        self._eager: set[Mutator] = set()
        self._due: set[Mutator] = set()

    def first(self, asked: Asked, reader: Reader) -> Asked:
        """The request as all leave it. Raises Refused."""
        for mutator in self.mutators:
            asked = self._ask(mutator, asked, reader)
        return asked

    def again(self, asked: Asked, reader: Reader, otherwise: bool) -> Asked:
        """The same by those with reinvocationPolicy IfNeeded after whom it was changed; `otherwise`: by others than
        policies. Raises Refused.
        """
        due = self._eager if otherwise else self._due
        for mutator in self.mutators:
            if mutator in due:
                asked = self._ask(mutator, asked, reader)
        return asked

    def _ask(self, mutator: Mutator, asked: Asked, reader: Reader) -> Asked:
        if asked.obj is None or is_exempt(asked) or asked.user.name == OUTSIDE:
            return asked
        before, spec = asked, mutator.spec
        for binding in mutator.bindings:
            kind = concerns(spec.get("matchConstraints"), asked, self.kinds, reader)
            if kind is None:
                break
            within = binding["spec"].get("matchResources")
            if within is not None and concerns(within, asked, self.kinds, reader, narrowing=True) is None:
                continue
            try:
                for params in params_of(spec, binding["spec"], asked, self.kinds, reader):
                    asked = self._changed(mutator, asked, kind, params, reader)
            except Misconfigured as wrong:
                if mutator.fails:
                    raise _refused(asked, mutator, binding, str(wrong), "Forbidden") from None
            except CannotChange as wrong:
                if mutator.fails:
                    raise _refused(asked, mutator, binding, str(wrong), "Invalid") from None
        if asked is not before:
            self.changed = True
            self._due |= self._eager
        if mutator.again:
            self._eager.add(mutator)
        return asked

    def _changed(self, mutator: Mutator, asked: Asked, kind: Kind, params: Obj | None, reader: Reader) -> Asked:
        """All its mutations, in order. Raises CannotChange."""
        scope = scope_of(mutator.spec, params, asked, kind, reader, mutating=True)
        try:
            if not hold(mutator.conditions, scope, mutator.fails):
                return asked
        except CannotTell as wrong:
            raise CannotChange(str(wrong)) from None
        for is_patch, expression in mutator.steps:
            scope = scope_of(mutator.spec, params, asked, kind, reader, mutating=True)
            whole: dict[str, Any] = dict(scope)
            whole["variables"] = Values({name: partial(found.value, whole) for name, found in mutator.variables})
            shown = review.unborn(asked, review.shown(kind, asked.obj, review.is_drawn(asked)))
            assert shown is not None
            try:
                value = expression.value(whole)
                obj = _patched(shown, value) if is_patch else _applied(kind, shown, value)
            except (CelError, messages.Mistyped) as wrong:
                raise CannotChange(str(wrong)) from None
            if obj != shown:
                asked = settled(asked, kind, obj, self.kinds)
        return asked


def _patched(shown: Obj, value: Any) -> Obj:
    """A test that fails leaves the object as it is. Raises CannotChange, Mistyped."""
    operations = [
        {field: messages.plain(inner) if field == "value" else inner for field, inner in operation.items()}
        for operation in value
    ]
    try:
        return apply_json_patch(shown, operations)
    except PatchError as wrong:
        if any(operation.get("op") == "test" for operation in operations):
            return shown
        raise CannotChange(f"JSONPath: {wrong}") from None


def _applied(kind: Kind, shown: Obj, value: Any) -> Obj:
    """Laid over the object as server-side apply does, but nobody owns it. Raises CannotChange, Mistyped."""
    shape = shape_of(owned(kind)[0])
    given = {**messages.plain(value, messages.OBJECT), "apiVersion": kind.api_version, "kind": kind.kind}
    problems = typed.problems(shape, given)
    if problems:
        text = problems[0] if len(problems) == 1 else "\n".join(["errors:", *(f"  {one}" for one in problems)])
        group, _, version = kind.api_version.rpartition("/")
        what = f"/; {group}/{version}, Kind={kind.kind}"
        why = f"failed to convert patch object to typed object: failed to create typed patch object ({what}): {text}"
        raise CannotChange(f"error applying patch: {why}")
    atomic = _atomics(shape, given, "")
    if atomic:
        why = f"may not mutate atomic arrays, maps or structs: {', '.join(atomic)}"
        raise CannotChange(f"error applying patch: invalid ApplyConfiguration: {why}")
    merged: Obj = typed.merge(shape, shown, given)
    return merged


def _atomics(shape: Shape, value: Any, path: str) -> list[str]:
    """Where something would be replaced as a whole, though only a part of it was meant."""
    out: list[str] = []
    if isinstance(value, dict) and shape.kind in ("object", "map"):
        out += [path] if shape.atomic else []
        for name, inner in value.items():
            if shape.has(name):
                out += _atomics(shape.field(name), inner, f"{path}.{name}")
    elif isinstance(value, list) and shape.kind == "list":
        out += [path] if shape.atomic else []
        for i, inner in enumerate(value):
            if shape.element is not None:
                out += _atomics(shape.element, inner, f"{path}[{i}]")
    return out


def _refused(asked: Asked, mutator: Mutator, binding: Obj, why: str, reason: str) -> Refused:
    message = f"policy '{mutator.name}' with binding '{binding['metadata']['name']}' denied request: {why}"
    details = {**(refused_early(asked, why).details or {}), "causes": [{"message": message}]}
    refused = Refused(reason, message, details, 403)
    refused.warnings = asked.told
    return refused
