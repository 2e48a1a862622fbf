"""Which fields a write cannot change, so that nobody owns them by it (Kubernetes: each strategy's GetResetFields)."""

from functools import lru_cache

from quorate.objects.patch.fieldset import EMPTY, Node, of_path, union
from quorate.objects.patch.shape import Shape

STRIPPED: Node = {
    "f:apiVersion": {}, "f:kind": {},
    "f:metadata": {
        ".": {}, "f:clusterName": {}, "f:creationTimestamp": {}, "f:generation": {}, "f:managedFields": {},
        "f:name": {}, "f:namespace": {}, "f:resourceVersion": {}, "f:selfLink": {}, "f:uid": {},
    },
}  # fmt: skip
"""Fields that are in no managedFields entry."""

_OF_STATUS: dict[str, tuple[tuple[str, ...], ...]] = {
    "io.k8s.api.core.v1.Pod": (("spec",), ("metadata", "deletionTimestamp"), ("metadata", "ownerReferences")),
    "io.k8s.api.apps.v1.Deployment": (("spec",), ("metadata", "labels")),
    "io.k8s.api.storage.v1.VolumeAttachment": (("spec",), ("metadata",)),
    "io.k8s.api.flowcontrol.v1.FlowSchema": (("spec",), ("metadata",)),
    "io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration": (("spec",), ("metadata",)),
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition": (("spec",), ("metadata",)),
    "io.k8s.api.certificates.v1.CertificateSigningRequest": (("spec",),),
}
"""What a write to the status subresource leaves alone, where that is not the spec alone."""


@lru_cache(maxsize=1024)
def reset_fields(shape: Shape, subresource: str) -> Node:
    """The fields that a write to the main resource ("") or to a subresource leaves alone."""
    match subresource:
        case "" | "finalize" | "ephemeralcontainers" | "resize":
            return _set(("status",)) if shape.has("status") or not shape.name else EMPTY
        case "status":
            return _set(*_OF_STATUS.get(shape.name, (("spec",),)))
        case _:
            return EMPTY


def _set(*paths: tuple[str, ...]) -> Node:
    out: Node = EMPTY
    for path in paths:
        out = union(out, of_path(tuple(f"f:{name}" for name in path)))
    return out
