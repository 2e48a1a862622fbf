"""A Job's podFailurePolicy and successPolicy (batch/validation, validatePodFailurePolicy and validateSuccessPolicy)."""

from typing import Any

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    invalid,
    not_negative,
    not_supported,
    required,
    too_long,
    too_many,
    without_value,
)
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"]
OPERATORS = ["In", "NotIn"]
STATUSES = ["False", "True", "Unknown"]
MOST_RULES, MOST_CODES, MOST_PATTERNS = 20, 255, 20
LONGEST_INDEXES = 64 * 1024


def failure_policy(path: str, spec: Obj) -> list[FieldError]:
    """`path` is the policy's, `spec` the Job's whole spec: rules name its containers."""
    rules = spec["podFailurePolicy"].get("rules") or []
    pod = (spec.get("template") or {}).get("spec") or {}
    names = {c.get("name", "") for field in ("containers", "initContainers") for c in pod.get(field) or ()}
    errors = [too_many(f"{path}.rules", len(rules), MOST_RULES)] if len(rules) > MOST_RULES else []
    for i, rule in enumerate(rules):
        errors += _failure_rule(f"{path}.rules[{i}]", rule, spec, names)
    return errors


def _failure_rule(path: str, rule: Obj, spec: Obj, names: set[str]) -> list[FieldError]:
    action, codes, patterns = rule.get("action", ""), rule.get("onExitCodes"), rule.get("onPodConditions") or []
    errors = _chosen(f"{path}.action", action, ACTIONS)
    if action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        errors.append(invalid(f"{path}.action", action, "requires the backoffLimitPerIndex to be set"))
    if codes is not None:
        errors += _exit_codes(f"{path}.onExitCodes", codes, names)
    errors += _patterns(f"{path}.onPodConditions", patterns)
    if codes is not None and patterns:
        errors.append(without_value(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not patterns:
        errors.append(without_value(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return errors


def _chosen(path: str, value: str, choices: list[str]) -> list[FieldError]:
    if not value:
        quoted = " ".join(f'"{choice}"' for choice in choices)
        return [required(path, f"valid values: [{quoted}]")]
    return [] if value in choices else [not_supported(path, value, choices)]


def _exit_codes(path: str, codes: Obj, names: set[str]) -> list[FieldError]:
    operator, name, values = codes.get("operator", ""), codes.get("containerName"), codes.get("values") or []
    errors = _chosen(f"{path}.operator", operator, OPERATORS)
    if name is not None and name not in names:
        why = "must be one of the container or initContainer names in the pod template"
        errors.append(invalid(f"{path}.containerName", name, why))
    at = f"{path}.values"
    if not values:
        errors.append(invalid(at, codes.get("values"), "at least one value is required"))
    elif len(values) > MOST_CODES:
        errors.append(too_many(at, len(values), MOST_CODES))
    for i, code in enumerate(values):
        if operator == "In" and code == 0:
            errors.append(invalid(f"{at}[{i}]", code, "must not be 0 for the In operator"))
        if code in values[:i]:
            errors.append(duplicate(f"{at}[{i}]", code))
    if values != sorted(values):
        errors.append(invalid(at, values, "must be ordered"))
    return errors


def _patterns(path: str, patterns: list[Obj]) -> list[FieldError]:
    errors = [too_many(path, len(patterns), MOST_PATTERNS)] if len(patterns) > MOST_PATTERNS else []
    for i, pattern in enumerate(patterns):
        kind = pattern.get("type", "")
        errors += [invalid(f"{path}[{i}].type", kind, why) for why in qualified_name_errors(kind)]
        errors += _chosen(f"{path}[{i}].status", pattern.get("status", ""), STATUSES)
    return errors


def success_policy(path: str, spec: Obj) -> list[FieldError]:
    """`path` is the policy's; only an Indexed Job may have one."""
    policy = spec["successPolicy"]
    if spec.get("completionMode") != "Indexed":
        return [invalid(path, shown_success_policy(policy), "requires indexed completion mode")]
    rules, at = policy.get("rules") or [], f"{path}.rules"
    errors: list[FieldError] = []
    if not rules:
        errors.append(required(at, "at least one rules must be specified when the successPolicy is specified"))
    if len(rules) > MOST_RULES:
        errors.append(too_many(at, len(rules), MOST_RULES))
    for i, rule in enumerate(rules):
        errors += _success_rule(f"{at}[{i}]", rule, spec.get("completions") or 0)
    return errors


def _success_rule(path: str, rule: Obj, completions: int) -> list[FieldError]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    errors: list[FieldError] = []
    if count is None and indexes is None:
        errors.append(required(path, "at least one of succeededCount or succeededIndexes must be specified"))
    total = 0
    if indexes is not None:
        at = f"{path}.succeededIndexes"
        if len(indexes) > LONGEST_INDEXES:
            errors.append(too_long(at, LONGEST_INDEXES))
        total, wrong = indexes_named(indexes, completions)
        if wrong:
            errors.append(invalid(at, indexes, f"error parsing succeededIndexes: {wrong}"))
    if count is not None:
        at = f"{path}.succeededCount"
        errors += not_negative(at, count)
        if count > completions:
            why = f"must be less than or equal to {completions} (the number of specified completions)"
            errors.append(invalid(at, count, why))
        if indexes is not None and count > total:
            why = (
                f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            )
            errors.append(invalid(at, count, why))
    return errors


def indexes_named(text: str, completions: int) -> tuple[int, str]:
    """How many indexes "1,3-5" names, and what is wrong with it ("" for nothing; then the number is 0)."""
    last, total = -1, 0
    for part in text.split(",") if text else ():
        ends = part.split("-")
        if len(ends) > 2:
            why = "violates the requirement that an index interval can have at most two parts separated by '-'"
            return 0, f'the fragment "{part}" {why}'
        numbers = []
        for end in ends:
            if not end.removeprefix("+").isdigit() or not end.isascii():
                return 0, f'cannot convert string to integer for index: "{end}"'
            if int(end) >= completions:
                return 0, f'too large index: "{end}"'
            numbers.append(int(end))
        first, then = numbers[0], numbers[-1]
        if len(numbers) == 2 and first >= then:
            return 0, f"non-increasing order, previous: {first}, current: {then}"
        if last >= first:
            return 0, f"non-increasing order, previous: {last}, current: {first}"
        last = then
        total += then - first + 1
    return total, ""


def shown_failure_policy(policy: Obj | None) -> Any:
    """As Kubernetes prints its internal struct."""
    if policy is None:
        return None
    return {"Rules": [_shown_failure_rule(rule) for rule in policy.get("rules") or []]}


def _shown_failure_rule(rule: Obj) -> Obj:
    codes = rule.get("onExitCodes")
    if codes is not None:
        codes = {
            "ContainerName": codes.get("containerName"),
            "Operator": codes.get("operator", ""),
            "Values": codes.get("values"),
        }
    patterns = rule.get("onPodConditions")
    if patterns is not None:
        patterns = [{"Type": p.get("type", ""), "Status": p.get("status", "")} for p in patterns]
    return {"Action": rule.get("action", ""), "OnExitCodes": codes, "OnPodConditions": patterns}


def shown_success_policy(policy: Obj | None) -> Any:
    """As Kubernetes prints its internal struct."""
    if policy is None:
        return None
    rules = policy.get("rules")
    if rules is not None:
        rules = [
            {"SucceededIndexes": r.get("succeededIndexes"), "SucceededCount": r.get("succeededCount")} for r in rules
        ]
    return {"Rules": rules}
