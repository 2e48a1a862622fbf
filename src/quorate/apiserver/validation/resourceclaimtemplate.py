"""What a ResourceClaimTemplate must keep to; its spec never changes (Kubernetes: pkg/apis/resource/validation)."""

from quorate.apiserver.validation.device_requests import claim_spec
from quorate.apiserver.validation.errors import FieldError, immutable
from quorate.contract.plan import Obj

RESOURCE = "resourceclaimtemplates.resource.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    return claim_spec((obj.get("spec") or {}).get("spec") or {}, "spec.spec")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec = new.get("spec") or {}
    return [] if spec == (old.get("spec") or {}) else [immutable("spec", spec)]
