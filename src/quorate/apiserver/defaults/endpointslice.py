"""What an EndpointSlice is given: each port its name and protocol (Kubernetes: pkg/apis/discovery/v1/defaults).

`endpoints` and `ports` are always written, be it as null.
"""

from quorate.apiserver.defaults.sharing import every
from quorate.contract.plan import Obj

RESOURCE = "endpointslices.discovery.k8s.io"


def default(obj: Obj) -> Obj:
    if "endpoints" not in obj or "ports" not in obj:
        obj = {**obj, "endpoints": obj.get("endpoints"), "ports": obj.get("ports")}
    return every(obj, "ports", _port)


def _port(port: Obj) -> Obj:
    if port.get("protocol") and port.get("name") is not None:
        return port
    return {"name": "", **port, "protocol": port.get("protocol") or "TCP"}
