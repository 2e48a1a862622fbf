"""A pod as an endpoint of a service (Kubernetes: endpointslice's podToEndpoint and getEndpointPorts)."""

from collections.abc import Mapping

from quorate.contract.plan import Obj
from quorate.objects.pod import is_finished, is_ready, is_terminating

Port = tuple[str, int, str, str]
"""(name, number, protocol, application protocol or "")"""
Ports = tuple[Port, ...]
Zones = Mapping[str, str | None]
"""The zone of each node that exists; None for a node without one."""


def addresses(pod: Obj, family: str) -> list[str]:
    """The pod's addresses of a family, "IPv4" or "IPv6"."""
    status = pod.get("status") or {}
    found = [ip["ip"] for ip in status.get("podIPs") or ()] or [status["podIP"]] if status.get("podIP") else []
    return [ip for ip in found if (":" in ip) == (family == "IPv6")]


def belongs(pod: Obj) -> bool:
    """Whether the pod is an endpoint at all: it has an address and has not finished. A stopping one still is."""
    return not is_finished(pod) and bool((pod.get("status") or {}).get("podIP"))


def endpoint(pod: Obj, service: Obj, family: str, zones: Zones) -> Obj:
    """The endpoint of a pod. With publishNotReadyAddresses it says ready whatever the pod does; serving tells the truth."""
    meta, spec = pod["metadata"], pod["spec"]
    serving, terminating = is_ready(pod), is_terminating(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    out: Obj = {
        "addresses": addresses(pod, family),
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "targetRef": {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]},
    }
    # DNS names of single pods exist only below the headless service that governs them.
    if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
        out["hostname"] = spec["hostname"]
    node = spec.get("nodeName")
    if node:
        out["nodeName"] = node
        zone = zones.get(node)
        if zone:
            out["zone"] = zone
    hints = _hints(service["spec"].get("trafficDistribution"), out)
    return {**out, "hints": hints} if hints else out


def _hints(distribution: str | None, made: Obj) -> Obj | None:
    if not made["conditions"]["ready"] or not made.get("zone"):
        return None
    zones = [{"name": made["zone"]}]
    if distribution in ("PreferClose", "PreferSameZone"):
        return {"forZones": zones}
    if distribution == "PreferSameNode":
        return {"forNodes": [{"name": made["nodeName"]}], "forZones": zones}
    return None


def ports(service: Obj, pod: Obj) -> Ports:
    """The numbers behind the service's ports in this pod; a named target port that the pod does not have is left out."""
    found: list[Port] = []
    for port in service["spec"].get("ports") or ():
        protocol = port.get("protocol") or "TCP"
        number = _number(port, pod, protocol)
        if number is not None:
            found.append((port.get("name") or "", number, protocol, port.get("appProtocol") or ""))
    return tuple(found)


def _number(port: Obj, pod: Obj, protocol: str) -> int | None:
    target = port.get("targetPort")
    if not isinstance(target, str):
        return int(target or port["port"])
    spec = pod["spec"]
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    for container in [*(spec.get("containers") or ()), *sidecars]:
        for had in container.get("ports") or ():
            if had.get("name") == target and (had.get("protocol") or "TCP") == protocol:
                return int(had["containerPort"])
    return None


def port_objects(found: Ports) -> list[Obj] | None:
    """As the API shows them; None for none at all."""
    out = []
    for name, number, protocol, application in found:
        made = {"name": name, "port": number, "protocol": protocol}
        out.append({**made, "appProtocol": application} if application else made)
    return out or None
