"""What an APIService is given (kube-aggregator: pkg/apis/apiregistration/v1/defaults)."""

from quorate.apiserver.defaults.sharing import filled, mapped
from quorate.contract.plan import Obj

RESOURCE = "apiservices.apiregistration.k8s.io"


def default(obj: Obj) -> Obj:
    return mapped(obj, "spec", lambda spec: mapped(spec, "service", lambda service: filled(service, {"port": 443})))
