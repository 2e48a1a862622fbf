"""Does a request agree with itself: names and namespaces in paths and bodies, versions and uids.

(Kubernetes: endpoints/handlers/rest.go, registry/rest/meta.go, registry/generic/registry/store.go.)
"""

from quorate.apiserver.validation.errors import invalid, refusal
from quorate.contract.failures import Refused, bad_request, conflict
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"

VERSIONED = frozenset({
    "poddisruptionbudgets.policy", "leases.coordination.k8s.io", "endpointslices.discovery.k8s.io",
    "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io",
    "volumeattachments.storage.k8s.io", "runtimeclasses.node.k8s.io", "apiservices.apiregistration.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "mutatingadmissionpolicies.admissionregistration.k8s.io",
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
})  # fmt: skip
"""Kinds that are not replaced without a resourceVersion (AllowUnconditionalUpdate is false); so are all custom ones."""

_REGISTRY = {
    "endpoints": "services/endpoints", "services": "services/specs", "nodes": "minions", "replicationcontrollers": "controllers",
    "ingresses.networking.k8s.io": "ingress",
    "customresourcedefinitions.apiextensions.k8s.io": "apiextensions.k8s.io/customresourcedefinitions",
    "apiservices.apiregistration.k8s.io": "apiregistration.k8s.io/apiservices",
}  # fmt: skip
"""Where etcd has what it does not have under its plural."""


def same_namespace(kind: Kind, namespace: str, obj: Obj) -> None:
    """Raises Refused (400) when the object says that it is elsewhere."""
    given = (obj.get("metadata") or {}).get("namespace")
    if kind.namespaced and given and given != namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")


def check_name(name: str, obj: Obj) -> None:
    """Raises Refused (400) when the object is not called as the path says."""
    given = (obj.get("metadata") or {}).get("name")
    if not given:
        raise bad_request(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")
    if given != name:
        raise bad_request(f"the name of the object ({given}) does not match the name on the URL ({name})")


def check_segment(name: str) -> None:
    """Raises Refused (400) for a name that no path could hold."""
    if name in (".", ".."):
        raise bad_request(f"Name parameter invalid: {_quoted(name)}: may not be '{name}'")
    if "%" in name or "/" in name:
        wrong = ";".join(f"may not contain '{letter}'" for letter in "/%" if letter in name)
        raise bad_request(f"Name parameter invalid: {_quoted(name)}: {wrong}")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def must_be_versioned(kind: Kind) -> bool:
    return kind.resource in VERSIONED or not kind.type


def version_required(kind: Kind, name: str) -> Refused:
    """The 422 of a PUT without a version. Kubernetes puts the resource where the kind should be."""
    named = Kind(kind.group, kind.version, kind.plural, kind.plural, "", kind.namespaced, "")
    return refusal(named, name, [invalid("metadata.resourceVersion", 0, "must be specified for an update")])


def wrong_uid(kind: Kind, namespace: str, name: str, given: str, uid: str) -> Refused:
    """The 409 of a PUT that means another object of that name."""
    return conflict(kind.plural, kind.group, name, no_such_uid(kind, namespace, name, given) + uid)


def no_such_uid(kind: Kind, namespace: str, name: str, uid: str) -> str:
    """Why a PUT that means one object does not make another: the storage's own words."""
    place = _REGISTRY.get(kind.stored_resource, kind.plural if kind.type else f"{kind.group}/{kind.plural}")
    key = f"/registry/{place}/{namespace}/{name}" if kind.namespaced else f"/registry/{place}/{name}"
    failed = f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
    return f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: {failed}"
