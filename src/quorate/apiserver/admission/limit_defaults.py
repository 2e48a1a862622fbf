"""Containers that say nothing of a resource get the defaults of the namespace's LimitRanges (Kubernetes: LimitRanger)."""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

ANNOTATION = "kubernetes.io/limit-ranger"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    pod = asked.obj
    if pod is None or asked.subresource:
        return pod
    for limit_range in reader.list("limitranges", asked.namespace):
        pod = _filled(pod, limit_range)
    return pod


def _filled(pod: Obj, limit_range: Obj) -> Obj:
    limits: dict[str, str] = {}
    requests: dict[str, str] = {}
    for item in (limit_range.get("spec") or {}).get("limits") or ():
        if item.get("type") == "Container":
            limits.update(item.get("default") or {})
            requests.update(item.get("defaultRequest") or {})
    if not limits and not requests:
        return pod
    told: list[str] = []
    spec = {**pod["spec"]}
    for field, word in (("containers", "container"), ("initContainers", "init container")):
        if spec.get(field):
            spec[field] = [_container(c, requests, limits, word, told) for c in spec[field]]
    if not told:
        return pod
    meta = pod["metadata"]
    said = {**(meta.get("annotations") or {}), ANNOTATION: f"LimitRanger plugin set: {'; '.join(told)}"}
    return {**pod, "metadata": {**meta, "annotations": said}, "spec": spec}


def _container(container: Obj, requests: Obj, limits: Obj, word: str, told: list[str]) -> Obj:
    resources = {**(container.get("resources") or {})}
    before = len(told)
    for field, defaults, noun in (("requests", requests, "request"), ("limits", limits, "limit")):
        has = resources.get(field) or {}
        missing = sorted(defaults.keys() - has.keys())
        if missing:
            resources[field] = {**has, **{name: defaults[name] for name in missing}}
            told.append(f"{', '.join(missing)} {noun} for {word} {container.get('name') or ''}")
    return container if len(told) == before else {**container, "resources": resources}
