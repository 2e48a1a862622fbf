"""MutatingWebhookConfiguration (Kubernetes: pkg/apis/admissionregistration/v1/defaults.go)."""

from quorate.apiserver.defaults.webhook_client import webhook
from quorate.contract.plan import Obj

RESOURCE = "mutatingwebhookconfigurations.admissionregistration.k8s.io"


def default(obj: Obj) -> Obj:
    if not obj.get("webhooks"):
        return obj
    return {**obj, "webhooks": [webhook(each, {"reinvocationPolicy": "Never"}) for each in obj["webhooks"]]}
