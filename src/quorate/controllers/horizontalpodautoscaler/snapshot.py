"""What the autoscaler sees: itself, what it scales, the pods of that, and who else scales them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.horizontalpodautoscaler.limits import Past
from quorate.controllers.resources import Resource, resource_of
from quorate.controllers.selecting import selected_pods
from quorate.kernel.clock import Instant
from quorate.objects import selectors
from quorate.objects.selectors import Selector

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


class Memory(NamedTuple):
    """`next`: when to look in earnest. `scaled`: from how many to how many the last look wanted to scale."""

    uid: str
    next: Instant
    past: Past = Past()
    scaled: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """target    what is to be scaled; None when it is not there
    resource  what kind of thing that is; None when nobody knows it
    selector  of its pods; None when it has none
    rivals    names of autoscalers, itself among them, whose targets select one of the same pods
    """

    found: Obj
    target: Obj | None = None
    resource: Resource | None = None
    selector: Selector | None = None
    pods: Sequence[Obj] = ()
    rivals: Sequence[str] = ()
    memory: Memory | None = None


def snapshot(reader: Reader, key: Key, memory: Memory | None) -> Seen | None:
    found = reader.get(AUTOSCALERS, *key)
    if found is None:
        return None
    if memory is None or memory.uid != found["metadata"]["uid"]:
        return Seen(found)
    resource, target = target_of(reader, found)
    if target is None or resource is None:
        return Seen(found, None, resource, memory=memory)
    selector = selector_of(target, resource)
    if selector is None:
        return Seen(found, target, resource, memory=memory)
    pods = selected_pods(reader, key[0], selector)
    return Seen(found, target, resource, selector, pods, _rivals(reader, found, pods), memory)


def target_of(reader: Reader, found: Obj) -> tuple[Resource | None, Obj | None]:
    ref = found["spec"]["scaleTargetRef"]
    resource = resource_of(reader, ref.get("apiVersion", ""), ref["kind"])
    if resource is None or not resource.replicas:
        return resource, None
    namespace = found["metadata"]["namespace"] if resource.namespaced else ""
    return resource, reader.get(resource.name, namespace, ref["name"])


def selector_of(target: Obj, resource: Resource) -> Selector | None:
    """As the target's Scale says; None for an empty one."""
    spec = target["spec"].get("selector")
    chosen = selectors.of_labels(spec) if resource.name == "replicationcontrollers" else selectors.selector(spec)
    return chosen if chosen.text() else None


def _rivals(reader: Reader, found: Obj, pods: Sequence[Obj]) -> list[str]:
    own = found["metadata"]["name"]
    others = [o for o in reader.list(AUTOSCALERS, found["metadata"]["namespace"]) if o["metadata"]["name"] != own]
    out = [own] if others and pods else []
    for other in others if pods else ():
        resource, target = target_of(reader, other)
        # It is known to select once it has looked itself.
        if target is None or resource is None or not (other.get("status") or {}).get("conditions"):
            continue
        selector = selector_of(target, resource)
        if selector is not None and any(selector.matches(p["metadata"].get("labels")) for p in pods):
            out.append(other["metadata"]["name"])
    return sorted(out) if len(out) > 1 else []
