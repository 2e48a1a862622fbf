"""Pods made to misbehave by the annotations that steer simulated nodes: those that are there, and those to come.

A pod that a controller makes anew is marked by admission, so that the fault stays with its name.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from quorate.contract.declared import Mark, Scope
from quorate.contract.plan import Obj
from quorate.faults.switchboard.fault import CannotInject, unknown
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import annotate, annotations_of, declare, withdraw

Values = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """`before`: (uid, the values that its annotations had) of each pod that was there."""

    mark: Mark
    before: tuple[tuple[str, Values], ...]


def mark_pods(world: World, namespace: str, names: str, annotations: dict[str, str]) -> Marked:
    """Raises CannotInject when no pod is meant, or one is marked so already."""
    pods = [p for p in world.reader.list("pods", namespace) if fnmatchcase(p["metadata"]["name"], names)]
    if not pods and not any(letter in names for letter in "*?["):
        known = [p["metadata"]["name"] for p in world.reader.list("pods", namespace)]
        raise CannotInject(f"{unknown('pod', names, known)} in namespace {namespace}")
    for other in world.server.declared:
        if isinstance(other, Mark) and dict(other.annotations).keys() & annotations.keys():
            taken = [p for p in pods if other.scope.covers(namespace, p["metadata"]["name"])]
            if taken:
                raise CannotInject(f"pod {taken[0]['metadata']['name']} is under another fault of that sort already")
    scope = Scope("pods", frozenset({"CREATE"}), namespace, names)
    made = Marked(
        Mark(scope, tuple(annotations.items())),
        tuple((p["metadata"]["uid"], tuple((k, annotations_of(p).get(k)) for k in annotations)) for p in pods),
    )
    declare(world, made.mark)
    for pod in pods:
        annotate(world, "pods", pod, {**annotations})
    return made


def unmark_pods(world: World, marked: Marked) -> None:
    """Pods get back what they had; those made meanwhile what their template says."""
    withdraw(world, marked.mark)
    scope, wanted, before = marked.mark.scope, dict(marked.mark.annotations), dict(marked.before)
    for pod in tuple(world.reader.list("pods", scope.namespace)):
        meta = pod["metadata"]
        if not scope.covers(scope.namespace, meta["name"]):
            continue
        had = dict(before.get(meta["uid"]) or _of_template(world, pod, tuple(wanted)))
        # What somebody has set to another value meanwhile is left to them.
        back = {k: had.get(k) for k, v in wanted.items() if annotations_of(pod).get(k) == v}
        if back:
            annotate(world, "pods", pod, back)


def _of_template(world: World, pod: Obj, keys: tuple[str, ...]) -> Values:
    for ref in pod["metadata"].get("ownerReferences") or ():
        kind = world.server.kinds.by_kind(ref["apiVersion"], ref["kind"])
        if not ref.get("controller") or kind is None:
            continue
        owner = world.reader.get(kind.resource, pod["metadata"]["namespace"], ref["name"]) or {}
        template = (owner.get("spec") or {}).get("template") or {}
        said = (template.get("metadata") or {}).get("annotations") or {}
        return tuple((key, said.get(key)) for key in keys)
    return ()
