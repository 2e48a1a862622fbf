"""What a PersistentVolume must keep to, and what of it may change.

(Kubernetes: pkg/apis/core/validation, ValidatePersistentVolume and ValidatePersistentVolumeUpdate.)
"""

from quorate.apiserver.validation.claim_specs import access_modes, class_name, volume_mode
from quorate.apiserver.validation.differences import shown
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    not_supported,
    required,
    too_long,
)  # fmt: skip
from quorate.apiserver.validation.quantities import positive
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors

RESOURCE = "persistentvolumes"
RECLAIM = ("Delete", "Recycle", "Retain")
SOURCES = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs",
    "iscsi", "cinder", "fc", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
    "scaleIO", "local", "storageos", "csi",
)  # fmt: skip
"""In the order in which Kubernetes looks at them: the first is the volume's, each other one is one too many."""
HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip


def validate(obj: Obj) -> list[FieldError]:
    spec: Obj = obj.get("spec") or {}
    modes: list[str] = spec.get("accessModes") or []
    errors: list[FieldError] = [] if modes else [required("spec.accessModes")]
    errors += access_modes("spec.accessModes", modes)
    errors += _capacity(spec.get("capacity"))
    reclaim = spec.get("persistentVolumeReclaimPolicy")
    if reclaim and reclaim not in RECLAIM:
        errors.append(not_supported("spec.persistentVolumeReclaimPolicy", reclaim, RECLAIM))
    errors += _affinity(spec.get("nodeAffinity"))
    errors += _sources(spec)
    if (spec.get("hostPath") or {}).get("path") == "/" and reclaim == "Recycle":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(forbidden("spec.persistentVolumeReclaimPolicy", why))
    errors += class_name("spec.storageClassName", spec.get("storageClassName"))
    return errors + volume_mode("spec.volumeMode", spec.get("volumeMode"))


def _capacity(capacity: Obj | None) -> list[FieldError]:
    errors: list[FieldError] = [] if capacity else [required("spec.capacity")]
    if not capacity or set(capacity) != {"storage"}:
        errors.append(not_supported("spec.capacity", capacity or None, ["storage"]))
    for name, amount in (capacity or {}).items():
        errors += positive(f"spec.capacity[{name}]", amount)
    return errors


def _affinity(affinity: Obj | None) -> list[FieldError]:
    if affinity is None:
        return []
    wanted = affinity.get("required")
    if wanted is None:
        return [required("spec.nodeAffinity.required", "must specify required node constraints")]
    if not wanted.get("nodeSelectorTerms"):
        why = "must have at least one node selector term"
        return [required("spec.nodeAffinity.required.nodeSelectorTerms", why)]
    return []


def _sources(spec: Obj) -> list[FieldError]:
    given = [source for source in SOURCES if spec.get(source) is not None]
    if not given:
        return [required("spec", "must specify a volume type")]
    first, *others = given
    errors = _source(first, spec[first], spec)
    return errors + [forbidden(f"spec.{other}", "may not specify more than 1 volume type") for other in others]


def _source(kind: str, source: Obj, spec: Obj) -> list[FieldError]:
    at = f"spec.{kind}"
    match kind:
        case "hostPath":
            path = source.get("path") or ""
            if not path:
                return [required(f"{at}.path")]
            errors = _no_way_up(f"{at}.path", path)
            if (source.get("type") or "") not in HOST_PATH_TYPES:
                errors.append(not_supported(f"{at}.type", source["type"], HOST_PATH_TYPES))
            return errors
        case "local":
            path = source.get("path") or ""
            errors = _no_way_up(f"{at}.path", path) if path else [required(f"{at}.path")]
            if not spec.get("nodeAffinity"):
                errors.append(required("spec.nodeAffinity", "Local volume requires node affinity"))
            return errors
        case "nfs":
            errors = [required(f"{at}.{field}") for field in ("server", "path") if not source.get(field)]
            if source.get("path") and not source["path"].startswith("/"):
                errors.append(invalid(f"{at}.path", source["path"], "must be an absolute path"))
            return errors
        case "csi":
            errors = driver_name(f"{at}.driver", source.get("driver") or "")
            if not source.get("volumeHandle"):
                errors.append(required(f"{at}.volumeHandle"))
            return errors
    return []


def _no_way_up(field: str, path: str) -> list[FieldError]:
    return [invalid(field, path, "must not contain '..'")] if ".." in path.split("/") else []


def driver_name(field: str, name: str) -> list[FieldError]:
    """The name of a CSI driver, wherever it stands."""
    errors: list[FieldError] = [] if name else [required(field)]
    if len(name) > 63:
        errors.append(too_long(field, 63))
    return errors + each_invalid(field, name, dns1123_subdomain_errors(name.lower()))


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    spec, was = new.get("spec") or {}, old.get("spec") or {}
    sources, had = ({s: x[s] for s in SOURCES if x.get(s) is not None} for x in (spec, was))
    if sources != had and _may_expand(sources, had) != had:
        why = f"spec.persistentvolumesource is immutable after creation\n{shown(had, sources)}"
        errors.append(forbidden("spec.persistentvolumesource", why))
    if spec.get("volumeMode") != was.get("volumeMode"):
        errors.append(immutable("volumeMode", spec.get("volumeMode")))
    if was.get("nodeAffinity") is not None and spec.get("nodeAffinity") != was["nodeAffinity"]:
        why = "field is immutable, except for updating from beta label to GA"
        errors.append(invalid("nodeAffinity", spec.get("nodeAffinity"), why))
    return errors


def _may_expand(sources: Obj, had: Obj) -> Obj:
    """A CSI volume that came without a secret for expansion may be given one."""
    secret = "controllerExpandSecretRef"
    if "csi" not in sources or secret in had.get("csi", {secret: None}):
        return sources
    return {**sources, "csi": {k: v for k, v in sources["csi"].items() if k != secret}}
