"""The Endpoints object of a service, which older clients still read (Kubernetes: pkg/controller/endpoint)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Watch
from quorate.contract.plan import NOTHING, Create, Delete, Key, Obj, Plan, Ref, Update
from quorate.contract.ports import Reader
from quorate.controllers.endpointslices.endpoint import Port, addresses, belongs, ports
from quorate.controllers.endpointslices.snapshot import pod_changed, selects
from quorate.controllers.selecting import selected_pods
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_ready, is_terminating
from quorate.objects.selectors import of_labels

HEADLESS = "service.kubernetes.io/headless"
MANAGED_BY = "endpoints.kubernetes.io/managed-by"
MANAGER = "endpoint-controller"
MOST = 1000
"""Endpoints objects hold no more addresses than this."""
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"


@dataclass(frozen=True, slots=True)
class Seen:
    """`service` is None when it has gone and has left `endpoints` behind."""

    service: Obj | None
    pods: tuple[Obj, ...]
    endpoints: Obj | None


def snapshot(reader: Reader, key: Key, _: Any) -> Seen | None:
    service = reader.get("services", *key)
    if service is None:
        left = reader.get("endpoints", *key)
        ours = left is not None and (left["metadata"].get("labels") or {}).get(MANAGED_BY) == MANAGER
        return Seen(None, (), left) if ours else None
    if not selects(service):
        return None
    pods = tuple(selected_pods(reader, key[0], of_labels(service["spec"]["selector"])))
    return Seen(service, pods, reader.get("endpoints", *key))


def decide(seen: Seen, _: Instant) -> Plan:
    service, had = seen.service, seen.endpoints
    if service is None:
        gone = (had or {})["metadata"]
        return Plan((Delete(Ref("endpoints", gone["namespace"], gone["name"]), uid=gone["uid"]),))
    meta = service["metadata"]
    found, left_out = subsets(service, seen.pods)
    labels = {**(meta.get("labels") or {}), MANAGED_BY: MANAGER}
    if service["spec"].get("clusterIP") in (None, "", "None"):
        labels[HEADLESS] = ""
    if had is None:
        made: Obj = {
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": {"name": meta["name"], "namespace": meta["namespace"], "labels": labels},
        }  # fmt: skip
    elif (had.get("subsets") or []) == found and (had["metadata"].get("labels") or {}) == labels:
        return NOTHING
    else:
        made = {**had, "metadata": {**had["metadata"], "labels": labels}}
    if left_out:
        made["metadata"] = {**made["metadata"], "annotations": {OVER_CAPACITY: "truncated"}}
    if found:
        made["subsets"] = found
    else:
        made.pop("subsets", None)
    return Plan((Create("endpoints", made) if had is None else Update("endpoints", made),))


def subsets(service: Obj, pods: Iterable[Obj]) -> tuple[list[Obj], bool]:
    """(the addresses under the ports that they offer, ready and not ready apart; whether some had to be left out)."""
    family = (service["spec"].get("ipFamilies") or ["IPv4"])[0]
    grouped: dict[tuple[Port, ...], tuple[list[Obj], list[Obj]]] = {}
    count = 0
    tolerant = bool(service["spec"].get("publishNotReadyAddresses"))
    for pod in pods:
        ips = addresses(pod, family)
        if not belongs(pod) or not ips or (is_terminating(pod) and not tolerant):
            continue
        found = ports(service, pod)
        if not found and service["spec"].get("ports"):
            continue
        count += 1
        if count > MOST:
            continue
        ready, unready = grouped.setdefault(found, ([], []))
        (ready if tolerant or is_ready(pod) else unready).append(_address(pod, service, ips[0]))
    out = []
    for found, (ready, unready) in sorted(grouped.items()):
        subset: Obj = {}
        if ready:
            subset["addresses"] = sorted(ready, key=_by_ip)
        if unready:
            subset["notReadyAddresses"] = sorted(unready, key=_by_ip)
        if found:
            subset["ports"] = [_port(port) for port in found]
        out.append(subset)
    return out, count > MOST


def _by_ip(address: Obj) -> str:
    return str(address["ip"])


def _address(pod: Obj, service: Obj, ip: str) -> Obj:
    meta, spec = pod["metadata"], pod["spec"]
    out: Obj = {"ip": ip}
    if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
        out["hostname"] = spec["hostname"]
    if spec.get("nodeName"):
        out["nodeName"] = spec["nodeName"]
    out["targetRef"] = {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]}
    return out


def _port(port: Port) -> Obj:
    name, number, protocol, application = port
    out: Obj = {"name": name} if name else {}
    out |= {"port": number, "protocol": protocol}
    return {**out, "appProtocol": application} if application else out


def changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    some = new if new is not None else old
    assert some is not None
    return ((some["metadata"]["namespace"], some["metadata"]["name"]),)


WATCHES = (Watch("services", changed), Watch("pods", pod_changed), Watch("endpoints", changed))
