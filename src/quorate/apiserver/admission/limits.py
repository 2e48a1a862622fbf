"""Pods and claims keep within the bounds of their namespace's LimitRanges (Kubernetes: LimitRanger)."""

from quorate.apiserver.admission.refusal import refused
from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.pod_resources import Amounts, totals
from quorate.objects.quantity import canonical, compare, is_zero, parse


def check(asked: Asked, reader: Reader) -> None:
    """Raises Refused (403) with all that is out of the bounds of the first LimitRange that minds."""
    obj = asked.obj
    if obj is None or asked.subresource or (asked.old or {}).get("metadata", {}).get("deletionTimestamp"):
        return
    for limit_range in reader.list("limitranges", asked.namespace):
        items: list[Obj] = (limit_range.get("spec") or {}).get("limits") or []
        found = _of_pod(obj, items) if asked.resource == "pods" else _of_claim(obj, items)
        if found:
            # The same thing said of several containers is said once.
            told = list(dict.fromkeys(found))
            raise refused(asked, told[0] if len(told) == 1 else f"[{', '.join(told)}]")


def _of_pod(pod: Obj, items: list[Obj]) -> list[str]:
    spec, errors = pod["spec"], []
    for item in items:
        if item.get("type") == "Container":
            for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
                resources = container.get("resources") or {}
                errors += _bounded(item, resources.get("requests") or {}, resources.get("limits") or {})
        elif item.get("type") == "Pod":
            errors += _bounded(item, totals(pod, "requests"), totals(pod, "limits"))
    return errors


def _bounded(item: Obj, requests: Amounts, limits: Amounts) -> list[str]:
    errors: list[str] = []
    kind = item["type"]
    for name, least in sorted((item.get("min") or {}).items()):
        errors += _at_least(kind, name, least, requests, limits)
    for name, most in sorted((item.get("max") or {}).items()):
        errors += _at_most(kind, name, most, requests, limits)
    for name, ratio in sorted((item.get("maxLimitRequestRatio") or {}).items()):
        errors += _ratio(kind, name, ratio, requests.get(name), limits.get(name))
    return errors


def _at_least(kind: str, name: str, least: str, requests: Amounts, limits: Amounts) -> list[str]:
    bound = f"minimum {name} usage per {kind} is {canonical(least)}"
    request, limit = requests.get(name), limits.get(name)
    if request is None:
        return [f"{bound}. No request is specified"]
    if compare(request, least) < 0:
        return [f"{bound}, but request is {canonical(request)}"]
    if limit is not None and compare(limit, least) < 0:
        return [f"{bound}, but limit is {canonical(limit)}"]
    return []


def _at_most(kind: str, name: str, most: str, requests: Amounts, limits: Amounts) -> list[str]:
    bound = f"maximum {name} usage per {kind} is {canonical(most)}"
    request, limit = requests.get(name), limits.get(name)
    if limit is None:
        return [f"{bound}. No limit is specified"]
    if compare(limit, most) > 0:
        return [f"{bound}, but limit is {canonical(limit)}"]
    if request is not None and compare(request, most) > 0:
        return [f"{bound}, but request is {canonical(request)}"]
    return []


def _ratio(kind: str, name: str, most: str, request: str | None, limit: str | None) -> list[str]:
    bound = f"{name} max limit to request ratio per {kind} is {canonical(most)}"
    if request is None or is_zero(request):
        return [f"{bound}, but no request is specified or request is 0"]
    if limit is None or is_zero(limit):
        return [f"{bound}, but no limit is specified or limit is 0"]
    ratio = parse(limit) / parse(request)
    return [f"{bound}, but provided ratio is {float(ratio):f}"] if ratio > parse(most) else []


def _of_claim(claim: Obj, items: list[Obj]) -> list[str]:
    """A claim has requests only."""
    asked: Amounts = (claim["spec"].get("resources") or {}).get("requests") or {}
    errors: list[str] = []
    for item in items:
        if item.get("type") != "PersistentVolumeClaim":
            continue
        for name, least in sorted((item.get("min") or {}).items()):
            errors += _at_least(item["type"], name, least, asked, {})
        for name, most in sorted((item.get("max") or {}).items()):
            bound = f"maximum {name} usage per {item['type']} is {canonical(most)}"
            if name not in asked:
                errors.append(f"{bound}. No request is specified")
            elif compare(asked[name], most) > 0:
                errors.append(f"{bound}, but request is {canonical(asked[name])}")
    return errors
