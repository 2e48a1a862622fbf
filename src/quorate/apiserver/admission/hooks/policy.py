"""ValidatingAdmissionPolicies: CEL that decides about requests (Kubernetes: apiserver/pkg/admission/plugin/policy/validating)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.apiserver.admission.hooks.conditions import CannotTell, Expression, conditions, hold
from quorate.apiserver.admission.hooks.expressions import (
    Values,
    compiled,
    of_policies,
    with_variables,
    without_authorizer,
)
from quorate.contract.plan import Obj
from quorate.objects.cel.program import CelError
from quorate.objects.cel.types import BOOL, DYN, STRING, Type

MOST_MESSAGE = 5 * 1024


@dataclass(frozen=True, slots=True)
class Rule:
    """One of a policy's validations."""

    spec: Obj
    expression: Expression
    message: Expression | None


@dataclass(frozen=True, slots=True)
class Denied:
    """A validation that does not let a request pass; `reason` "" for one that could not be evaluated."""

    message: str
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A policy with what binds it; `fails` says that its failurePolicy is Fail."""

    name: str
    spec: Obj
    fails: bool
    conditions: tuple[Expression, ...]
    variables: tuple[tuple[str, Expression], ...]
    rules: tuple[Rule, ...]
    bindings: tuple[Obj, ...]


def made(policy: Obj, bindings: Sequence[Obj]) -> Policy:
    """What is wrong with an expression shows when it is asked."""
    spec = policy["spec"]
    known = of_policies(bool(spec.get("paramKind")))
    variables, whole = declared(spec.get("variables"), known)
    rules = tuple(
        Rule(
            rule,
            Expression(rule["expression"], compiled(rule["expression"], whole, BOOL)),
            Expression(said, compiled(said, without_authorizer(whole), STRING))
            if (said := rule.get("messageExpression"))
            else None,
        )
        for rule in spec.get("validations") or ()
    )
    found = conditions(spec.get("matchConditions"), known)
    fails = spec.get("failurePolicy") != "Ignore"
    return Policy(policy["metadata"]["name"], spec, fails, found, variables, rules, tuple(bindings))


def declared(
    variables: Sequence[Obj] | None, known: Mapping[str, Type], mutating: bool = False
) -> tuple[tuple[tuple[str, Expression], ...], Mapping[str, Type]]:
    """(the variables, what expressions know with them); each knows those before it."""
    types: dict[str, Type] = {}
    found: list[tuple[str, Expression]] = []
    for variable in variables or ():
        name, source = variable["name"], variable["expression"]
        program = compiled(source, with_variables(known, types), None, mutating)
        found.append((name, Expression(source, program)))
        types[name] = DYN if isinstance(program, str) else program.type
    return tuple(found), with_variables(known, types)


def verdicts(policy: Policy, scope: dict[str, Any]) -> list[Denied]:
    """What does not let the request pass. `scope` has what `of_policies` declares."""
    try:
        if not hold(policy.conditions, scope, policy.fails):
            return []
    except CannotTell as wrong:
        return [Denied(str(wrong))]
    whole = dict(scope)
    whole["variables"] = Values({name: partial(found.value, whole) for name, found in policy.variables})
    out: list[Denied] = []
    for rule in policy.rules:
        try:
            passed = rule.expression.value(whole)
        except CelError as wrong:
            if policy.fails:
                out.append(Denied(str(wrong)))
            continue
        if passed is not True:
            out.append(Denied(_message(rule, whole), rule.spec.get("reason") or "Invalid"))
    return out


def _message(rule: Rule, scope: dict[str, Any]) -> str:
    """The computed message, else the given one, else the expression."""
    if rule.message is not None:
        try:
            text = rule.message.value(scope)
        except CelError:
            text = None
        if isinstance(text, str):
            text = text.strip()
            if text and len(text.encode()) <= MOST_MESSAGE and "\n" not in text:
                return text
    given = (rule.spec.get("message") or "").strip()
    return given or f"failed expression: {rule.spec['expression'].strip()}"
