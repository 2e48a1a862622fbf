"""What a client is warned of though the write goes through (Kubernetes: WarningsOnCreate and WarningsOnUpdate)."""

from quorate.apiserver.disabled import TEMPLATES
from quorate.apiserver.kind_warnings import KINDS
from quorate.apiserver.pod_warnings import pod_warnings, template_warnings
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors

_HOSTNAMES = "which can result in surprising behavior; a DNS label is recommended"
_NAMED_PODS = {
    "deployments.apps": f"this is used in Pod names and hostnames, {_HOSTNAMES}",
    "replicasets.apps": f"this is used in Pod names and hostnames, {_HOSTNAMES}",
    "replicationcontrollers": f"this is used in Pod names and hostnames, {_HOSTNAMES}",
    "jobs.batch": f"this is used in Pod names and hostnames, {_HOSTNAMES}",
    "cronjobs.batch": f"this is used in Pod names and hostnames, {_HOSTNAMES}",
}
"""Workloads whose names are wider than the host names made of them."""


def warnings(resource: str, obj: Obj, old: Obj | None) -> list[str]:
    """The texts of the Warning headers, in order; `old` is None for a create."""
    if resource == "pods":
        return (
            []
            if old is not None
            else [*_name(obj, f"this is used in the Pod's hostname, {_HOSTNAMES}"), *pod_warnings(obj)]
        )
    own = KINDS.get(resource)
    said = own(obj, old) if own is not None else []
    path = TEMPLATES.get(resource)
    if path is None:
        return said
    out = _name(obj, _NAMED_PODS[resource]) if old is None and resource in _NAMED_PODS else []
    found: list[str] = []
    if old is None or obj["metadata"].get("generation") != old["metadata"].get("generation"):
        template = obj
        for field in path:
            template = template.get(field) or {}
        found = template_warnings(".".join(path), template)
    # A set speaks of its claims after its pods, a Job of itself before.
    return [*out, *found, *said] if resource == "statefulsets.apps" else [*out, *said, *found]


def _name(obj: Obj, why: str) -> list[str]:
    errors = dns1123_label_errors(obj["metadata"].get("name", ""))
    return [f"metadata.name: {why}: [{' '.join(errors)}]"] if errors else []
