"""Whether a pod keeps within a LimitRange, as the API server would say."""

from typing import Any

from quorate.objects.pod_resources import totals
from quorate.objects.quantity import compare

Obj = dict[str, Any]


def broken_bounds(limit_range: Obj, pod: Obj) -> list[str]:
    """ "container app asks for 2 cpu, the most is 1": every bound that the pod (or one of its containers) breaks."""
    out: list[str] = []
    for item in limit_range["spec"].get("limits") or ():
        if item.get("type") == "Container":
            for container in pod["spec"].get("containers") or ():
                resources = container.get("resources") or {}
                requests = {**(item.get("defaultRequest") or {}), **(resources.get("requests") or {})}
                limits = {**(item.get("default") or {}), **(resources.get("limits") or {})}
                out += _bounds(f"container {container.get('name')}", item, requests, limits)
        elif item.get("type") == "Pod":
            out += _bounds("the pod", item, totals(pod, "requests"), totals(pod, "limits"))
    return out


def broken_claim_bounds(limit_range: Obj, claim: Obj) -> list[str]:
    """As `broken_bounds`, of a claim or the template of one."""
    asks = (claim["spec"].get("resources") or {}).get("requests") or {}
    out: list[str] = []
    for item in limit_range["spec"].get("limits") or ():
        if item.get("type") == "PersistentVolumeClaim":
            out += _bounds(f"claim {claim['metadata'].get('name')}", item, asks, {})
    return out


def _bounds(who: str, item: Obj, requests: dict[str, str], limits: dict[str, str]) -> list[str]:
    out = []
    for name, least in (item.get("min") or {}).items():
        has = requests.get(name) or limits.get(name)
        if has is not None and compare(has, least) < 0:
            out.append(f"{who} asks for {has} {name}, the least is {least}")
    for name, most in (item.get("max") or {}).items():
        has = limits.get(name) or requests.get(name)
        if has is not None and compare(has, most) > 0:
            out.append(f"{who} asks for {has} {name}, the most is {most}")
    return out
