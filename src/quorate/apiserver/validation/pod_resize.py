"""Writes to a Pod's resize subresource: cpu and memory in place (core/validation, ValidatePodResize)."""

from quorate.apiserver.validation.errors import FieldError, forbidden, invalid
from quorate.apiserver.validation.pod_annotations import MIRROR
from quorate.apiserver.validation.pod_update import same
from quorate.contract.plan import Obj

_RESIZABLE = ("cpu", "memory")


def resize_changes(new: Obj, old: Obj) -> list[FieldError]:
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [forbidden("", "static pods cannot be resized")]
    if (old["spec"].get("os") or {}).get("name") == "windows":
        return [forbidden("", "windows pods cannot be resized")]
    errors: list[FieldError] = []
    if _quality(new["spec"]) != _quality(old["spec"]):
        qos = (old.get("status") or {}).get("qosClass", "")
        errors.append(invalid("spec", qos, "Pod QOS Class may not change as a result of resizing"))
    for field in ("initContainers", "containers"):
        now, before = new["spec"].get(field) or (), old["spec"].get(field) or ()
        if len(now) != len(before):
            return [*errors, forbidden("spec", "only cpu and memory resources are mutable")]
        for i, (container, was) in enumerate(zip(now, before, strict=True)):
            errors += _container(f"spec.{field}[{i}].resources", field, container, was)
    return errors


def _container(field: str, kind: str, new: Obj, old: Obj) -> list[FieldError]:
    sidecar = kind == "initContainers"
    if sidecar and old.get("restartPolicy") != "Always":
        why = "resources for non-sidecar init containers are immutable"
        return [] if same(new, old) else [forbidden("spec", why)]
    errors: list[FieldError] = []
    resources, before = new.get("resources") or {}, old.get("resources") or {}
    for part in ("requests", "limits"):
        now, was = resources.get(part) or {}, before.get(part) or {}
        gone = [name for name in _RESIZABLE if name in was and name not in now]
        if gone:
            errors.append(forbidden(f"{field}.{part}", f"resource {part} cannot be removed"))
    rest = {**new, "resources": _without(resources), "resizePolicy": old.get("resizePolicy")}
    if not same(rest, {**old, "resources": _without(before)}):
        which = " for sidecar containers" if sidecar else ""
        errors.append(forbidden("spec", f"only cpu and memory resources{which} are mutable"))
    return errors


def _without(resources: Obj) -> Obj:
    return {
        part: {name: amount for name, amount in amounts.items() if name not in _RESIZABLE} or None
        if isinstance(amounts, dict)
        else amounts
        for part, amounts in resources.items()
    }


def _quality(spec: Obj) -> str:
    """The QoS class: Guaranteed when every container's requests are its limits, BestEffort when there are none."""
    guaranteed, given = True, False
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            resources = container.get("resources") or {}
            limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
            for name in _RESIZABLE:
                given = given or name in limits or name in requests
                guaranteed = guaranteed and name in limits and requests.get(name, limits[name]) == limits[name]
    return "Guaranteed" if given and guaranteed else "Burstable" if given else "BestEffort"
