"""What a CSIDriver must keep to, and what of it may change (Kubernetes: pkg/apis/storage/validation)."""

from quorate.apiserver.validation.errors import FieldError, immutable, not_supported, required
from quorate.apiserver.validation.persistentvolume import driver_name
from quorate.contract.plan import Obj

RESOURCE = "csidrivers.storage.k8s.io"
LIFECYCLES = ("Ephemeral", "Persistent")
GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_FLAGS = ("attachRequired", "podInfoOnMount", "storageCapacity")


def validate(obj: Obj) -> list[FieldError]:
    return driver_name("metadata.name", obj["metadata"].get("name") or "") + _spec(obj.get("spec") or {})


def _spec(spec: Obj) -> list[FieldError]:
    errors = [required(f"spec.{flag}") for flag in _FLAGS if spec.get(flag) is None]
    policy = spec.get("fsGroupPolicy")
    if policy is not None and policy not in GROUP_POLICIES:
        errors.append(not_supported("spec.fsGroupPolicy", policy, GROUP_POLICIES))
    for mode in spec.get("volumeLifecycleModes") or ():
        if mode not in LIFECYCLES:
            errors.append(not_supported("spec.volumeLifecycleModes", mode, LIFECYCLES))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec, was = new.get("spec") or {}, old.get("spec") or {}
    errors = _spec(spec)
    for field in ("attachRequired", "volumeLifecycleModes"):
        if spec.get(field) != was.get(field):
            errors.append(immutable(f"spec.{field}", spec.get(field)))
    return errors
