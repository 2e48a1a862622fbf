"""Types of what expressions of admission know beside the object (Kubernetes: apiserver/pkg/admission/plugin/cel/compile.go)."""

from collections.abc import Mapping
from functools import cache

from quorate.objects.cel.types import BOOL, DYN, INT, STRING, Type, list_of, map_of


def _object(name: str, fields: Mapping[str, Type]) -> Type:
    return Type("object", name=name, fields=dict(fields))


@cache
def request_type() -> Type:
    kind = _object("kubernetes.GroupVersionKind", {"group": STRING, "version": STRING, "kind": STRING})
    resource = _object("kubernetes.GroupVersionResource", {"group": STRING, "version": STRING, "resource": STRING})
    user = _object(
        "kubernetes.UserInfo",
        {"username": STRING, "uid": STRING, "groups": list_of(STRING), "extra": map_of(STRING, list_of(STRING))},
    )
    return _object("kubernetes.AdmissionRequest", {
        "kind": kind, "resource": resource, "subResource": STRING, "requestKind": kind, "requestResource": resource,
        "requestSubResource": STRING, "name": STRING, "namespace": STRING, "operation": STRING, "userInfo": user,
        "dryRun": BOOL, "options": DYN,
    })  # fmt: skip


@cache
def namespace_type() -> Type:
    texts = map_of(STRING, STRING)
    meta = _object("kubernetes.NamespaceMetadata", {
        "name": STRING, "generateName": STRING, "namespace": STRING, "labels": texts, "annotations": texts,
        "UID": STRING, "creationTimestamp": STRING, "deletionGracePeriodSeconds": INT, "deletionTimestamp": STRING,
        "generation": INT, "resourceVersion": STRING, "finalizers": list_of(STRING),
    })  # fmt: skip
    spec = _object("kubernetes.NamespaceSpec", {"finalizers": list_of(STRING)})
    status = _object("kubernetes.NamespaceStatus", {"phase": STRING})
    return _object("kubernetes.Namespace", {"metadata": meta, "status": status, "spec": spec})
