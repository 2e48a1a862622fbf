"""What Endpoints are given: a port's protocol (Kubernetes: pkg/apis/core/v1/defaults, SetDefaults_Endpoints)."""

from quorate.apiserver.defaults.sharing import every, filled
from quorate.contract.plan import Obj

RESOURCE = "endpoints"


def default(obj: Obj) -> Obj:
    return every(obj, "subsets", _subset)


def _subset(subset: Obj) -> Obj:
    return every(subset, "ports", _port)


def _port(port: Obj) -> Obj:
    return filled(port, {"protocol": "TCP"})
