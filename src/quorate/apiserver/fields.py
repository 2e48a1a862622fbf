"""Field selectors: which fields each kind can be selected by, and where they stand."""

from collections.abc import Callable

from quorate.contract.failures import bad_request
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.selectors import parse_fields

_OF: dict[str, tuple[str, ...]] = {
    "pods": (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.nominatedNodeName",
    ),
    "events": (
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
    ),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
    "jobs.batch": ("status.successful",),
    "replicationcontrollers": ("status.replicas",),
    "certificatesigningrequests.certificates.k8s.io": ("spec.signerName",),
}  # fmt: skip

_CONVERTED = frozenset(_OF) - {"secrets"}
"""Kinds of which the server words an unknown field by its own conversion; the others by the generic one."""


def field_filter(kind: Kind, text: str) -> Callable[[Obj], bool]:
    """A test for this field selector. Raises Refused (400) for what cannot be selected by or does not parse."""
    try:
        terms = parse_fields(text).terms
    except ValueError as wrong:
        raise bad_request(str(wrong)) from None
    known = _OF.get(kind.resource, ())
    for path, _, _ in terms:
        if path in ("metadata.name", "metadata.namespace") or path in known:
            continue
        if kind.resource in _CONVERTED:
            raise bad_request(f"field label not supported: {path}")
        raise bad_request(f'"{path}" is not a known field selector: only "metadata.name", "metadata.namespace"')
    return _Filter(kind.resource, tuple(terms))


class _Filter:
    def __init__(self, resource: str, terms: tuple[tuple[str, str, str], ...]) -> None:
        self.resource, self.terms = resource, terms

    def __call__(self, obj: Obj) -> bool:
        return all((field_value(self.resource, obj, path) == value) == (op != "!=") for path, op, value in self.terms)


def field_value(resource: str, obj: Obj, path: str) -> str:
    """The field as a selector compares it: text, "" where absent, "false" for an absent boolean."""
    if resource == "events" and path == "source":
        return (obj.get("source") or {}).get("component") or obj.get("reportingComponent") or ""
    if path == "status.successful":
        path = "status.succeeded"
    at: object = obj
    for part in path.split("."):
        at = at.get(part) if isinstance(at, dict) else None
    if at is None:
        if path in ("spec.hostNetwork", "spec.unschedulable"):
            return "false"
        return "0" if path in ("status.succeeded", "status.replicas") else ""
    return str(at).lower() if isinstance(at, bool) else str(at)
