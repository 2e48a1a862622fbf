"""Fields of features that are off in Kubernetes 1.36: they are dropped silently, unless the object already has them.

(Kubernetes: dropDisabledFields of each kind's strategy, called between defaulting and admission.)
"""

from collections.abc import Callable
from typing import Any

from quorate.contract.plan import Obj

TEMPLATES = {
    "statefulsets.apps": ("spec", "template"),
    "deployments.apps": ("spec", "template"),
    "replicasets.apps": ("spec", "template"),
    "daemonsets.apps": ("spec", "template"),
    "replicationcontrollers": ("spec", "template"),
    "jobs.batch": ("spec", "template"),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
}
"""Where each kind keeps its pod template."""

_PROJECTIONS = ("clusterTrustBundle", "podCertificate")
_SPEC_FIELDS = ("workloadRef", "schedulingGroup")
_CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")


def drop_disabled(resource: str, new: Obj, old: Obj | None) -> Obj:
    """`new` without what is off; the same object when nothing is. `old` is None for a create."""
    if resource == "pods":
        return _changed(new, ("spec",), _pod_spec, (old or {}).get("spec"))
    path = TEMPLATES.get(resource)
    if path is None:
        return new
    if resource == "statefulsets.apps":
        new = _changed(
            new,
            ("spec", "updateStrategy", "rollingUpdate"),
            _rolling,
            _at(old, "spec", "updateStrategy", "rollingUpdate"),
        )
    return _changed(new, (*path, "spec"), _pod_spec, _at(old, *path, "spec"))


def _at(obj: Obj | None, *path: str) -> Any:
    for field in path:
        obj = (obj or {}).get(field)
    return obj


def _changed(obj: Obj, path: tuple[str, ...], function: Callable[[Obj, Any], Obj], old: Any) -> Obj:
    """`obj` with `function` applied at the path, if there is something."""
    value = obj.get(path[0])
    if not value:
        return obj
    done = function(value, old) if len(path) == 1 else _changed(value, path[1:], function, old)
    return obj if done is value else {**obj, path[0]: done}


def _rolling(strategy: Obj, old: Obj | None) -> Obj:
    """MaxUnavailableStatefulSet."""
    if "maxUnavailable" not in strategy or (old or {}).get("maxUnavailable") is not None:
        return strategy
    return {field: value for field, value in strategy.items() if field != "maxUnavailable"}


def _pod_spec(spec: Obj, old: Obj | None) -> Obj:
    old = old or {}
    gone = [field for field in _SPEC_FIELDS if field in spec and old.get(field) is None]
    if gone:
        spec = {field: value for field, value in spec.items() if field not in gone}
    if any("projected" in volume for volume in spec.get("volumes") or ()):
        spec = _without_projections(spec, old)
    if _has_stop_signal(spec) and not _has_stop_signal(old):
        for field in _CONTAINER_LISTS:
            if spec.get(field):
                spec = {**spec, field: [_without_stop_signal(container) for container in spec[field]]}
    return spec


def _projections(spec: Obj) -> set[str]:
    return {
        field
        for volume in spec.get("volumes") or ()
        for source in (volume.get("projected") or {}).get("sources") or ()
        for field in source
    }


def _without_projections(spec: Obj, old: Obj) -> Obj:
    """ClusterTrustBundleProjection, PodCertificateRequest."""
    gone = _projections(spec).intersection(_PROJECTIONS) - _projections(old)
    if not gone:
        return spec
    volumes = []
    for volume in spec["volumes"]:
        projected = volume.get("projected")
        if projected and projected.get("sources"):
            sources = [{k: v for k, v in source.items() if k not in gone} for source in projected["sources"]]
            volume = {**volume, "projected": {**projected, "sources": sources}}
        volumes.append(volume)
    return {**spec, "volumes": volumes}


def _has_stop_signal(spec: Obj) -> bool:
    """ContainerStopSignals."""
    for field in _CONTAINER_LISTS:
        for container in spec.get(field) or ():
            if "lifecycle" in container and container["lifecycle"].get("stopSignal") is not None:
                return True
    return False


def _without_stop_signal(container: Obj) -> Obj:
    lifecycle = container.get("lifecycle") or {}
    if "stopSignal" not in lifecycle:
        return container
    rest = {field: value for field, value in lifecycle.items() if field != "stopSignal"}
    container = {field: value for field, value in container.items() if field != "lifecycle"}
    return {**container, "lifecycle": rest} if rest else container
