"""What the policies share with their bindings' kinds (Kubernetes: pkg/apis/admissionregistration/validation)."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from quorate.apiserver.validation.admission_rules import (
    FAILURE_POLICIES,
    expression,
    match_conditions,
    match_resources,
)  # fmt: skip
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.selectors import label_selector
from quorate.apiserver.validation.texts import path_segment_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1035_label_errors, dns1123_subdomain_errors

if TYPE_CHECKING:
    from quorate.objects.cel.types import Type

_IDENTIFIER = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_RESERVED = frozenset({
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
NOT_FOUND_ACTIONS = ("Deny", "Allow")


def frame(spec: Obj) -> list[FieldError]:
    """What stands around a policy's own rules."""
    errors: list[FieldError] = []
    policy = spec.get("failurePolicy")
    if policy is None:
        errors.append(required("spec.failurePolicy"))
    elif policy not in FAILURE_POLICIES:
        errors.append(not_supported("spec.failurePolicy", policy, FAILURE_POLICIES))
    if spec.get("paramKind") is not None:
        errors += _param_kind(spec["paramKind"])
    constraints = spec.get("matchConstraints")
    if constraints is None:
        errors.append(required("spec.matchConstraints"))
    else:
        errors += match_resources(constraints, "spec.matchConstraints")
        if not constraints.get("resourceRules"):
            errors.append(required("spec.matchConstraints.resourceRules"))
    has_params = spec.get("paramKind") is not None
    return errors + match_conditions(spec.get("matchConditions"), "spec.matchConditions", has_params)


def _param_kind(kind: Obj) -> list[FieldError]:
    at, errors = "spec.paramKind", list[FieldError]()
    text = kind.get("apiVersion") or ""
    if not text:
        errors.append(required(f"{at}.apiVersion"))
    elif text.count("/") > 1:
        errors.append(invalid(f"{at}.apiVersion", text, f"unexpected GroupVersion string: {text}"))
    else:
        group, _, version = text.rpartition("/")
        if group and (wrong := dns1123_subdomain_errors(group)):
            errors.append(invalid(f"{at}.apiVersion", group, ",".join(wrong)))
        if not version:
            errors.append(invalid(f"{at}.apiVersion", text, "version must be specified"))
        elif wrong := dns1035_label_errors(version):
            errors.append(invalid(f"{at}.apiVersion", version, ",".join(wrong)))
    name = kind.get("kind") or ""
    if not name:
        errors.append(required(f"{at}.kind"))
    elif wrong := dns1035_label_errors(name.lower()):
        why = f"may have mixed case, but should otherwise match: {','.join(wrong)}"
        errors.append(invalid(f"{at}.kind", name, why))
    return errors


def known(spec: Obj, mutating: bool = False) -> "Mapping[str, Type]":
    """What the policy's expressions know, its variables with it."""
    from quorate.apiserver.admission.hooks.expressions import of_policies
    from quorate.apiserver.admission.hooks.policy import declared

    return declared(named(spec), of_policies(spec.get("paramKind") is not None), mutating)[1]


def named(spec: Obj) -> list[Obj]:
    return [v for v in spec.get("variables") or () if v.get("name") and v.get("expression")]


def variables(spec: Obj, mutating: bool = False) -> list[FieldError]:
    from quorate.apiserver.admission.hooks.expressions import of_policies
    from quorate.apiserver.admission.hooks.policy import declared

    errors: list[FieldError] = []
    base = of_policies(spec.get("paramKind") is not None)
    for i, variable in enumerate(spec.get("variables") or ()):
        at, name, text = f"spec.variables[{i}]", variable.get("name") or "", variable.get("expression") or ""
        if not name.strip():
            errors.append(required(f"{at}.name", "name is not specified"))
        elif not _IDENTIFIER.fullmatch(name) or name in _RESERVED:
            errors.append(invalid(f"{at}.name", name, "name is not a valid CEL identifier"))
        if not text.strip():
            errors.append(required(f"{at}.expression", "expression is not specified"))
        else:
            before = named({"variables": (spec.get("variables") or [])[:i]})
            errors += expression(text, f"{at}.expression", declared(before, base, mutating)[1], mutating=mutating)
    return errors


def binding(spec: Obj) -> list[FieldError]:
    """Of a binding: its policy, its params, what it narrows to. The path of the last is misspelt in Kubernetes."""
    name = spec.get("policyName") or ""
    errors = (
        each_invalid("spec.policyName", name, dns1123_subdomain_errors(name)) if name else [required("spec.policyName")]
    )
    return errors + _param_ref(spec.get("paramRef")) + match_resources(spec.get("matchResources"), "spec.matchResouces")


def _param_ref(ref: Obj | None) -> list[FieldError]:
    if ref is None:
        return []
    at, errors = "spec.paramRef", list[FieldError]()
    name, chosen = ref.get("name") or "", ref.get("selector")
    both = "name and selector are mutually exclusive"
    if name:
        errors += each_invalid(f"{at}.name", name, path_segment_errors(name))
        if chosen is not None:
            errors.append(forbidden(f"{at}.name", both))
    if chosen is not None:
        errors += label_selector(f"{at}.selector", chosen)
        if name:
            errors.append(forbidden(f"{at}.selector", both))
    if not name and chosen is None:
        errors.append(required(at, "one of name or selector must be specified"))
    action = ref.get("parameterNotFoundAction")
    if not action:
        errors.append(required(f"{at}.parameterNotFoundAction"))
    elif action not in NOT_FOUND_ACTIONS:
        errors.append(not_supported(f"{at}.parameterNotFoundAction", action, NOT_FOUND_ACTIONS))
    return errors
