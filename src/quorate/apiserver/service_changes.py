"""What a write to a Service means beside what it says: the fields it leaves out, and those its type has no use for.

(Kubernetes: pkg/registry/core/service, patchAllocatedValues, normalizeClusterIPs and dropTypeDependentFields.)
All work on specs, given as copies that may be changed.
"""

from quorate.apiserver.defaults.service import externally_accessible
from quorate.apiserver.validation.service import needs_health_check
from quorate.contract.plan import Obj

INTERNAL = frozenset({"ClusterIP", "NodePort", "LoadBalancer"})


def needs_address(spec: Obj) -> bool:
    return spec.get("type") != "ExternalName"


def needs_node_ports(spec: Obj) -> bool:
    return spec.get("type") in ("NodePort", "LoadBalancer")


def fill_from(spec: Obj, old: Obj) -> None:
    """A client that leaves out what was allocated to the Service keeps it."""
    if needs_address(spec) and needs_address(old):
        if not spec.get("clusterIP") and old.get("clusterIP"):
            spec["clusterIP"] = old["clusterIP"]
        if not spec.get("clusterIPs") and old.get("clusterIPs") and spec.get("clusterIP") == old.get("clusterIP"):
            spec["clusterIPs"] = old["clusterIPs"]
    if needs_node_ports(spec) and needs_node_ports(old):
        used = {p["nodePort"] for p in spec.get("ports") or () if p.get("nodePort")}
        had = {p.get("name") or "": p.get("nodePort") for p in old.get("ports") or () if p.get("nodePort") not in used}
        ports = []
        for port in spec.get("ports") or ():
            kept = had.get(port.get("name") or "")
            if not port.get("nodePort") and kept and kept not in used:
                used.add(kept)
                port = {**port, "nodePort": kept}
            ports.append(port)
        spec["ports"] = ports
    if needs_health_check(spec) and needs_health_check(old) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = old.get("healthCheckNodePort")


def normalize(spec: Obj, old: Obj | None) -> None:
    """clusterIP is the first of clusterIPs: whichever the client changed is the one that counts."""
    ip, ips = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if old is None:
        if ip and not ips:
            spec["clusterIPs"] = [ip]
        return
    was, were = old.get("clusterIP") or "", old.get("clusterIPs") or []
    if ip != was and ips == were:
        if ip:
            spec["clusterIPs"] = [ip, *ips[1:]]
        else:
            spec.pop("clusterIPs", None)
    elif ip == was and ips != were and not ips:
        spec.pop("clusterIP", None)


def drop_useless(spec: Obj, old: Obj) -> None:
    """A change of type takes away the fields that the new type cannot have, unless the client has changed them too."""
    gone: list[str] = []
    if needs_address(old) and not needs_address(spec):
        if (spec.get("clusterIP") or "") in ("", old.get("clusterIP")):
            gone += ["clusterIP", "clusterIPs"]
        gone += [f for f in ("ipFamilies", "ipFamilyPolicy") if spec.get(f) == old.get(f)]
    if old.get("type") in INTERNAL and spec.get("type") not in INTERNAL:
        gone += (
            ["internalTrafficPolicy"] if spec.get("internalTrafficPolicy") == old.get("internalTrafficPolicy") else []
        )
    if needs_node_ports(old) and not needs_node_ports(spec):
        had = {p.get("nodePort") for p in old.get("ports") or ()}
        spec["ports"] = [_without_node_port(p) if p.get("nodePort") in had else p for p in spec.get("ports") or ()]
    if needs_health_check(old) and not needs_health_check(spec):
        gone += _unchanged("healthCheckNodePort", spec, old)
    if externally_accessible(old) and not externally_accessible(spec):
        gone += _unchanged("externalTrafficPolicy", spec, old)
    if old.get("type") == "LoadBalancer" != spec.get("type"):
        gone += _unchanged("loadBalancerClass", spec, old) + _unchanged("allocateLoadBalancerNodePorts", spec, old)
    if old.get("type") == "ExternalName" != spec.get("type"):
        gone += _unchanged("externalName", spec, old)
    for field in gone:
        spec.pop(field, None)


def _unchanged(field: str, spec: Obj, old: Obj) -> list[str]:
    return [field] if spec.get(field) == old.get(field) else []


def _without_node_port(port: Obj) -> Obj:
    return {k: v for k, v in port.items() if k != "nodePort"}
