"""What a pod's RuntimeClass costs beside its containers, and where it runs (Kubernetes: RuntimeClass)."""

from quorate.apiserver.admission.refusal import refused, refused_early
from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

CLASSES = "runtimeclasses.node.k8s.io"
_DIFFERS = "Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_WITHOUT = "Pod Overhead set without corresponding RuntimeClass defined Overhead"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    """Raises Refused (403) for a class that is not there or says something else than the pod."""
    pod = asked.obj
    if pod is None or asked.subresource or not pod["spec"].get("runtimeClassName"):
        return pod
    spec, name = pod["spec"], pod["spec"]["runtimeClassName"]
    found = reader.get(CLASSES, "", name)
    if found is None:
        raise refused_early(asked, f'pod rejected: RuntimeClass "{name}" not found')
    changed = dict(spec)
    overhead = (found.get("overhead") or {}).get("podFixed")
    if overhead:
        if spec.get("overhead") and spec["overhead"] != overhead:
            raise refused_early(asked, f"pod rejected: {_DIFFERS}")
        changed["overhead"] = overhead
    scheduling = found.get("scheduling") or {}
    selector = spec.get("nodeSelector") or {}
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if selector.get(key, value) != value:
            why = f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = "
            raise refused_early(asked, f"{why}{selector[key]}")
        changed["nodeSelector"] = {**(changed.get("nodeSelector") or {}), key: value}
    tolerations = [t for t in scheduling.get("tolerations") or () if t not in (spec.get("tolerations") or ())]
    if tolerations:
        changed["tolerations"] = [*(spec.get("tolerations") or ()), *tolerations]
    return {**pod, "spec": changed}


def check(asked: Asked, reader: Reader) -> None:
    """Raises Refused (403) for an overhead that no class gives."""
    pod = asked.obj
    if pod is None or asked.subresource or pod["spec"].get("overhead") is None:
        return
    name = pod["spec"].get("runtimeClassName")
    found = (reader.get(CLASSES, "", name) if name else None) or {}
    if not found.get("overhead"):
        raise refused(asked, f"pod rejected: {_WITHOUT}")
