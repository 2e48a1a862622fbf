"""Rules and conditions of webhooks and policies (Kubernetes: pkg/apis/admissionregistration/validation)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    invalid,
    not_supported,
    required,
    too_many,
)  # fmt: skip
from quorate.apiserver.validation.selectors import label_selector
from quorate.apiserver.validation.texts import path_segment_errors
from quorate.contract.plan import Obj

if TYPE_CHECKING:
    from quorate.objects.cel.types import Type

OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = ("*", "Cluster", "Namespaced")
FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")
MOST_CONDITIONS = 64


def rule_with_operations(rule: Obj, at: str) -> list[FieldError]:
    operations = rule.get("operations") or []
    errors: list[FieldError] = []
    if not operations:
        errors.append(required(f"{at}.operations"))
    if len(operations) > 1 and "*" in operations:
        errors.append(invalid(f"{at}.operations", operations, "if '*' is present, must not specify other operations"))
    for i, operation in enumerate(operations):
        if operation not in OPERATIONS:
            errors.append(not_supported(f"{at}.operations[{i}]", operation, OPERATIONS))
    return errors + _rule(rule, at)


def _rule(rule: Obj, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for field, what in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        given = rule.get(field) or []
        if not given:
            errors.append(required(f"{at}.{field}"))
        if len(given) > 1 and "*" in given:
            errors.append(invalid(f"{at}.{field}", given, f"if '*' is present, must not specify other {what}"))
    errors += [required(f"{at}.apiVersions[{i}]") for i, v in enumerate(rule.get("apiVersions") or ()) if not v]
    errors += _resources(rule.get("resources") or [], f"{at}.resources")
    scope = rule.get("scope")
    if scope is not None and scope not in SCOPES:
        errors.append(not_supported(f"{at}.scope", scope, SCOPES))
    return errors


def _resources(given: Sequence[str], at: str) -> list[FieldError]:
    errors: list[FieldError] = [] if given else [required(at)]
    every_part: set[str] = set()
    part_of_all: set[str] = set()
    plain = False
    for i, resource in enumerate(given):
        if not resource:
            errors.append(required(f"{at}[{i}]"))
            continue
        name, slash, part = resource.partition("/")
        if not slash:
            plain = resource != "*"
            continue
        if name in every_part:
            errors.append(invalid(f"{at}[{i}]", resource, f"if '{name}/*' is present, must not specify {resource}"))
        if part in part_of_all:
            errors.append(invalid(f"{at}[{i}]", resource, f"if '*/{part}' is present, must not specify {resource}"))
        if part == "*":
            every_part.add(name)
        if name == "*":
            part_of_all.add(part)
    if len(given) > 1 and "*/*" in given:
        errors.append(invalid(at, list(given), "if '*/*' is present, must not specify other resources"))
    if "*" in given and plain:
        why = "if '*' is present, must not specify other resources without subresources"
        errors.append(invalid(at, list(given), why))
    return errors


def match_resources(found: Obj | None, at: str) -> list[FieldError]:
    """matchConstraints of a policy, matchResources of a binding; defaults are filled in already."""
    if found is None:
        return []
    errors: list[FieldError] = []
    policy = found.get("matchPolicy")
    if policy is None:
        errors.append(required(f"{at}.matchPolicy"))
    elif policy not in MATCH_POLICIES:
        errors.append(not_supported(f"{at}.matchPolicy", policy, MATCH_POLICIES))
    for field in ("namespaceSelector", "objectSelector"):
        errors += (
            [required(f"{at}.{field}")] if found.get(field) is None else label_selector(f"{at}.{field}", found[field])
        )
    for field in ("resourceRules", "excludeResourceRules"):
        for i, rule in enumerate(found.get(field) or ()):
            errors += _named_rule(rule, f"{at}.{field}[{i}]")
    return errors


def _named_rule(rule: Obj, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    names = rule.get("resourceNames") or []
    for i, name in enumerate(names):
        errors += each_invalid(f"{at}.resourceNames[{i}]", name, path_segment_errors(name))
        if name in names[:i]:
            errors.append(duplicate(f"{at}.resourceNames[{i}]", name))
    return errors + rule_with_operations(rule, at)


def match_conditions(found: Sequence[Obj] | None, at: str, params: bool | None) -> list[FieldError]:
    """`params`: whether there are params; None for a webhook's conditions."""
    found = found or ()
    errors: list[FieldError] = []
    if len(found) > MOST_CONDITIONS:
        errors.append(too_many(at, len(found), MOST_CONDITIONS))
    names: set[str] = set()
    for i, condition in enumerate(found):
        text, name = (condition.get("expression") or "").strip(), condition.get("name") or ""
        field = f"{at}[{i}]"
        errors += [required(f"{field}.expression")] if not text else _condition(text, f"{field}.expression", params)
        errors += meta.label_name(f"{field}.name", name) if name else [required(f"{field}.name")]
        if name and name in names:
            errors.append(duplicate(f"{field}.name", name))
        names.add(name)
    return errors


def _condition(text: str, field: str, params: bool | None) -> list[FieldError]:
    from quorate.apiserver.admission.hooks.expressions import of_policies, of_webhooks
    from quorate.objects.cel.types import BOOL

    return expression(text, field, of_webhooks() if params is None else of_policies(params), BOOL)


def expression(
    text: str, field: str, known: "Mapping[str, Type]", *results: "Type", mutating: bool = False
) -> list[FieldError]:
    """Whether CEL compiles and comes to one of these types; none for any. `mutating`: it may make objects."""
    from quorate.apiserver.admission.hooks.expressions import checked

    wrong = checked(text, known, results, mutating)
    return [invalid(field, text, wrong)] if wrong else []
