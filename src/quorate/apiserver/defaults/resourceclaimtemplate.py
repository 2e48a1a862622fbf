"""What a ResourceClaimTemplate is given: what its claims are (Kubernetes: pkg/apis/resource/v1/defaults)."""

from quorate.apiserver.defaults.resourceclaim import claim_spec
from quorate.apiserver.defaults.sharing import mapped
from quorate.contract.plan import Obj

RESOURCE = "resourceclaimtemplates.resource.k8s.io"


def default(obj: Obj) -> Obj:
    return mapped(obj, "spec", lambda spec: mapped(spec, "spec", claim_spec))
