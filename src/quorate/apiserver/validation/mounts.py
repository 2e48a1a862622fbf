"""What a container mounts of its pod's volumes (core/validation, ValidateVolumeMounts and ValidateVolumeDevices)."""

from collections.abc import Mapping

from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, not_found, not_supported, required
from quorate.apiserver.validation.paths import descending
from quorate.contract.plan import Obj

_PROPAGATIONS = ["Bidirectional", "HostToContainer", "None"]
_RECURSIONS = ["Disabled", "Enabled", "IfPossible"]


def mounts(field: str, container: Obj, volumes: Mapping[str, Obj]) -> list[FieldError]:
    """`field` is the container's."""
    errors: list[FieldError] = []
    taken: set[str] = set()
    raw = {device.get("name", ""): device.get("devicePath", "") for device in container.get("volumeDevices") or ()}
    for i, mount in enumerate(container["volumeMounts"] or ()):
        name, path = mount.get("name", ""), mount.get("mountPath", "")
        if name not in volumes:
            at = f"{field}.volumeMounts[{i}].name"
            errors += [not_found(at, name)] if name else [required(at), not_found(at, name)]
        if not path:
            errors.append(required(f"{field}.volumeMounts[{i}].mountPath"))
        if path in taken:
            errors.append(invalid(f"{field}.volumeMounts[{i}].mountPath", path, "must be unique"))
        taken.add(path)
        if raw:
            errors += _overlap(f"{field}.volumeMounts[{i}]", name, path, raw)
        if len(mount) > 2:
            errors += _options(f"{field}.volumeMounts", i, mount, container, volumes.get(name) or {})
    return errors


def _overlap(field: str, name: str, path: str, raw: Mapping[str, str]) -> list[FieldError]:
    errors: list[FieldError] = []
    if name in raw:
        errors.append(invalid(f"{field}.name", name, "must not already exist in volumeDevices"))
    if path in raw.values():
        errors.append(invalid(f"{field}.mountPath", path, "must not already exist as a path in volumeDevices"))
    return errors


def _options(field: str, i: int, mount: Obj, container: Obj, volume: Obj) -> list[FieldError]:
    """Some of Kubernetes' messages name the list instead of the mount; these do too."""
    errors: list[FieldError] = []
    sub, expression = mount.get("subPath"), mount.get("subPathExpr")
    if expression and "image" in volume:
        errors.append(invalid(f"{field}[{i}].subPathExpr", expression, "not allowed in image volume sources"))
    if sub:
        errors += descending(f"{field}.subPath", sub)
    if expression:
        if sub:
            why = "subPathExpr and subPath are mutually exclusive"
            errors.append(invalid(f"{field}[{i}].subPathExpr", expression, why))
        errors += descending(f"{field}.subPathExpr", expression)
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        at = f"{field}.mountPropagation"
        if propagation not in _PROPAGATIONS:
            errors.append(not_supported(at, propagation, _PROPAGATIONS))
        if propagation == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
            why = "Bidirectional mount propagation is available only to privileged containers"
            errors.append(forbidden(at, why))
    return errors + _read_only(f"{field}.recursiveReadOnly", mount)


def _read_only(field: str, mount: Obj) -> list[FieldError]:
    recursion = mount.get("recursiveReadOnly")
    if recursion in (None, "Disabled"):
        return []
    if recursion not in _RECURSIONS:
        return [not_supported(field, recursion, _RECURSIONS)]
    errors: list[FieldError] = []
    if not mount.get("readOnly"):
        errors.append(forbidden(field, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation") not in (None, "None"):
        errors.append(forbidden(field, "may only be specified when mountPropagation is None or not specified"))
    return errors


def devices(field: str, container: Obj, volumes: Mapping[str, Obj], host_users: bool) -> list[FieldError]:
    """Raw block devices: only what a claim stands behind can be one."""
    errors: list[FieldError] = []
    mounted = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or ()}
    names: set[str] = set()
    paths: set[str] = set()
    found = container["volumeDevices"] or ()
    if found and not host_users:
        errors.append(forbidden(f"{field}.volumeDevices", "when `pod.Spec.HostUsers` is false"))
    for i, device in enumerate(found):
        at, name, path = f"{field}.volumeDevices[{i}]", device.get("name", ""), device.get("devicePath", "")
        volume = volumes.get(name)
        if not name:
            errors.append(required(f"{at}.name"))
        if name in names:
            errors.append(invalid(f"{at}.name", name, "must be unique"))
        if volume is None:
            errors.append(not_found(f"{at}.name", name))
        elif "persistentVolumeClaim" not in volume and "ephemeral" not in volume:
            why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            errors.append(invalid(f"{at}.name", name, why))
        if not path:
            errors.append(required(f"{at}.devicePath"))
        if path in paths:
            errors.append(invalid(f"{at}.devicePath", path, "must be unique"))
        if ".." in path.split("/"):
            errors.append(invalid(f"{at}.devicePath", path, "can not contain backsteps ('..')"))
        else:
            paths.add(path)
        if name in mounted:
            errors.append(invalid(f"{at}.name", name, "must not already exist in volumeMounts"))
        if path in mounted.values():
            errors.append(invalid(f"{at}.devicePath", path, "must not already exist as a path in volumeMounts"))
        if name:
            names.add(name)
    return errors
