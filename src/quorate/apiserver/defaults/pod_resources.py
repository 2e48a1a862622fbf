"""Defaults of the resources of a pod as a whole (Kubernetes: the PodLevelResources part of SetDefaults_Pod)."""

from quorate.apiserver.defaults.sharing import rounded_resources
from quorate.contract.plan import Obj
from quorate.objects import quantity


def default_pod_resources(spec: Obj) -> Obj:
    """Limits of huge pages are those of the containers; a request not given is the containers' sum, else the limit."""
    resources = spec.get("resources")
    if not resources:
        return spec
    resources = rounded_resources(resources)
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    pages = {n: q for n, q in together(spec, "limits").items() if n.startswith("hugepages-") and n not in limits}
    limits = {**limits, **pages}
    asked = together(spec, "requests")
    missing = {}
    for name, limit in limits.items():
        if name not in requests:
            # What may not be overcommitted must be asked for in full.
            shared = name in asked and not name.startswith("hugepages-")
            missing[name] = asked[name] if shared else limit
    if not pages and not missing and resources is spec["resources"]:
        return spec
    out = {**resources, "requests": {**requests, **missing}} if missing or requests else resources
    return {**spec, "resources": {**out, "limits": limits} if limits else out}


def together(spec: Obj, part: str) -> dict[str, str]:
    """Of all containers together, or of the largest init container where that is more."""
    total: dict[str, str] = {}
    for container in spec.get("containers") or ():
        for name, amount in ((container.get("resources") or {}).get(part) or {}).items():
            total[name] = quantity.add(total[name], amount) if name in total else amount
    sidecars: dict[str, str] = {}
    most: dict[str, str] = {}
    for container in spec.get("initContainers") or ():
        for name, amount in ((container.get("resources") or {}).get(part) or {}).items():
            so_far = quantity.add(sidecars[name], amount) if name in sidecars else amount
            if container.get("restartPolicy") == "Always":
                sidecars[name] = so_far
                total[name] = quantity.add(total[name], amount) if name in total else amount
            if name not in most or quantity.compare(so_far, most[name]) > 0:
                most[name] = so_far
    for name, amount in most.items():
        if name not in total or quantity.compare(amount, total[name]) > 0:
            total[name] = amount
    return total
