"""What the rules of all workloads share: a selector that fits the template, and a template that keeps running."""

from typing import Any

from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.pod_template import pod_template
from quorate.apiserver.validation.pod_update import same
from quorate.apiserver.validation.selectors import compiles, label_selector, shown, shown_labels
from quorate.contract.plan import Obj
from quorate.objects.selectors import matches

NO_MATCH = "`selector` does not match template `labels`"


def selector(spec: Obj, empty: str) -> list[FieldError]:
    """A selector that picks something; `empty` is what Kubernetes calls the kind when it picks everything."""
    found = spec.get("selector")
    if found is None:
        return [required("spec.selector")]
    errors = label_selector("spec.selector", found)
    if not found.get("matchLabels") and not found.get("matchExpressions"):
        errors.append(invalid("spec.selector", shown(found), f"empty selector is invalid for {empty}"))
    return errors


def labels_fit(spec: Obj) -> list[FieldError]:
    """No selector picks nothing, so not the template either."""
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if matches(spec.get("selector"), labels):
        return []
    return [invalid("spec.template.metadata.labels", shown_labels(labels), NO_MATCH)]


def running_template(spec: Obj, kind: str, why: str = "") -> list[FieldError]:
    """A selector that can be read, and the template that it must fit. `why` is said of a selector that cannot."""
    if not compiles(spec.get("selector")):
        return [invalid("spec.selector", shown(spec.get("selector")), why)]
    return labels_fit(spec) + pod_template("spec.template", spec.get("template") or {}) + always(spec, kind)


def always(spec: Obj, kind: str) -> list[FieldError]:
    """Pods that a controller replaces have no end of their own."""
    pods = (spec.get("template") or {}).get("spec") or {}
    errors: list[FieldError] = []
    if pods.get("restartPolicy") != "Always":
        field = "spec.template.spec.restartPolicy"
        errors.append(not_supported(field, pods.get("restartPolicy", ""), ["Always"]))
    if pods.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.append(forbidden("spec.template.spec.activeDeadlineSeconds", why))
    return errors


def counts(status: Obj, *names: str) -> list[FieldError]:
    return [error for name in names for error in not_negative(f"status.{name}", status.get(name))]


def not_above(status: Obj, bound: str, shown_bound: str, *names: str) -> list[FieldError]:
    """Counters of the status that may not exceed another."""
    most = status.get(bound, 0)
    return [
        invalid(f"status.{name}", status.get(name, 0), f"cannot be greater than {shown_bound}")
        for name in names
        if status.get(name, 0) > most
    ]


def not_decremented(new: Obj, old: Obj) -> list[FieldError]:
    """The collision count goes into names, so it only grows."""
    count, was = (new.get("status") or {}).get("collisionCount"), (old.get("status") or {}).get("collisionCount")
    if was is None or (count is not None and count >= was):
        return []
    return [invalid("status.collisionCount", count or 0, "cannot be decremented")]


def unchanged(field: str, new: Any, old: Any, shown_value: Any) -> list[FieldError]:
    return [] if same(new, old) else [invalid(field, shown_value, "field is immutable")]
