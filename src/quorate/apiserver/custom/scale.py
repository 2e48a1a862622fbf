"""The scale subresource of custom objects: replicas at the paths that their definition names.

(Kubernetes: apiextensions-apiserver's registry/customresource/etcd.go.)
"""

from typing import Any

from quorate.apiserver.custom.objects import nested, whole_number
from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

UNSET = -(2**31)
"""Replicas that nobody has set, while a write of the scale is under way."""
_KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def scale_of(kind: Kind, obj: Obj) -> Obj:
    """The Scale of an object; its replicas are UNSET when there are none. Raises Refused (500)."""
    paths: Obj = kind.custom.scale
    meta = obj["metadata"]
    try:
        replicas = whole_number(obj, paths["specReplicasPath"])
        have = whole_number(obj, paths["statusReplicasPath"]) or 0
        path = paths.get("labelSelectorPath")
        selector: Any = nested(obj, path) if path else None
        if selector is not None and not isinstance(selector, str):
            raise ValueError(f"{path} accessor error: {selector} is of the wrong type, expected string")
    except ValueError as wrong:
        raise Refused("", str(wrong), code=500) from None
    made: Obj = {
        "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": {k: meta[k] for k in _KEPT if k in meta},
        "spec": {"replicas": UNSET if replicas is None else replicas} if replicas != 0 else {},
        "status": {"replicas": have},
    }  # fmt: skip
    if selector:
        made["status"]["selector"] = selector
    return made


def read(kind: Kind, obj: Obj) -> Obj:
    """What GET answers. Raises Refused (500) for an object without replicas."""
    made = scale_of(kind, obj)
    if made["spec"].get("replicas") == UNSET:
        why = f'the spec replicas field "{kind.custom.scale["specReplicasPath"]}" does not exist'
        raise Refused("InternalError", f"Internal error occurred: {why}", {"causes": [{"message": why}]})
    return made


def scaled(kind: Kind, obj: Obj, replicas: int) -> Obj:
    """The object with this many replicas. Raises Refused (400) when they are still unset."""
    path = kind.custom.scale["specReplicasPath"]
    if replicas == UNSET:
        raise bad_request(f'the spec replicas field "{path}" cannot be empty')
    return _with(obj, path.removeprefix(".").split("."), replicas)


def _with(obj: Obj, path: list[str], value: int) -> Obj:
    if len(path) == 1:
        return {**obj, path[0]: value}
    inner = obj.get(path[0])
    return {**obj, path[0]: _with(inner if isinstance(inner, dict) else {}, path[1:], value)}
