"""What somebody asks about, found among what was read: "sts/kafka", "pod kafka-0", a node, a budget."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.evidence import Evidence
from quorate.diagnosis.near import nearest
from quorate.diagnosis.workload import ALONE, KINDS, WORKLOADS, claim_owner, workload_of
from quorate.objects import kinds
from quorate.objects.selectors import of_labels, selector

Obj = dict[str, Any]

REACHED = ("Node", "PodDisruptionBudget", "PersistentVolume", "Service")
"""Kinds that are asked about by way of the workloads that they concern."""


class CannotTell(Exception):
    """What was asked for cannot be found; one line, with what may have been meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """`namespace` None: wherever it is."""

    kind: str
    name: str
    namespace: str | None = None

    @property
    def resource(self) -> str:
        found = next(k for k in kinds.all_kinds() if k.kind == self.kind and k.stored)
        return found.resource


def parse_target(words: Iterable[str], namespace: str | None = None) -> Target | None:
    """ "statefulset/kafka" or "statefulset", "kafka"; None for no words. Raises CannotTell."""
    parts = [p for word in words for p in word.split("/", 1) if p]
    if not parts:
        return None
    if len(parts) != 2:
        raise CannotTell(f"say what to diagnose as KIND/NAME, e.g. statefulset/kafka, not {' '.join(parts)!r}")
    return Target(kind_named(parts[0]), parts[1], namespace)


def kind_named(word: str) -> str:
    """The kind of "sts", "statefulsets.apps", "StatefulSet". Raises CannotTell."""
    asked = word.lower()
    known: dict[str, str] = {}
    for kind in kinds.all_kinds():
        if kind.stored:
            for name in (kind.plural, kind.singular, kind.kind.lower(), kind.resource, *kind.short_names):
                known.setdefault(name, kind.kind)
    found = known.get(asked)
    if found is None:
        meant = nearest(asked, known, 3)
        hint = f"did you mean {', '.join(meant)}?" if meant else f"these can be diagnosed: {_able()}"
        raise CannotTell(f"no such kind: {word} ({hint})")
    if found not in KINDS and found not in REACHED:
        raise CannotTell(f"a {found} cannot be diagnosed by itself (these can: {_able()})")
    return found


def _able() -> str:
    return ", ".join(sorted([*KINDS, *REACHED]))


def resolve(evidence: Evidence, target: Target) -> list[Obj]:
    """The objects to examine for a target: its workload, or those that it concerns. Raises CannotTell."""
    obj = _find(evidence, target)
    match target.kind:
        case "Pod" | "ReplicaSet" | "Job":
            return [workload_of(evidence, obj)]
        case "PersistentVolumeClaim":
            return [claim_owner(evidence, obj)]
        case "PersistentVolume":
            ref = obj["spec"].get("claimRef") or {}
            claim = evidence.get("persistentvolumeclaims", ref.get("namespace") or "", ref.get("name") or "")
            if claim is None:
                raise CannotTell(f"persistentvolume {target.name} is bound to no claim that is known: nothing uses it")
            return [claim_owner(evidence, claim)]
        case "Node":
            pods = evidence.objects.indexed("pods", "node", target.name)
            return _unique(workload_of(evidence, p) for p in pods)
        case "PodDisruptionBudget":
            wanted = selector(obj["spec"].get("selector"))
            return _picked(evidence, obj, wanted)
        case "Service":
            return _picked(evidence, obj, of_labels(obj["spec"].get("selector")))
        case _:
            return [obj]


def _picked(evidence: Evidence, by: Obj, wanted: Any) -> list[Obj]:
    namespace = by["metadata"].get("namespace", "")
    pods = [p for p in evidence.list("pods", namespace) if wanted.matches(p["metadata"].get("labels"))]
    found = _unique(workload_of(evidence, p) for p in pods)
    found += [
        w for w in workloads(evidence, namespace)
        if w not in found and wanted.matches(((w["spec"].get("template") or {}).get("metadata") or {}).get("labels") or {"": ""})
    ]  # fmt: skip
    if not found:
        raise CannotTell(f"{by['kind'].lower()} {by['metadata']['name']} picks no pods and no workload in {namespace}")
    return found


def _unique(found: Iterable[Obj]) -> list[Obj]:
    return list({o["metadata"]["uid"]: o for o in found}.values())


def _find(evidence: Evidence, target: Target) -> Obj:
    resource = target.resource
    everywhere = evidence.list(resource)
    named = [o for o in everywhere if o["metadata"]["name"] == target.name]
    if target.namespace is not None and resource not in ("nodes", "persistentvolumes"):
        here = [o for o in named if o["metadata"].get("namespace", "") == target.namespace]
        if here:
            return here[0]
        return _missing(evidence, target, everywhere, named)
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        spaces = ", ".join(sorted(o["metadata"].get("namespace", "") for o in named))
        raise CannotTell(f"there are several {target.kind.lower()}s {target.name}: say which with -n ({spaces})")
    return _missing(evidence, target, everywhere, named)


def _missing(evidence: Evidence, target: Target, everywhere: Iterable[Obj], named: list[Obj]) -> Obj:
    where = f" in namespace {target.namespace}" if target.namespace is not None else ""
    if not evidence.knows(target.resource, target.namespace):
        why = next((u.why for u in evidence.unread if u.resource == target.resource), "")
        says = f"{target.kind.lower()} {target.name} was not found{where}"
        if why:
            raise CannotTell(f"{says}: listing {target.resource} there: {why}{hint_for(why)}")
        raise CannotTell(f"{says}: nothing that was read holds any {target.resource}")
    if named:
        spaces = ", ".join(sorted(o["metadata"].get("namespace", "") for o in named))
        raise CannotTell(f"no {target.kind.lower()} {target.name}{where}; there is one in {spaces}")
    here = [o for o in everywhere if target.namespace is None or o["metadata"].get("namespace", "") == target.namespace]
    meant = nearest(target.name, (o["metadata"]["name"] for o in here), 3)
    if meant:
        raise CannotTell(f"no {target.kind.lower()} {target.name}{where} (did you mean {', '.join(meant)}?)")
    others = [
        f"{o['kind'].lower()}/{o['metadata']['name']}"
        for o in workloads(evidence, target.namespace)
        if o["metadata"]["name"] == target.name
    ]
    hint = f"; there is {others[0]}" if others else f"; there are none{where}" if not here else ""
    raise CannotTell(f"no {target.kind.lower()} {target.name}{where}{hint}")


def hint_for(why: str) -> str:
    """What to do about something that could not be read."""
    return ' (ask for the role "view", or say another --context or -n)' if why == "forbidden" else ""


def workloads(evidence: Evidence, namespace: str | None = None) -> list[Obj]:
    """Everything that stands on its own feet: workloads, pods and pending claims that nobody known controls."""
    out: list[Obj] = []
    for kind, resource in WORKLOADS.items():
        for obj in evidence.list(resource, namespace):
            if kind in ("ReplicaSet", "Job") and workload_of(evidence, obj) is not obj:
                continue
            out.append(obj)
    for pod in evidence.list(ALONE["Pod"], namespace):
        # Also one whose controller was not read, or is of a kind that only an operator knows.
        if workload_of(evidence, pod) is pod:
            out.append(pod)
    for claim in evidence.list(ALONE["PersistentVolumeClaim"], namespace):
        if (claim.get("status") or {}).get("phase") != "Bound" and claim_owner(evidence, claim) is claim:
            out.append(claim)
    return out
