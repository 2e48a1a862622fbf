"""MutatingWebhookConfiguration (Kubernetes: pkg/apis/admissionregistration/validation)."""

from quorate.apiserver.validation.errors import FieldError
from quorate.apiserver.validation.webhook_configurations import webhooks
from quorate.contract.plan import Obj

RESOURCE = "mutatingwebhookconfigurations.admissionregistration.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    return webhooks(obj, None, mutating=True)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return webhooks(new, old, mutating=True)
