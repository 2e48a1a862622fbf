"""What a DeviceClass must keep to (Kubernetes: pkg/apis/resource/validation)."""

from quorate.apiserver.validation.device_requests import configurations, selectors
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RESOURCE = "deviceclasses.resource.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    return selectors(spec.get("selectors"), "spec.selectors") + configurations(spec.get("config"), "spec.config")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
