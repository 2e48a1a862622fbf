"""CustomResourceDefinition (Kubernetes: pkg/apis/apiextensions/v1/defaults.go)."""

from quorate.contract.plan import Obj

RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"


def default(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    names = dict(spec.get("names") or {})
    kind = names.get("kind") or ""
    if not names.get("singular") and kind:
        names["singular"] = kind.lower()
    if not names.get("listKind") and kind:
        names["listKind"] = f"{kind}List"
    conversion = spec.get("conversion") or {"strategy": "None"}
    service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is not None and service.get("port") is None:
        webhook = conversion["webhook"]
        client = {**webhook["clientConfig"], "service": {**service, "port": 443}}
        conversion = {**conversion, "webhook": {**webhook, "clientConfig": client}}
    if names == spec.get("names") and conversion == spec.get("conversion"):
        return obj
    return {**obj, "spec": {**spec, "names": names, "conversion": conversion}}
