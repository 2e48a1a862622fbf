"""The metrics of an autoscaler's spec, one by one (Kubernetes: podautoscaler/horizontal.go, computeReplicasForMetric)."""

from collections.abc import Sequence
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.horizontalpodautoscaler.replicas import Proposal, Tolerance, by_utilization, by_value
from quorate.controllers.horizontalpodautoscaler.usage import NoMetrics
from quorate.kernel.clock import Instant
from quorate.objects import quantity

_NO_CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"


class Wrong(NamedTuple):
    """Why a metric is of no use. `text` goes into the event and condition, `outer` into the sum of all."""

    reason: str
    text: str
    outer: str


class Asked(NamedTuple):
    """What one metric asks for: replicas, its name in reasons, its status."""

    replicas: int
    name: str
    status: Obj


def tolerance_of(found: Obj) -> Tolerance:
    """As `behavior` says, else a tenth each way."""
    behavior = found["spec"].get("behavior") or {}
    down, up = (
        (behavior.get(field) or {}).get("tolerance") for field in ("scaleDown", "scaleUp")
    )  # fmt: skip
    plain = Tolerance()
    return Tolerance(_number(down, plain.down), _number(up, plain.up))


def _number(text: str | None, otherwise: float) -> float:
    return otherwise if text is None else quantity.milli(text) / 1000


def asked(found: Obj, metric: Obj, pods: Sequence[Obj], current: int, now: Instant) -> Asked | Wrong:
    match metric.get("type"):
        case "Resource":
            return _resource(found, metric, "resource", pods, current, now)
        case "ContainerResource":
            return _resource(found, metric, "containerResource", pods, current, now)
        case "Pods":
            name = metric["pods"]["metric"]["name"]
            text = f"unable to get metric {name}: {_NO_CUSTOM}"
            return Wrong("FailedGetPodsMetric", text, f"failed to get pods metric value: {text}")
        case "Object":
            return _object(found, metric["object"])
        case "External":
            return _external(found, metric["external"])
        case other:
            text = f'unknown metric source type "{other}"'
            return Wrong("InvalidMetricSourceType", text, text)


def _resource(found: Obj, metric: Obj, field: str, pods: Sequence[Obj], current: int, now: Instant) -> Asked | Wrong:
    source = metric[field]
    resource, container, target = source["name"], source.get("container", ""), source["target"]
    tolerance = tolerance_of(found)
    within = field == "containerResource"
    reason = "FailedGetContainerResourceMetric" if within else "FailedGetResourceMetric"
    what = "usage" if target.get("averageValue") is not None else "utilization"
    outer = (
        f"failed to get {container} container metric value"
        if within
        else f"failed to get {resource} resource metric value"
    )
    try:
        if target.get("averageValue") is not None:
            wanted = quantity.milli(target["averageValue"])
            proposal = by_value(pods, resource, container, wanted, current, tolerance, now)
            name = f"{resource} resource"
        elif target.get("averageUtilization") is not None:
            wanted = target["averageUtilization"]
            proposal = by_utilization(pods, resource, container, wanted, current, tolerance, now)
            name = f"{resource} {'container ' if within else ''}resource utilization (percentage of request)"
        else:
            text = (
                "invalid resource metric source: neither an average utilization target nor an average value (usage) "
                "target was set"
            )
            return Wrong(reason, text, f"{outer}: {text}")
    except NoMetrics as why:
        text = f"failed to get {resource} {what}: {why}"
        return Wrong(reason, text, f"{outer}: {text}")
    about = {"name": resource, **({"container": container} if within else {}), "current": _current(proposal)}
    return Asked(proposal.replicas, name, {"type": metric["type"], field: about})


def _current(proposal: Proposal) -> Obj:
    average = {"averageValue": quantity.from_milli(proposal.average)}
    return average if proposal.utilization is None else {"averageUtilization": proposal.utilization, **average}


def _object(found: Obj, source: Obj) -> Wrong:
    name, target = source["metric"]["name"], source["describedObject"]
    where = f"{target['kind']} {found['metadata']['namespace']}/{target['name']}"
    text = f"unable to get metric {name}: {_NO_CUSTOM} on {where}"
    # In Kubernetes the event has `text` alone, and only a target per pod says what failed once more.
    inner = text if source["target"].get("type") == "Value" else f"failed to get {name} object metric: {text}"
    return Wrong("FailedGetObjectMetric", text, f"failed to get object metric value: {inner}")


def _external(found: Obj, source: Obj) -> Wrong:
    name, namespace = source["metric"]["name"], found["metadata"]["namespace"]
    selector = "nil" if source["metric"].get("selector") is None else _printed(source["metric"]["selector"])
    api = (
        "unable to fetch metrics from external metrics API: the server could not find the requested resource "
        f"(get {name}.external.metrics.k8s.io)"
    )
    text = f"unable to get external metric {namespace}/{name}/{selector}: {api}"
    per_pod = source["target"].get("averageValue") is not None
    inner = f"failed to get {name} external metric" if per_pod else f"failed to get external metric {name}"
    return Wrong("FailedGetExternalMetric", text, f"failed to get {name} external metric value: {inner}: {text}")


def _printed(selector: Obj) -> str:
    """As Go prints a *metav1.LabelSelector."""
    labels = "".join(f"{k}: {v}," for k, v in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{e['key']},Operator:{e['operator']},Values:[{' '.join(e.get('values') or ())}],}},"
        for e in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
