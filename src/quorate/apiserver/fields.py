"""Field selectors: which fields each kind can be selected by, and where they stand in what is stored."""

from collections.abc import Callable

from quorate.contract.failures import bad_request
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.selectors import parse_fields

FieldTerms = tuple[tuple[str, str, str], ...]
"""(path, "=" or "!=", value)."""

_NAMES = ("metadata.name", "metadata.namespace")
_OF: dict[str, tuple[str, ...]] = {
    "pods": (
        *_NAMES, "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
        "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
    ),
    "events": (
        *_NAMES, "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
    ),
    "nodes": ("metadata.name", "spec.unschedulable"),
    "namespaces": ("metadata.name", "status.phase"),
    "secrets": (*_NAMES, "type"),
    "services": (*_NAMES, "spec.clusterIP", "spec.type"),
    "replicationcontrollers": (*_NAMES, "status.replicas"),
    "jobs.batch": (*_NAMES, "status.successful"),
    "certificatesigningrequests.certificates.k8s.io": ("metadata.name", "spec.signerName"),
    "resourceslices.resource.k8s.io": ("metadata.name", "spec.nodeName", "spec.driver"),
}  # fmt: skip
_RENAMED: dict[str, dict[str, str]] = {
    "pods": {"spec.host": "spec.nodeName"},
    "events.events.k8s.io": {
        **{name: name for name in (*_NAMES, "reason", "type")},
        **{
            f"regarding.{field}": f"involvedObject.{field}"
            for field in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
        },
        "reportingController": "reportingComponent",
    },
}
"""Where a served kind has another word for a stored field."""
_STORED_PATH = {"status.successful": "status.succeeded"}
_ZEROS = {
    "spec.hostNetwork": "false", "spec.unschedulable": "false", "status.succeeded": "0", "status.replicas": "0",
}  # fmt: skip


def field_terms(text: str) -> FieldTerms:
    """Raises ValueError with the API's message."""
    return parse_fields(text).terms


def field_filter(kind: Kind, terms: FieldTerms) -> Callable[[Obj], bool]:
    """A test of stored objects for this field selector. Raises Refused (400) for what cannot be selected by."""
    return _Filter(kind.stored_resource, tuple((_stored_path(kind, path), op, value) for path, op, value in terms))


def _stored_path(kind: Kind, path: str) -> str:
    renamed, known = _RENAMED.get(kind.resource, {}), _OF.get(kind.resource)
    if path in renamed:
        return renamed[path]
    if kind.custom is not None:
        if path in _NAMES or path in kind.custom.selectable:
            return path
        raise bad_request(f"field label not supported: {path}")
    if known is None and kind.resource not in _RENAMED:
        if path in _NAMES:
            return path
        raise bad_request(f'"{path}" is not a known field selector: only "metadata.name", "metadata.namespace"')
    if known is None or path not in known:
        if kind.resource == "jobs.batch":
            raise bad_request(f'field label "{path}" not supported for Job')
        raise bad_request(f"field label not supported: {path}")
    return path


class _Filter:
    __slots__ = ("resource", "terms")

    def __init__(self, resource: str, terms: FieldTerms) -> None:
        self.resource, self.terms = resource, terms

    def __call__(self, obj: Obj) -> bool:
        return all((field_value(self.resource, obj, path) == value) == (op != "!=") for path, op, value in self.terms)


def field_value(resource: str, obj: Obj, path: str) -> str:
    """The field as a selector compares it: text, "" where absent, "false" for an absent boolean."""
    if resource == "events" and path == "source":
        return (obj.get("source") or {}).get("component") or obj.get("reportingComponent") or ""
    if path == "status.podIPs":
        return ",".join(ip.get("ip", "") for ip in (obj.get("status") or {}).get("podIPs") or ())
    path = _STORED_PATH.get(path, path)
    at: object = obj
    for part in path.split("."):
        at = at.get(part) if isinstance(at, dict) else None
    if at is None:
        return _ZEROS.get(path, "")
    return str(at).lower() if isinstance(at, bool) else str(at)
