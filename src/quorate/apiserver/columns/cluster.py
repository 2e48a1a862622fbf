"""Nodes, namespaces, events, leases, quotas, and the plain keepers of data."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    Cells,
    Column,
    Printer,
    age,
    name,
    since,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition

_ROLE = "node-role.kubernetes.io/"


def _node(obj: Obj, now: Instant) -> Cells:
    ready = condition(obj, "Ready")
    state = "Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"
    if spec(obj).get("unschedulable"):
        state += ",SchedulingDisabled"
    info = status(obj).get("nodeInfo") or {}
    return [
        name(obj), state, ",".join(_roles(obj)) or "<none>", age(obj, now), info.get("kubeletVersion", ""),
        _address(obj, "InternalIP"), _address(obj, "ExternalIP"), info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>", info.get("containerRuntimeVersion") or "<unknown>",
    ]  # fmt: skip


def _roles(obj: Obj) -> list[str]:
    labels = obj["metadata"].get("labels") or {}
    found = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)} | {
        labels.get("kubernetes.io/role", "")
    }
    return sorted(found - {""})


def _address(obj: Obj, kind: str) -> str:
    addresses = status(obj).get("addresses") or ()
    return next((a["address"] for a in addresses if a.get("type") == kind), "<none>")


def _namespace(obj: Obj, now: Instant) -> Cells:
    return [name(obj), status(obj).get("phase", ""), age(obj, now)]


def _event(obj: Obj, now: Instant) -> Cells:
    """Both Event APIs: events.k8s.io calls the same things by other names."""
    about = obj.get("involvedObject") or obj.get("regarding") or {}
    source = obj.get("source") or obj.get("deprecatedSource") or {}
    first = since(obj.get("firstTimestamp") or obj.get("deprecatedFirstTimestamp") or obj.get("eventTime"), now)
    last_at = obj.get("lastTimestamp") or obj.get("deprecatedLastTimestamp")
    last = since(last_at, now) if last_at else first
    times = obj.get("count") or obj.get("deprecatedCount") or 1
    if obj.get("series"):
        last, times = since(obj["series"].get("lastObservedTime"), now), obj["series"].get("count") or 0
    kind = str(about.get("kind", "")).lower()
    component = source.get("component") or obj.get("reportingComponent") or obj.get("reportingController") or ""
    host = source.get("host") or obj.get("reportingInstance") or ""
    return [
        last, obj.get("type", ""), obj.get("reason", ""), f"{kind}/{about['name']}" if about.get("name") else kind,
        about.get("fieldPath", ""), f"{component}, {host}" if host else component,
        str(obj.get("message") or obj.get("note") or "").strip(), first, times, name(obj),
    ]  # fmt: skip


def _secret(obj: Obj, now: Instant) -> Cells:
    return [name(obj), obj.get("type", ""), len(obj.get("data") or ()), age(obj, now)]


def _config_map(obj: Obj, now: Instant) -> Cells:
    return [name(obj), len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), age(obj, now)]


def _service_account(obj: Obj, now: Instant) -> Cells:
    return [name(obj), len(obj.get("secrets") or ()), age(obj, now)]


def _lease(obj: Obj, now: Instant) -> Cells:
    return [name(obj), spec(obj).get("holderIdentity") or "", age(obj, now)]


def _quota(obj: Obj, now: Instant) -> Cells:
    hard, used = status(obj).get("hard") or {}, status(obj).get("used") or {}
    texts = {key: f"{key}: {used.get(key, '0')}/{hard[key]}" for key in sorted(hard)}
    limits = [text for key, text in texts.items() if key.startswith("limits.")]
    requests = [text for key, text in texts.items() if not key.startswith("limits.")]
    return [name(obj), ", ".join(requests), ", ".join(limits), age(obj, now)]


def _priority_class(obj: Obj, now: Instant) -> Cells:
    default = bool(obj.get("globalDefault"))
    return [name(obj), obj.get("value") or 0, default, age(obj, now), obj.get("preemptionPolicy") or ""]


def _runtime_class(obj: Obj, now: Instant) -> Cells:
    return [name(obj), obj.get("handler", ""), age(obj, now)]


def _component(obj: Obj, _: Instant) -> Cells:
    found = next((c for c in obj.get("conditions") or () if c.get("type") == "Healthy"), None)
    if found is None:
        return [name(obj), "Unknown", "", ""]
    state = "Healthy" if found.get("status") == "True" else "Unhealthy"
    return [name(obj), state, found.get("message", ""), found.get("error", "")]


_EVENT = Printer(
    (
        Column("Last Seen", about="@Event.lastTimestamp"),
        Column("Type", about="@Event.type"),
        Column("Reason", about="@Event.reason"),
        Column("Object", about="@Event.involvedObject"),
        Column("Subobject", about="@ObjectReference.fieldPath", wide=True),
        Column("Source", about="@Event.source", wide=True),
        Column("Message", about="@Event.message"),
        Column("First Seen", about="@Event.firstTimestamp", wide=True),
        Column("Count", about="@Event.count", wide=True),
        Column("Name", about=NAME.about, wide=True, format="name"),
    ),
    _event,
)

PRINTERS = {
    "nodes": Printer(
        (
            NAME,
            Column("Status", about="The status of the node"),
            Column("Roles", about="The roles of the node"),
            AGE,
            Column("Version", about="@NodeSystemInfo.kubeletVersion"),
            Column("Internal-IP", about="@NodeStatus.addresses", wide=True),
            Column("External-IP", about="@NodeStatus.addresses", wide=True),
            Column("OS-Image", about="@NodeSystemInfo.osImage", wide=True),
            Column("Kernel-Version", about="@NodeSystemInfo.kernelVersion", wide=True),
            Column("Container-Runtime", about="@NodeSystemInfo.containerRuntimeVersion", wide=True),
        ),
        _node,
    ),
    "namespaces": Printer((NAME, Column("Status", about="The status of the namespace"), AGE), _namespace),
    "events": _EVENT,
    "events.events.k8s.io": _EVENT,
    "secrets": Printer(
        (NAME, Column("Type", about="@Secret.type"), Column("Data", about="@Secret.data"), AGE), _secret
    ),
    "configmaps": Printer((NAME, Column("Data", about="@ConfigMap.data"), AGE), _config_map),
    "serviceaccounts": Printer((NAME, Column("Secrets", about="@ServiceAccount.secrets"), AGE), _service_account),
    "leases.coordination.k8s.io": Printer((NAME, Column("Holder", about="@LeaseSpec.holderIdentity"), AGE), _lease),
    "resourcequotas": Printer(
        (
            NAME,
            Column(
                "Request",
                about="Request represents a minimum amount of cpu/memory that a container may consume.",
            ),
            Column(
                "Limit",
                about="Limits control the maximum amount of cpu/memory that a container may use independent of "
                "contention on the node.",
            ),
            AGE,
        ),
        _quota,
    ),
    "priorityclasses.scheduling.k8s.io": Printer(
        (
            NAME,
            Column("Value", "integer", "@PriorityClass.value"),
            Column("Global-Default", "boolean", "@PriorityClass.globalDefault"),
            AGE,
            Column("PreemptionPolicy", about="@PriorityClass.preemptionPolicy"),
        ),
        _priority_class,
    ),
    "runtimeclasses.node.k8s.io": Printer((NAME, Column("Handler"), AGE), _runtime_class),
    "componentstatuses": Printer(
        (
            NAME,
            Column("Status", about="Status of the component conditions"),
            Column("Message", about="Message of the component conditions"),
            Column("Error", about="Error of the component conditions"),
        ),
        _component,
    ),
}
