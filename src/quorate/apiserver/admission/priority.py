"""A pod's priority is that of its class (Kubernetes: Priority)."""

from quorate.apiserver.admission.refusal import refused, refused_early
from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.priorities import SYSTEM_CLUSTER_CRITICAL, SYSTEM_NODE_CRITICAL

CLASSES = "priorityclasses.scheduling.k8s.io"
PREEMPTS = "PreemptLowerPriority"
SYSTEM = frozenset({SYSTEM_CLUSTER_CRITICAL, SYSTEM_NODE_CRITICAL})
_GIVEN = "must not be provided in pod spec; priority admission controller computed"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    """Raises Refused (403) for a class that is not there, or numbers that are not the class's."""
    pod = asked.obj
    if pod is None or asked.subresource:
        return pod
    if asked.operation == "UPDATE":
        return _kept(pod, (asked.old or {}).get("spec") or {})
    spec = pod["spec"]
    name = spec.get("priorityClassName") or ""
    if name:
        found = reader.get(CLASSES, "", name)
        if found is None:
            raise refused_early(asked, f"no PriorityClass with name {name} was found")
    else:
        found = default_class(reader)
    priority = found.get("value", 0) if found is not None else 0
    policy = (found or {}).get("preemptionPolicy") or PREEMPTS
    if spec.get("priority") is not None and spec["priority"] != priority:
        said = f"the integer value of priority ({spec['priority']}) {_GIVEN} {priority}"
        raise refused_early(asked, f"{said} from the given PriorityClass name")
    if spec.get("preemptionPolicy") is not None and spec["preemptionPolicy"] != policy:
        said = f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) {_GIVEN} {policy}"
        raise refused_early(asked, f"{said} from the given PriorityClass name")
    changed = {**spec, "priority": priority, "preemptionPolicy": policy}
    if found is not None:
        changed["priorityClassName"] = found["metadata"]["name"]
    return {**pod, "spec": changed}


def _kept(pod: Obj, was: Obj) -> Obj:
    """Whoever writes a pod without its priority does not mean to take it away."""
    spec = pod["spec"]
    missing = {f: was[f] for f in ("priority", "preemptionPolicy") if f in was and spec.get(f) is None}
    return {**pod, "spec": {**spec, **missing}} if missing else pod


def default_class(reader: Reader) -> Obj | None:
    """The class of pods that name none; of several marked so, the lowest."""
    found = [c for c in reader.list(CLASSES) if c.get("globalDefault")]
    return min(found, key=_value, default=None) if found else None


def _value(priority_class: Obj) -> int:
    return int(priority_class.get("value", 0))


def check(asked: Asked, reader: Reader) -> None:
    """Of PriorityClasses. Raises Refused (403) for a second default, and for the end of a class of the system's own."""
    if asked.operation == "DELETE" and asked.name in SYSTEM:
        raise refused(asked, "this is a system priority class and cannot be deleted")
    if asked.obj is None or not asked.obj.get("globalDefault"):
        return
    found = default_class(reader)
    if found is not None and found["metadata"]["name"] != asked.obj["metadata"].get("name"):
        name = found["metadata"]["name"]
        raise refused(asked, f"PriorityClass {name} is already marked as default. Only one default can exist")
