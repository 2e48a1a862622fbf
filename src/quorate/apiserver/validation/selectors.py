"""Label selectors in objects (apimachinery/pkg/apis/meta/v1/validation, ValidateLabelSelector)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, forbidden, invalid, required
from quorate.contract.plan import Obj
from quorate.objects.names import label_value_errors

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def label_selector(field: str, selector: Obj | None) -> list[FieldError]:
    """A metav1.LabelSelector; None is fine."""
    if not selector:
        return []
    errors = meta.labels(f"{field}.matchLabels", selector.get("matchLabels"))
    for i, expression in enumerate(selector.get("matchExpressions") or ()):
        errors += _requirement(f"{field}.matchExpressions[{i}]", expression)
    return errors


def _requirement(field: str, expression: Obj) -> list[FieldError]:
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    errors = operator_and_values(field, operator, len(values))
    if operator not in OPERATORS:
        errors.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    errors += meta.label_name(f"{field}.key", expression.get("key", ""))
    for i, value in enumerate(values):
        errors += each_invalid(f"{field}.values[{i}]", value, label_value_errors(value))
    return errors


def operator_and_values(field: str, operator: str, count: int) -> list[FieldError]:
    """Whether as many values are given as the operator needs."""
    if operator in ("In", "NotIn") and not count:
        return [required(f"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'")]
    if operator in ("Exists", "DoesNotExist") and count:
        why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        return [forbidden(f"{field}.values", why)]
    return []


def compiles(selector: Obj | None) -> bool:
    """Whether Kubernetes can make a matcher of it; if not, it says nothing of what it should match."""
    for expression in (selector or {}).get("matchExpressions") or ():
        operator, values = expression.get("operator", ""), expression.get("values") or ()
        if operator not in OPERATORS or operator_and_values("", operator, len(values)):
            return False
        if meta.label_name("", expression.get("key", "")) or any(label_value_errors(value) for value in values):
            return False
    return not meta.labels("", (selector or {}).get("matchLabels"))


def shown(selector: Obj | None) -> Obj | None:
    """A selector as Kubernetes prints it in an error."""
    if selector is None:
        return None
    out: Obj = {}
    if selector.get("matchLabels"):
        out["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        out["matchExpressions"] = [_shown_expression(e) for e in selector["matchExpressions"]]
    return out


def _shown_expression(expression: Obj) -> Obj:
    out = {"key": expression.get("key", ""), "operator": expression.get("operator", "")}
    return {**out, "values": expression["values"]} if expression.get("values") else out


def shown_labels(labels: Obj | None) -> Obj | None:
    return dict(sorted(labels.items())) if labels else None
