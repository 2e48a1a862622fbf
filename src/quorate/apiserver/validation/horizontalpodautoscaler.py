"""HorizontalPodAutoscalers (autoscaling/validation, validateHorizontalPodAutoscalerSpec)."""

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)
from quorate.apiserver.validation.resource_names import of_container
from quorate.apiserver.validation.texts import path_segment_errors
from quorate.apiserver.validation.workloads import counts
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors
from quorate.objects.quantity import canonical, parse

RESOURCE = "horizontalpodautoscalers.autoscaling"
METRICS = ["ContainerResource", "External", "Object", "Pods", "Resource"]
_SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
_ORDER = ("object", "external", "pods", "resource", "containerResource")
"""The order in which Kubernetes looks at the sources; of several given it says what is wrong with the first."""
_MOST_WINDOW = 3600
_MOST_PERIOD = 1800


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors: list[FieldError] = []
    least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    if least is not None and least < 1:
        errors.append(invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if most < 1:
        errors.append(required("spec.maxReplicas", "must be set and greater than 0"))
    if least is not None and most < least:
        errors.append(invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    errors += _target(spec.get("scaleTargetRef") or {})
    for i, metric in enumerate(spec.get("metrics") or ()):
        errors += _metric(f"spec.metrics[{i}]", metric)
    behavior = spec.get("behavior") or {}
    for field in ("scaleUp", "scaleDown"):
        if behavior.get(field) is not None:
            errors += _rules(f"spec.behavior.{field}", behavior[field])
    return errors


def _reference(path: str, ref: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("kind", "name"):
        value = ref.get(field)
        at = f"{path}.{field}"
        errors += each_invalid(at, value, path_segment_errors(value)) if value else [required(at)]
    return errors


def _target(ref: Obj) -> list[FieldError]:
    errors = _reference("spec.scaleTargetRef", ref)
    version = ref.get("apiVersion", "")
    if version.count("/") > 1:
        why = f"unexpected GroupVersion string: {version}"
        errors.append(invalid("spec.scaleTargetRef.apiVersion", version, why))
    elif not version:
        errors.append(invalid("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group"))
    return errors


def _metric(field: str, metric: Obj) -> list[FieldError]:
    kind = metric.get("type", "")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{field}.type", "must specify a metric source type"))
    if kind not in METRICS:
        # Kubernetes asks before it looks at the sources and once more after.
        errors.append(not_supported(f"{field}.type", kind, METRICS))
    given = [name for name in _ORDER if metric.get(name) is not None]
    if given:
        errors += _source(f"{field}.{given[0]}", given[0], metric[given[0]])
    expected = _SOURCES.get(kind, "")
    if not expected:
        errors.append(not_supported(f"{field}.type", kind, METRICS))
    elif expected not in given:
        errors.append(required(f"{field}.{expected}", "must populate information for the given metric source"))
    if len(given) != 1:
        why = "must populate the given metric source only"
        errors += [forbidden(f"{field}.{name}", why) for name in given if name != expected]
    return errors


def _source(at: str, name: str, source: Obj) -> list[FieldError]:
    target = source.get("target") or {}
    errors: list[FieldError] = []
    if name == "object":
        errors += _reference(f"{at}.describedObject", source.get("describedObject") or {})
    if name in ("resource", "containerResource"):
        if not source.get("name"):
            errors.append(required(f"{at}.name", "must specify a resource name"))
        elif name == "containerResource":
            errors += of_container(f"{at}.name", source["name"])
        if name == "containerResource":
            container = source.get("container", "")
            if not container:
                errors.append(required(f"{at}.container", "must specify a container"))
            else:
                errors += each_invalid(f"{at}.container", container, dns1123_label_errors(container))
    else:
        found = (source.get("metric") or {}).get("name", "")
        if not found:
            errors.append(required(f"{at}.metric.name", "must specify a metric name"))
        else:
            errors += each_invalid(f"{at}.metric.name", found, path_segment_errors(found))
    return errors + _metric_target(f"{at}.target", target) + _wanted(f"{at}.target", name, target)


def _wanted(field: str, source: str, target: Obj) -> list[FieldError]:
    """Which of a target's amounts this source asks for, and which it does not take together."""
    value, average, utilization = (
        target.get(name) is not None for name in ("value", "averageValue", "averageUtilization")
    )
    if source in ("resource", "containerResource"):
        if not utilization and not average:
            why = "must set either a target raw value or a target utilization"
            return [required(f"{field}.averageUtilization", why)]
        if utilization and average:
            return [forbidden(f"{field}.averageValue", "may not set both a target raw value and a target utilization")]
    elif source == "pods":
        if not average:
            return [required(f"{field}.averageValue", "must specify a positive target averageValue")]
    elif not value and not average:
        why = "value or averageValue" if source == "object" else "value for metric or a per-pod target"
        return [required(f"{field}.averageValue", f"must set either a target {why}")]
    elif value and average and source == "external":
        return [forbidden(f"{field}.value", "may not set both a target value for metric and a per-pod target")]
    return []


def _metric_target(field: str, target: Obj) -> list[FieldError]:
    kind = target.get("type", "")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{field}.type", "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        why = "must be either Utilization, Value, or AverageValue"
        errors.append(invalid(f"{field}.type", kind, why))
    for name in ("value", "averageValue"):
        amount = target.get(name)
        if amount is not None and parse(amount) <= 0:
            errors.append(invalid(f"{field}.{name}", canonical(amount), "must be positive"))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        errors.append(invalid(f"{field}.averageUtilization", utilization, "must be greater than 0"))
    return errors


def _rules(field: str, rules: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    window = rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        errors.append(invalid(f"{field}.stabilizationWindowSeconds", window, "must be greater than or equal to zero"))
    if window is not None and window > _MOST_WINDOW:
        why = f"must be less than or equal to {_MOST_WINDOW}"
        errors.append(invalid(f"{field}.stabilizationWindowSeconds", window, why))
    select = rules.get("selectPolicy")
    choices = ["Disabled", "Max", "Min"]
    if select is not None and select not in choices:
        errors.append(not_supported(f"{field}.selectPolicy", select, choices))
    policies = rules.get("policies") or ()
    if not policies:
        errors.append(required(f"{field}.policies", "must specify at least one Policy"))
    for i, policy in enumerate(policies):
        at, value, period = f"{field}.policies[{i}]", policy.get("value", 0), policy.get("periodSeconds", 0)
        if policy.get("type") not in ("Percent", "Pods"):
            errors.append(not_supported(f"{at}.type", policy.get("type", ""), ["Percent", "Pods"]))
        for name, number in (("value", value), ("periodSeconds", period)):
            if number <= 0:
                errors.append(invalid(f"{at}.{name}", number, "must be greater than zero"))
        if period > _MOST_PERIOD:
            errors.append(invalid(f"{at}.periodSeconds", period, f"must be less than or equal to {_MOST_PERIOD}"))
    return errors


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return counts(new.get("status") or {}, "currentReplicas", "desiredReplicas")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new["spec"] is old["spec"] else validate(new)
