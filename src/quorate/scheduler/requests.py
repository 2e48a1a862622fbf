"""What a pod asks of a node, in whole units: millicores, bytes, counts (Kubernetes: component-helpers/resource).

A sum is kept as a plain mapping from resource name to amount.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from quorate.objects.quantity import milli, value

Obj = dict[str, Any]
Amounts = dict[str, int]

NO_CPU_ASKED = 100
"""Millicores that scoring takes for a container that asks for none, so that such pods spread too."""
NO_MEMORY_ASKED = 200 * 1024 * 1024
"""The same for memory, in bytes."""


def amounts(resources: Mapping[str, Any] | None) -> Amounts:
    """A ResourceList in whole units; an amount that is not a quantity counts as nothing."""
    out: Amounts = {}
    for name, quantity in (resources or {}).items():
        try:
            out[name] = milli(quantity) if name == "cpu" else value(quantity)
        except ValueError:
            continue
    return out


def _requests(container: Obj, least: Amounts) -> Amounts:
    asked = amounts((container.get("resources") or {}).get("requests"))
    for name, amount in least.items():
        asked.setdefault(name, amount)
    return asked


def _add(to: Amounts, more: Mapping[str, int]) -> None:
    for name, amount in more.items():
        to[name] = to.get(name, 0) + amount


def _raise(to: Amounts, at_least: Mapping[str, int]) -> None:
    for name, amount in at_least.items():
        if amount > to.get(name, 0):
            to[name] = amount


def _sum(spec: Obj, least: Amounts) -> Amounts:
    """Containers run together; init containers run one by one beside the sidecars that started before them."""
    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, _requests(container, least))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        asked = _requests(container, least)
        if container.get("restartPolicy") == "Always":
            _add(total, asked)
            _add(sidecars, asked)
            _raise(peak, sidecars)
        else:
            _add(asked, sidecars)
            _raise(peak, asked)
    _raise(total, peak)
    return total


def pod_requests(spec: Obj) -> Amounts:
    """What the node must have free: containers, init containers, pod-level requests, overhead."""
    total = _sum(spec, {})
    total.update(_pod_level(spec))
    _add(total, amounts(spec.get("overhead")))
    return total


def scoring_requests(spec: Obj) -> tuple[int, int]:
    """(millicores, bytes) with the assumed minimum for containers that ask for nothing."""
    own = _pod_level(spec)
    least = {name: amount for name, amount in (("cpu", NO_CPU_ASKED), ("memory", NO_MEMORY_ASKED)) if name not in own}
    total = _sum(spec, least)
    total.update(own)
    _add(total, amounts(spec.get("overhead")))
    return total.get("cpu", 0), total.get("memory", 0)


def _pod_level(spec: Obj) -> Amounts:
    asked = amounts((spec.get("resources") or {}).get("requests"))
    return {n: a for n, a in asked.items() if n in ("cpu", "memory") or n.startswith("hugepages-")}


def host_ports(spec: Obj) -> Iterable[tuple[str, str, int]]:
    """(address, protocol, port) that the pod takes on its node."""
    containers = list(spec.get("containers") or ())
    containers += [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    for container in containers:
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"]
