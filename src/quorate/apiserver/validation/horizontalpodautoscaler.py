"""HorizontalPodAutoscalers (autoscaling/validation, validateHorizontalPodAutoscalerSpec)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.texts import path_segment_errors
from quorate.contract.plan import Obj

RESOURCE = "horizontalpodautoscalers.autoscaling"
METRICS = ["ContainerResource", "External", "Object", "Pods", "Resource"]
_SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
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


def _target(ref: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("kind", "name"):
        value = ref.get(field)
        at = f"spec.scaleTargetRef.{field}"
        errors += each_invalid(at, value, path_segment_errors(value)) if value else [required(at)]
    version = ref.get("apiVersion", "")
    if version.count("/") > 1:
        why = f"unexpected GroupVersion string: {version}"
        errors.append(invalid("spec.scaleTargetRef.apiVersion", version, why))
    elif not version:
        errors.append(invalid("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group"))
    return errors


def _metric(field: str, metric: Obj) -> list[FieldError]:
    kind = metric.get("type", "")
    if not kind:
        return [required(f"{field}.type", "must specify a metric source type")]
    if kind not in METRICS:
        return [not_supported(f"{field}.type", kind, METRICS)]
    name = _SOURCES[kind]
    if metric.get(name) is None:
        why = "must populate information for the given metric source"
        return [required(f"{field}.{name}", why)]
    source, at = metric[name], f"{field}.{name}"
    errors: list[FieldError] = []
    if kind in ("Resource", "ContainerResource"):
        if not source.get("name"):
            errors.append(required(f"{at}.name", "must specify a resource name"))
        if kind == "ContainerResource" and not source.get("container"):
            errors.append(required(f"{at}.container", "must specify a container name"))
    else:
        found = source.get("metric") or {}
        if not found.get("name"):
            errors.append(required(f"{at}.metric.name", "must specify a metric name"))
        errors += meta.labels(f"{at}.metric.selector.matchLabels", (found.get("selector") or {}).get("matchLabels"))
    return errors + _metric_target(f"{at}.target", source.get("target") or {})


def _metric_target(field: str, target: Obj) -> list[FieldError]:
    kind = target.get("type", "")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{field}.type", "must specify a metric target type"))
    elif kind not in ("Utilization", "Value", "AverageValue"):
        why = "must be either Utilization, Value, or AverageValue"
        errors.append(invalid(f"{field}.type", kind, why))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        errors.append(invalid(f"{field}.averageUtilization", utilization, "must be greater than 0"))
    return errors


def _rules(field: str, rules: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    window = rules.get("stabilizationWindowSeconds")
    errors += not_negative(f"{field}.stabilizationWindowSeconds", window)
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


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new["spec"] is old["spec"] else validate(new)
