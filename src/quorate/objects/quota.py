"""What objects cost in a ResourceQuota, and which quotas count them (Kubernetes: pkg/quota/v1/evaluator).

Usage is a mapping from quota resource ("requests.cpu", "count/jobs.batch") to a quantity.
"""

from collections.abc import Iterable
from typing import Any

from quorate.kernel.clock import SECOND, Instant
from quorate.objects.claims import class_name
from quorate.objects.pod import is_finished
from quorate.objects.pod_resources import Amounts, totals
from quorate.objects.quantity import compare, from_value
from quorate.objects.selectors import Requirement
from quorate.objects.times import parse_time

Obj = dict[str, Any]
Scope = tuple[str, str, tuple[str, ...]]
"""(scope name, operator, values); a plain scope has the operator "Exists"."""

COUNTED = frozenset({
    "configmaps", "secrets", "services", "replicationcontrollers", "resourcequotas", "persistentvolumeclaims", "pods",
})  # fmt: skip
"""Resources that are also counted under their own name, not only under "count/..."."""
IGNORED = frozenset({"events", "namespaces", "bindings"})
"""What no quota counts."""
EXPLICIT = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
"""What every container must say when a quota counts it."""
_POD = frozenset({
    "pods", "count/pods", "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory",
    "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
})  # fmt: skip
_PLAIN = ("cpu", "memory", "ephemeral-storage")
_BY_CLASS = ".storageclass.storage.k8s.io/"
_SERVICE = frozenset({"services", "count/services", "services.nodeports", "services.loadbalancers"})


def concerns(resource: str, names: Iterable[str]) -> list[str]:
    """Those of a quota's resource names that objects of `resource` can use, in their order."""
    match resource:
        case "pods":
            return [n for n in names if n in _POD or _is_pod_extra(n)]
        case "persistentvolumeclaims":
            mine = ("persistentvolumeclaims", "count/persistentvolumeclaims", "requests.storage")
            return [n for n in names if n in mine or (_BY_CLASS in n and n.partition(_BY_CLASS)[2] in mine)]
        case "services":
            return [n for n in names if n in _SERVICE]
    return [n for n in names if n == f"count/{resource}" or (n == resource and n in COUNTED)]


def _is_pod_extra(name: str) -> bool:
    """Huge pages, and resources of other domains, which a quota can only count as requests."""
    if name.startswith(("hugepages-", "requests.hugepages-")):
        return True
    return name.startswith("requests.") and "/" in name and "kubernetes.io/" not in name


def scopes_of(quota: Obj) -> tuple[Scope, ...]:
    """All scopes of a quota; it counts what is in every one of them."""
    spec = quota.get("spec") or {}
    plain = [(scope, "Exists", ()) for scope in spec.get("scopes") or ()]
    chosen = (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return (*plain, *((c["scopeName"], c["operator"], tuple(c.get("values") or ())) for c in chosen))


def in_scopes(resource: str, obj: Obj, scopes: tuple[Scope, ...]) -> bool:
    """Scopes are of pods (one of claims): nothing else is ever in one."""
    return all(_in_scope(resource, obj, scope) for scope in scopes)


def _in_scope(resource: str, obj: Obj, scope: Scope) -> bool:
    name, operator, values = scope
    if resource == "persistentvolumeclaims":
        has = obj["spec"].get("volumeAttributesClassName") or ""
        return name == "VolumeAttributesClass" and _chosen(name, operator, values, has)
    if resource != "pods":
        return False
    spec = obj["spec"]
    match name:
        case "Terminating":
            return spec.get("activeDeadlineSeconds") is not None
        case "NotTerminating":
            return spec.get("activeDeadlineSeconds") is None
        case "BestEffort":
            return is_best_effort(obj)
        case "NotBestEffort":
            return not is_best_effort(obj)
        case "PriorityClass":
            return _chosen(name, operator, values, spec.get("priorityClassName") or "")
        case "CrossNamespacePodAffinity":
            return _looks_elsewhere(spec.get("affinity") or {})
    return False


_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def _chosen(name: str, operator: str, values: tuple[str, ...], has: str) -> bool:
    if operator not in _OPERATORS:
        return False
    return Requirement(name, _OPERATORS[operator], values).matches({name: has} if has else {})


def is_best_effort(pod: Obj) -> bool:
    """Whether no container asks for or is held to any cpu or memory."""
    spec = pod["spec"]
    holders = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ()), spec]
    for holder in holders:
        resources = holder.get("resources")
        if not resources:
            continue
        for field in ("requests", "limits"):
            amounts = resources.get(field) or {}
            if any(name in amounts and compare(amounts[name], "0") for name in ("cpu", "memory")):
                return False
    return True


def _looks_elsewhere(affinity: Obj) -> bool:
    terms: list[Obj] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        found = affinity.get(kind) or {}
        terms += found.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        preferred = found.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms += [p.get("podAffinityTerm") or {} for p in preferred]
    return any(t.get("namespaces") or t.get("namespaceSelector") is not None for t in terms)


def given_up_at(pod: Obj) -> Instant | None:
    """From when on a pod that does not stop costs nothing: its grace period after it should have been gone."""
    meta = pod["metadata"]
    if not meta.get("deletionTimestamp") or meta.get("deletionGracePeriodSeconds") is None:
        return None
    return parse_time(meta["deletionTimestamp"]) + int(meta["deletionGracePeriodSeconds"]) * SECOND


def usage(resource: str, obj: Obj) -> Amounts:
    """What one object costs; a pod that has finished only still counts as an object."""
    match resource:
        case "pods":
            return {"count/pods": "1"} if is_finished(obj) else _pod_usage(obj)
        case "persistentvolumeclaims":
            return _claim_usage(obj)
        case "services":
            return _service_usage(obj.get("spec") or {})
    found = {f"count/{resource}": "1"}
    if resource in COUNTED:
        found[resource] = "1"
    return found


def _pod_usage(pod: Obj) -> Amounts:
    out = compute(totals(pod, "requests"), totals(pod, "limits"))
    out["count/pods"] = out["pods"] = "1"
    return out


def compute(requests: Amounts, limits: Amounts) -> Amounts:
    """Requests and limits under the names that quotas have for them."""
    out: Amounts = {}
    for name, amount in requests.items():
        if name in _PLAIN or name.startswith("hugepages-"):
            out[name] = out[f"requests.{name}"] = amount
        elif "/" in name and "kubernetes.io/" not in name:
            out[f"requests.{name}"] = amount
    for name in _PLAIN:
        if name in limits:
            out[f"limits.{name}"] = limits[name]
    return out


def _claim_usage(claim: Obj) -> Amounts:
    out: Amounts = {"persistentvolumeclaims": "1", "count/persistentvolumeclaims": "1"}
    of_class = class_name(claim)
    if of_class:
        out[f"{of_class}{_BY_CLASS}persistentvolumeclaims"] = "1"
    asked = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage")
    granted = ((claim.get("status") or {}).get("allocatedResources") or {}).get("storage")
    if asked is not None:
        if granted is not None and compare(granted, asked) > 0:
            asked = granted  # what a failed expansion has taken is charged until it is given back
        out["requests.storage"] = asked
        if of_class:
            out[f"{of_class}{_BY_CLASS}requests.storage"] = asked
    return out


def _service_usage(spec: Obj) -> Amounts:
    ports: list[Obj] = spec.get("ports") or []
    kind, taken = spec.get("type"), 0
    if kind == "NodePort":
        taken = len(ports)
    elif kind == "LoadBalancer":
        given = spec.get("allocateLoadBalancerNodePorts") is False
        taken = sum(1 for port in ports if port.get("nodePort")) if given else len(ports)
    return {
        "services": "1", "count/services": "1", "services.nodeports": from_value(taken),
        "services.loadbalancers": "1" if kind == "LoadBalancer" else "0",
    }  # fmt: skip


def unsaid(pod: Obj, names: Iterable[str]) -> str:
    """What containers must say for a quota of these resources but do not: "limits.cpu for: c,d; requests.cpu for: c"."""
    wanted = EXPLICIT.intersection(names)
    if not wanted:
        return ""
    missing: dict[str, set[str]] = {}
    spec = pod["spec"]
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        resources = container.get("resources") or {}
        said = compute(resources.get("requests") or {}, resources.get("limits") or {})
        for name in wanted - said.keys():
            missing.setdefault(name, set()).add(container.get("name") or "")
    return "; ".join(f"{name} for: {','.join(sorted(missing[name]))}" for name in sorted(missing))
