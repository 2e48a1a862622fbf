"""What a Service is given when it does not say (Kubernetes: pkg/apis/core/v1/defaults, SetDefaults_Service).

Addresses, families and node ports are not defaults: they come from `allocation`.
"""

from quorate.apiserver.defaults.sharing import every
from quorate.contract.plan import Obj

RESOURCE = "services"
AFFINITY_SECONDS = 10800
INSIDE = frozenset({"ClusterIP", "NodePort", "LoadBalancer"})


def default(obj: Obj) -> Obj:
    given = obj.get("spec") or {}
    spec = dict(given)
    kind = spec["type"] = spec.get("type") or "ClusterIP"
    affinity = spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
    if affinity == "None":
        spec.pop("sessionAffinityConfig", None)
    elif affinity == "ClientIP" and _seconds(spec) is None:
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": AFFINITY_SECONDS}}
    spec = every(spec, "ports", _port)
    if externally_accessible(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if kind in INSIDE and spec.get("internalTrafficPolicy") is None:
        spec["internalTrafficPolicy"] = "Cluster"
    if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is None:
        spec["allocateLoadBalancerNodePorts"] = True
    return obj if spec == given else {**obj, "spec": spec}


def externally_accessible(spec: Obj) -> bool:
    """Whether traffic from outside the cluster reaches the Service by itself."""
    kind = spec.get("type")
    return kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def _seconds(spec: Obj) -> int | None:
    return ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")


def _port(port: Obj) -> Obj:
    if port.get("protocol") and port.get("targetPort") not in (None, 0, ""):
        return port
    out = {**port, "protocol": port.get("protocol") or "TCP"}
    if out.get("targetPort") in (None, 0, ""):
        out["targetPort"] = out.get("port", 0)
    return out
