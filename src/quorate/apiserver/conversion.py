"""Kinds that are served at more than one version, between the version that is asked for and the one that is stored.

events.k8s.io/v1 Events are stored as core/v1 Events, autoscaling/v1 HorizontalPodAutoscalers as autoscaling/v2. Everything
else is stored as it is served, and passes through untouched. (Kubernetes: pkg/apis/events/v1, pkg/apis/autoscaling/v1.)
"""

from typing import Any

import orjson

from quorate.contract.plan import Obj
from quorate.objects.decode import zero
from quorate.objects.kinds import Kind, Kinds

METRICS, CURRENT, CONDITIONS, BEHAVIOR = (
    f"autoscaling.alpha.kubernetes.io/{name}" for name in ("metrics", "current-metrics", "conditions", "behavior")
)
"""Annotations in which version 1 carries what it has no fields for."""
_EVENT_FIELDS = (
    ("regarding", "involvedObject"), ("note", "message"), ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"), ("reportingController", "reportingComponent"),
)  # fmt: skip
_TO_CORE = dict(_EVENT_FIELDS)
_TO_EVENTS = {core: new for new, core in _EVENT_FIELDS}
_DEFAULT_CPU = 80


def is_converted(kind: Kind) -> bool:
    """Whether objects of this kind are stored otherwise than they are served."""
    return bool(kind.stored_as) or (kind.resource == "horizontalpodautoscalers.autoscaling" and kind.version == "v1")


def stored_kind(kinds: Kinds, kind: Kind) -> Kind:
    """The kind as which its objects are stored."""
    return (kinds.by_resource(kind.stored_resource) or kind) if is_converted(kind) else kind


def to_stored(kind: Kind, obj: Obj) -> Obj:
    """A served object (of a kind for which `is_converted`) as it is stored."""
    return _core_event(obj) if kind.kind == "Event" else _hpa_2(obj)


def to_served(kind: Kind, obj: Obj) -> Obj:
    """A stored object as this kind shows it."""
    return _new_event(kind, obj) if kind.kind == "Event" else _hpa_1(obj)


def _core_event(event: Obj) -> Obj:
    out = {_TO_CORE.get(field, field): value for field, value in event.items()}
    return {**out, "kind": "Event", "apiVersion": "v1"}


def _new_event(kind: Kind, event: Obj) -> Obj:
    out = {_TO_EVENTS.get(field, field): value for field, value in event.items()}
    if not out.get("reportingController"):
        out.pop("reportingController", None)
    return {**zero(kind.type), **out, "kind": "Event", "apiVersion": "events.k8s.io/v1"}


def _is_cpu(metric: Obj) -> bool:
    return metric.get("type") == "Resource" and (metric.get("resource") or {}).get("name") == "cpu"


def _cpu_target(metric: Obj) -> int | None:
    found: int | None = ((metric.get("resource") or {}).get("target") or {}).get("averageUtilization")
    return found


def _hpa_1(obj: Obj) -> Obj:
    meta, spec, status = obj["metadata"], dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    metrics = spec.pop("metrics", None) or []
    behavior = spec.pop("behavior", None)
    kept: dict[str, Any] = {}
    others = []
    for metric in metrics:
        if _is_cpu(metric) and _cpu_target(metric) is not None:
            spec.setdefault("targetCPUUtilizationPercentage", _cpu_target(metric))
        else:
            others.append(_metric_1(metric, "target"))
    if others:
        kept[METRICS] = others
    current = status.pop("currentMetrics", None) or []
    for metric in current:
        used = ((metric.get("resource") or {}).get("current") or {}).get("averageUtilization")
        if _is_cpu(metric) and used is not None:
            status["currentCPUUtilizationPercentage"] = used
    if current:
        kept[CURRENT] = [_metric_1(metric, "current") for metric in current]
    conditions = status.pop("conditions", None)
    if conditions:
        kept[CONDITIONS] = conditions
    if behavior:
        kept[BEHAVIOR] = _behavior(behavior, upper=True)
    if kept:
        annotations = dict(meta.get("annotations") or {})
        annotations.update((name, orjson.dumps(value).decode()) for name, value in kept.items())
        meta = {**meta, "annotations": annotations}
    out = {**obj, "apiVersion": "autoscaling/v1", "metadata": meta, "spec": spec}
    return {**out, "status": {"currentReplicas": 0, "desiredReplicas": 0, **status}}


def _metric_1(metric: Obj, kind: str) -> Obj:
    """A metric as the annotation has it: version 1's field names for targets."""
    source = metric.get("type", "")
    field = source[:1].lower() + source[1:]
    body = dict(metric.get(field) or {})
    amount = body.pop(kind, None) or {}
    named = {"averageUtilization": f"{kind}AverageUtilization", "averageValue": f"{kind}AverageValue"}
    named["value"] = "targetValue" if kind == "target" else "currentValue"
    for name, value in amount.items():
        if name in named:
            body[named[name]] = value
    if isinstance(body.get("metric"), dict):
        metric_name = body.pop("metric")
        body["metricName"] = metric_name.get("name", "")
        if metric_name.get("selector") is not None:
            body["metricSelector" if source == "External" else "selector"] = metric_name["selector"]
    if "describedObject" in body:
        body["target"] = body.pop("describedObject")
    # A metric that could not be read has no type and nothing to say.
    return {"type": source, field: body} if source else {"type": source}


def _hpa_2(obj: Obj) -> Obj:
    meta, spec, status = obj.get("metadata") or {}, dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    annotations = dict(meta.get("annotations") or {})
    cpu = spec.pop("targetCPUUtilizationPercentage", None)
    metrics = [] if cpu is None else [_cpu_metric(cpu)]
    metrics += [_metric_2(metric, "target") for metric in _kept(annotations, METRICS)]
    spec["metrics"] = metrics or [_cpu_metric(_DEFAULT_CPU)]
    behavior = _kept_map(annotations, BEHAVIOR)
    if behavior:
        spec["behavior"] = _behavior(behavior, upper=False)
    used = status.pop("currentCPUUtilizationPercentage", None)
    current = [_metric_2(metric, "current") for metric in _kept(annotations, CURRENT)]
    if not current and used is not None:
        current = [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": used}}}]
    status["currentMetrics"] = current or None
    conditions = _kept(annotations, CONDITIONS)
    if conditions:
        status["conditions"] = conditions
    meta = {field: value for field, value in meta.items() if field != "annotations"}
    if annotations:
        meta["annotations"] = annotations
    out = {**obj, "apiVersion": "autoscaling/v2", "metadata": meta, "spec": spec}
    return {**out, "status": {"desiredReplicas": 0, **status}}


def _cpu_metric(utilization: int) -> Obj:
    target = {"type": "Utilization", "averageUtilization": utilization}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _kept(annotations: dict[str, str], name: str) -> list[Obj]:
    """A list out of an annotation, which then is gone; what cannot be read is as if it were not there."""
    found = _read(annotations.pop(name, ""))
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _kept_map(annotations: dict[str, str], name: str) -> Obj:
    found = _read(annotations.pop(name, ""))
    return found if isinstance(found, dict) else {}


def _read(text: Any) -> Any:
    try:
        return orjson.loads(text) if isinstance(text, str) and text else None
    except orjson.JSONDecodeError:
        return None


def _metric_2(metric: Obj, kind: str) -> Obj:
    source = str(metric.get("type", ""))
    field = source[:1].lower() + source[1:]
    body = dict(metric.get(field) or {}) if isinstance(metric.get(field), dict) else {}
    amount: Obj = {}
    for name, into in (
        (f"{kind}AverageUtilization", "averageUtilization"), (f"{kind}AverageValue", "averageValue"),
        ("targetValue" if kind == "target" else "currentValue", "value"),
    ):  # fmt: skip
        if name in body:
            amount[into] = body.pop(name)
    if kind == "target":
        type = "Utilization" if "averageUtilization" in amount else "Value" if "value" in amount else "AverageValue"
        amount = {"type": type, **amount}
    if "target" in body and field == "object":
        body["describedObject"] = body.pop("target")
    if "metricName" in body:
        named: Obj = {"name": body.pop("metricName")}
        selector = body.pop("metricSelector", None) or body.pop("selector", None)
        body["metric"] = {**named, **({"selector": selector} if selector is not None else {})}
    return {"type": source, field: {**body, kind: amount}}


def _behavior(behavior: Obj, *, upper: bool) -> Obj:
    """The annotation holds Go's internal type, whose fields begin with capitals."""

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            letter = str.upper if upper else str.lower
            return {letter(k[:1]) + k[1:]: renamed(v) for k, v in value.items()}
        if isinstance(value, list):
            return [renamed(v) for v in value]
        return value

    found: Obj = renamed(behavior)
    return found
