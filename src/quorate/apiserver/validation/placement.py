"""Where a pod may go: tolerations and affinity (core/validation, ValidateTolerations and validateAffinity)."""

from collections.abc import Sequence

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, forbidden, invalid, not_supported, required
from quorate.apiserver.validation.selectors import label_selector, operator_and_values
from quorate.contract.plan import Obj
from quorate.objects.names import (
    dns1123_label_errors,
    dns1123_subdomain_errors,
    label_value_errors,
    qualified_name_errors,
)

EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_NODE_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
_IN_BOTH = "exists in both matchLabelKeys and "


def tolerations(field: str, found: Sequence[Obj] | None) -> list[FieldError]:
    if not found:
        return []
    errors: list[FieldError] = []
    for i, toleration in enumerate(found):
        key, operator = toleration.get("key"), toleration.get("operator", "")
        effect, value = toleration.get("effect", ""), toleration.get("value", "")
        if key:
            wrong = qualified_name_errors(key)
            if wrong:
                errors += each_invalid(f"{field}[{i}].key", key, wrong)
        elif operator != "Exists":
            why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            errors.append(invalid(f"{field}[{i}].operator", operator, why))
        if effect != "NoExecute" and toleration.get("tolerationSeconds") is not None:
            why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            errors.append(invalid(f"{field}[{i}].effect", effect, why))
        if operator in ("Equal", ""):
            wrong = label_value_errors(value)
            if wrong:
                errors.append(invalid(f"{field}[{i}].operator", value, ";".join(wrong)))
        elif operator != "Exists":
            errors.append(not_supported(f"{field}[{i}].operator", operator, ["Equal", "Exists"]))
        elif value:
            why = "value must be empty when `operator` is 'Exists'"
            # As Kubernetes prints its internal struct.
            shown = {
                "Key": key or "", "Operator": operator, "Value": value, "Effect": effect,
                "TolerationSeconds": toleration.get("tolerationSeconds"),
            }  # fmt: skip
            errors.append(invalid(f"{field}[{i}].operator", shown, why))
        if effect and effect not in EFFECTS:
            errors.append(not_supported(f"{field}[{i}].effect", effect, EFFECTS))
    return errors


def affinity(field: str, found: Obj | None) -> list[FieldError]:
    if not found:
        return []
    errors: list[FieldError] = []
    if found.get("nodeAffinity"):
        errors += _node_affinity(f"{field}.nodeAffinity", found["nodeAffinity"])
    for name in ("podAffinity", "podAntiAffinity"):
        if found.get(name):
            errors += _pod_affinity(f"{field}.{name}", found[name])
    return errors


def _weight(field: str, weight: int) -> list[FieldError]:
    return [] if 1 <= weight <= 100 else [invalid(f"{field}.weight", weight, "must be in the range 1-100")]


def _node_affinity(field: str, found: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    if found.get(REQUIRED) is not None:
        errors += node_selector(f"{field}.{REQUIRED}", found[REQUIRED])
    for i, term in enumerate(found.get(PREFERRED) or ()):
        at = f"{field}.{PREFERRED}[{i}]"
        errors += _weight(at, term.get("weight", 0))
        errors += node_term(f"{at}.preference", term.get("preference") or {}, any_value=True)
    return errors


def node_selector(field: str, found: Obj) -> list[FieldError]:
    """A NodeSelector: at least one term."""
    terms = found.get("nodeSelectorTerms")
    if not terms:
        return [required(f"{field}.nodeSelectorTerms", "must have at least one node selector term")]
    errors: list[FieldError] = []
    for i, term in enumerate(terms):
        errors += node_term(f"{field}.nodeSelectorTerms[{i}]", term)
    return errors


def node_term(field: str, term: Obj, any_value: bool = False) -> list[FieldError]:
    """`any_value`: values that no label can have are let through; a preference for them does no harm."""
    errors: list[FieldError] = []
    for i, expression in enumerate(term.get("matchExpressions") or ()):
        errors += _expression(f"{field}.matchExpressions[{i}]", expression, any_value)
    for i, expression in enumerate(term.get("matchFields") or ()):
        errors += _field_expression(f"{field}.matchFields[{i}]", expression)
    return errors


def _expression(field: str, expression: Obj, any_value: bool) -> list[FieldError]:
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    errors = operator_and_values(field, operator, len(values))
    if operator not in _NODE_OPERATORS:
        errors.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    elif operator in ("Gt", "Lt") and len(values) != 1:
        why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
        errors.append(required(f"{field}.values", why))
    errors += meta.label_name(f"{field}.key", expression.get("key", ""))
    if not any_value:
        for i, value in enumerate(values):
            errors += each_invalid(f"{field}.values[{i}]", value, label_value_errors(value))
    return errors


def _field_expression(field: str, expression: Obj) -> list[FieldError]:
    """Of a node's fields only its name can be chosen by."""
    operator, values, key = expression.get("operator", ""), expression.get("values") or (), expression.get("key", "")
    errors: list[FieldError] = []
    if operator not in ("In", "NotIn"):
        errors.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(required(f"{field}.values", why))
    if key != "metadata.name":
        return [*errors, invalid(f"{field}.key", key, "not a valid field selector key")]
    for i, value in enumerate(values):
        errors += each_invalid(f"{field}.values[{i}]", value, dns1123_subdomain_errors(value))
    return errors


def _pod_affinity(field: str, found: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, term in enumerate(found.get(REQUIRED) or ()):
        errors += _pod_term(f"{field}.{REQUIRED}[{i}]", term)
    for i, weighted in enumerate(found.get(PREFERRED) or ()):
        at = f"{field}.{PREFERRED}[{i}]"
        errors += _weight(at, weighted.get("weight", 0))
        errors += _pod_term(f"{at}.podAffinityTerm", weighted.get("podAffinityTerm") or {})
    return errors


def _pod_term(field: str, term: Obj) -> list[FieldError]:
    errors = label_selector(f"{field}.labelSelector", term.get("labelSelector"))
    errors += label_selector(f"{field}.namespaceSelector", term.get("namespaceSelector"))
    for name in term.get("namespaces") or ():
        errors += each_invalid(f"{field}.namespace", name, dns1123_label_errors(name))
    if "matchLabelKeys" in term or "mismatchLabelKeys" in term:
        errors += label_keys(field, term)
    key = term.get("topologyKey", "")
    if not key:
        errors.append(required(f"{field}.topologyKey", "can not be empty"))
    return errors + each_invalid(f"{field}.topologyKey", key, qualified_name_errors(key))


def label_keys(field: str, term: Obj) -> list[FieldError]:
    """Keys whose values are taken from the pod itself, so that the selector may not name them as well."""
    keys, others = term.get("matchLabelKeys") or [], term.get("mismatchLabelKeys") or []
    selector = term.get("labelSelector")
    errors: list[FieldError] = []
    for name, found in (("matchLabelKeys", keys), ("mismatchLabelKeys", others)):
        if found and selector is None:
            errors.append(forbidden(f"{field}.{name}", "must not be specified when labelSelector is not set"))
        elif found:
            errors += [e for i, key in enumerate(found) for e in meta.label_name(f"{field}.{name}[{i}]", key)]
    seen = set((selector or {}).get("matchLabels") or ())
    for expression in (selector or {}).get("matchExpressions") or ():
        # The API server itself has added one expression for each key; a second one was the user's.
        key = expression.get("key", "")
        if key in keys and key in seen:
            errors.append(invalid(f"{field}[{keys.index(key)}]", key, f"{_IN_BOTH}labelSelector"))
        seen.add(key)
    return errors + [
        invalid(f"{field}.matchLabelKeys[{i}]", key, f"{_IN_BOTH}mismatchLabelKeys")
        for i, key in enumerate(keys)
        if key in others
    ]
