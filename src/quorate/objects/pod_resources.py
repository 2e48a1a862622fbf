"""What a pod asks for and may use in all, as quantities (Kubernetes: component-helpers/resource, PodRequests, PodLimits).

Sums keep the family of their first part, so they read as the API writes them: "250m", "1Gi".
"""

from typing import Any, Literal

from quorate.objects.quantity import add, compare

Obj = dict[str, Any]
Amounts = dict[str, str]


def add_to(total: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        total[name] = add(total[name], amount) if name in total else amount


def _at_least(total: Amounts, least: Amounts) -> None:
    for name, amount in least.items():
        if name not in total or compare(amount, total[name]) > 0:
            total[name] = amount


def totals(pod: Obj, field: Literal["requests", "limits"]) -> Amounts:
    """Containers run together, init containers one by one beside the sidecars that started before them.

    What the pod asks for as a whole goes before that sum; its overhead comes on top (of limits: only of those there are).
    """
    spec = pod["spec"]
    total: Amounts = {}
    for container in spec.get("containers") or ():
        add_to(total, (container.get("resources") or {}).get(field) or {})
    if spec.get("initContainers"):
        _at_least(total, _starting(spec["initContainers"], field, total))
    whole = (spec.get("resources") or {}).get(field) or {}
    total.update((n, a) for n, a in whole.items() if n in ("cpu", "memory") or n.startswith("hugepages-"))
    for name, amount in (spec.get("overhead") or {}).items():
        if field == "requests" or name in total:
            add_to(total, {name: amount})
    return total


def _starting(containers: list[Obj], field: str, total: Amounts) -> Amounts:
    """The most that is asked at once while the pod starts; sidecars are added to `total`, as they stay."""
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in containers:
        asked = dict((container.get("resources") or {}).get(field) or {})
        if container.get("restartPolicy") == "Always":
            add_to(total, asked)
            add_to(sidecars, asked)
            _at_least(peak, sidecars)
        else:
            add_to(asked, sidecars)
            _at_least(peak, asked)
    return peak
