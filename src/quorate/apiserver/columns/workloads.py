"""StatefulSets, Deployments, ReplicaSets, DaemonSets and what belongs to them."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    TEMPLATE,
    Cells,
    Column,
    Printer,
    age,
    containers,
    count,
    labels_text,
    name,
    selector_text,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects import selectors
from quorate.objects.owners import controller_of


def _replicas(obj: Obj) -> int:
    return int(spec(obj).get("replicas") or 0)


def _stateful_set(obj: Obj, now: Instant) -> Cells:
    ready = f"{count(obj, 'readyReplicas')}/{_replicas(obj)}"
    return [name(obj), ready, age(obj, now), *containers(spec(obj).get("template"))]


def _deployment(obj: Obj, now: Instant) -> Cells:
    return [
        name(obj), f"{count(obj, 'readyReplicas')}/{_replicas(obj)}", count(obj, "updatedReplicas"),
        count(obj, "availableReplicas"), age(obj, now), *containers(spec(obj).get("template")),
        selectors.text(spec(obj).get("selector")),
    ]  # fmt: skip


def _replica_set(obj: Obj, now: Instant) -> Cells:
    return [*_counts(obj, now), *containers(spec(obj).get("template")), selector_text(spec(obj).get("selector"))]


def _replication_controller(obj: Obj, now: Instant) -> Cells:
    return [*_counts(obj, now), *containers(spec(obj).get("template")), labels_text(spec(obj).get("selector"))]


def _counts(obj: Obj, now: Instant) -> Cells:
    return [name(obj), _replicas(obj), count(obj, "replicas"), count(obj, "readyReplicas"), age(obj, now)]


def _daemon_set(obj: Obj, now: Instant) -> Cells:
    template = spec(obj).get("template") or {}
    return [
        name(obj), count(obj, "desiredNumberScheduled"), count(obj, "currentNumberScheduled"),
        count(obj, "numberReady"), count(obj, "updatedNumberScheduled"), count(obj, "numberAvailable"),
        labels_text(spec(template).get("nodeSelector")), age(obj, now), *containers(template),
        selector_text(spec(obj).get("selector")),
    ]  # fmt: skip


def _scale(obj: Obj, now: Instant) -> Cells:
    return [name(obj), _replicas(obj), count(obj, "replicas"), age(obj, now)]


def _controller_revision(obj: Obj, now: Instant) -> Cells:
    return [name(obj), _controller_name(obj), obj.get("revision") or 0, age(obj, now)]


def _controller_name(obj: Obj) -> str:
    """ "statefulset.apps/web"."""
    ref = controller_of(obj)
    if ref is None:
        return "<none>"
    group, slash, _ = ref["apiVersion"].partition("/")
    kind = f"{ref['kind']}.{group}" if slash else ref["kind"]
    return f"{kind.lower()}/{ref['name']}"


def _disruption_budget(obj: Obj, now: Instant) -> Cells:
    wants = [spec(obj).get(field) for field in ("minAvailable", "maxUnavailable")]
    texts = ["N/A" if value is None else str(value) for value in wants]
    return [name(obj), *texts, count(obj, "disruptionsAllowed"), age(obj, now)]


def _scaler(obj: Obj, now: Instant) -> Cells:
    target, least = spec(obj).get("scaleTargetRef") or {}, spec(obj).get("minReplicas")
    return [
        name(obj), f"{target.get('kind', '')}/{target.get('name', '')}", _metrics(obj),
        "<unset>" if least is None else str(least), spec(obj).get("maxReplicas") or 0, count(obj, "currentReplicas"),
        age(obj, now),
    ]  # fmt: skip


def _metrics(obj: Obj) -> str:
    """The first two metrics, each "now/target"."""
    wanted, current = spec(obj).get("metrics") or [], status(obj).get("currentMetrics") or []
    if "targetCPUUtilizationPercentage" in spec(obj):
        # autoscaling/v1 knows this one metric only.
        target = {"averageUtilization": spec(obj)["targetCPUUtilizationPercentage"]}
        wanted = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
        used = status(obj).get("currentCPUUtilizationPercentage")
        current = [] if used is None else [{"resource": {"current": {"averageUtilization": used}}}]
    if not wanted:
        return "<none>"
    texts = [_metric(metric, current[i] if i < len(current) else {}) for i, metric in enumerate(wanted)]
    more = f" + {len(texts) - 2} more..." if len(texts) > 2 else ""
    return ", ".join(texts[:2]) + more


_SOURCES = {
    "External": "external", "Pods": "pods", "Object": "object", "Resource": "resource",
    "ContainerResource": "containerResource",
}  # fmt: skip


def _metric(wanted: Obj, current: Obj) -> str:
    source = _SOURCES.get(wanted.get("type", ""))
    if source is None:
        return "<unknown type>"
    metric, now = wanted.get(source) or {}, (current.get(source) or {}).get("current")
    target = metric.get("target") or {}
    average = target.get("averageValue")
    if source in ("resource", "containerResource"):
        if average is not None:
            return f"{metric.get('name')}: {_value(now, 'averageValue')}/{average}"
        return f"{metric.get('name')}: {_percent(now) or '<unknown>'}/{_percent(target) or '<auto>'}"
    if source == "pods":
        return f"{_value(now, 'averageValue')}/{average}"
    if average is not None:
        return f"{_value(now, 'averageValue')}/{average} (avg)"
    return f"{_value(now, 'value')}/{target.get('value')}"


def _value(now: Obj | None, field: str) -> str:
    return str((now or {}).get(field) or "<unknown>")


def _percent(value: Obj | None) -> str:
    share = (value or {}).get("averageUtilization")
    return "" if share is None else f"{share}%"


_READY = Column("Ready", about="Number of the pod with ready state")
_COUNTS = (
    Column("Desired", "integer", "@ReplicaSetSpec.replicas"),
    Column("Current", "integer", "@ReplicaSetStatus.replicas"),
    Column("Ready", "integer", "@ReplicaSetStatus.readyReplicas"),
)


def _selector(about: str) -> Column:
    return Column("Selector", about=about, wide=True)


PRINTERS = {
    "statefulsets.apps": Printer((NAME, _READY, AGE, *TEMPLATE), _stateful_set),
    "deployments.apps": Printer(
        (
            NAME,
            _READY,
            Column("Up-to-date", about="@DeploymentStatus.updatedReplicas"),
            Column("Available", about="@DeploymentStatus.availableReplicas"),
            AGE,
            *TEMPLATE,
            _selector("@DeploymentSpec.selector"),
        ),
        _deployment,
    ),
    "replicasets.apps": Printer((NAME, *_COUNTS, AGE, *TEMPLATE, _selector("@ReplicaSetSpec.selector")), _replica_set),
    "replicationcontrollers": Printer(
        (NAME, *_COUNTS, AGE, *TEMPLATE, _selector("@ReplicationControllerSpec.selector")), _replication_controller
    ),
    "daemonsets.apps": Printer(
        (
            NAME,
            Column("Desired", "integer", "@DaemonSetStatus.desiredNumberScheduled"),
            Column("Current", "integer", "@DaemonSetStatus.currentNumberScheduled"),
            Column("Ready", "integer", "@DaemonSetStatus.numberReady"),
            Column("Up-to-date", "integer", "@DaemonSetStatus.updatedNumberScheduled"),
            Column("Available", "integer", "@DaemonSetStatus.numberAvailable"),
            Column("Node Selector", about="@PodSpec.nodeSelector"),
            AGE,
            *TEMPLATE,
            _selector("@DaemonSetSpec.selector"),
        ),
        _daemon_set,
    ),
    "scales.autoscaling": Printer(
        (
            NAME,
            Column("Desired", "integer", "@ScaleSpec.replicas"),
            Column("Available", "integer", "@ScaleStatus.replicas"),
            AGE,
        ),
        _scale,
    ),
    "controllerrevisions.apps": Printer(
        (
            NAME,
            Column("Controller", about="Controller of the object"),
            Column("Revision", about="@ControllerRevision.revision"),
            AGE,
        ),
        _controller_revision,
    ),
    "poddisruptionbudgets.policy": Printer(
        (
            NAME,
            Column("Min Available", about="The minimum number of pods that must be available."),
            Column("Max Unavailable", about="The maximum number of pods that may be unavailable."),
            Column("Allowed Disruptions", "integer", "Calculated number of pods that may be disrupted at this time."),
            AGE,
        ),
        _disruption_budget,
    ),
    "horizontalpodautoscalers.autoscaling": Printer(
        (
            NAME,
            Column("Reference", about="@HorizontalPodAutoscalerSpec.scaleTargetRef"),
            Column("Targets", about="@HorizontalPodAutoscalerSpec.metrics"),
            Column("MinPods", about="@HorizontalPodAutoscalerSpec.minReplicas"),
            Column("MaxPods", about="@HorizontalPodAutoscalerSpec.maxReplicas"),
            Column("Replicas", about="@HorizontalPodAutoscalerStatus.currentReplicas"),
            AGE,
        ),
        _scaler,
    ),
}
