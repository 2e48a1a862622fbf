"""The manifests of a rehearsal: objects with their places, and what is said about them before anything is played."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.objects.decode import Undecodable, decode
from quorate.objects.kinds import all_kinds, by_kind
from quorate.rehearsal.ports import Refusal
from quorate.rehearsal.workload import Workload, namespace_of

RUN_BY_NOBODY = frozenset({"DaemonSet", "Job", "CronJob", "HorizontalPodAutoscaler"})
"""Kinds that are stored but that no controller of a rehearsal acts on yet."""
HOOK = "helm.sh/hook"


@dataclass(frozen=True, slots=True)
class Given:
    """One manifest and where it stands."""

    source: str
    obj: Obj


def set_aside(one: Given) -> str:
    """Why an object takes no part in the rehearsal; "" when it does."""
    obj = one.obj
    hooks = ((obj["metadata"].get("annotations") or {}).get(HOOK) or "").split(",")
    if any(h.strip().startswith("test") for h in hooks):
        return f"{one.source}: {obj['kind']} {name_of(obj)} is a test hook: skipped"
    if by_kind(obj["apiVersion"], obj["kind"]) is not None:
        return ""
    group = obj["apiVersion"].rpartition("/")[0]
    served = [k.api_version for k in all_kinds() if k.kind == obj["kind"] and _related(group, k.group)]
    if served:
        gone = f"{obj['apiVersion']} is not served any more, write {served[0]}"
        return f"{one.source}: {obj['kind']} {name_of(obj)} is skipped: {gone}"
    return f"{one.source}: {obj['kind']} {name_of(obj)} ({obj['apiVersion']}) is not known here: skipped"


def _related(asked: str, served: str) -> bool:
    """Whether it is the same kind: workloads and ingresses once were in "extensions"."""
    return asked == served or asked == "extensions"


def checked(one: Given) -> None:
    """Refuse what `kubectl apply` refuses before the server sees it: fields that the kind does not have."""
    kind = by_kind(one.obj["apiVersion"], one.obj["kind"])
    if kind is None:
        return
    try:
        unknown = decode(kind, one.obj).unknown
    except Undecodable as wrong:
        raise Refusal(f"{one.source}: {wrong}") from None
    if unknown:
        raise Refusal(f"{one.source}: {one.obj['kind']} {name_of(one.obj)}: {', '.join(unknown)}")


def cautions(given: Sequence[Given], workloads: Sequence[Workload]) -> Iterator[str]:
    """What the first start of a workload takes for granted, and may not find."""
    for workload in workloads:
        if not workload.service or workload.replicas < 2:
            continue
        for one in given:
            obj = one.obj
            if obj["kind"] != "Service" or (name_of(obj), namespace_of(obj)) != (workload.service, workload.namespace):
                continue
            spec = obj.get("spec") or {}
            if spec.get("clusterIP") != "None":
                yield (
                    f"{one.source}: Service {name_of(obj)} is not headless (clusterIP: None): "
                    f"the names of {workload.title}'s members do not resolve"
                )
            elif workload.probed and not spec.get("publishNotReadyAddresses"):
                yield (
                    f"{one.source}: Service {name_of(obj)} publishes ready members only (no publishNotReadyAddresses): "
                    f"members of {workload.title} that are not ready by themselves never find each other"
                )


def name_of(obj: Obj) -> str:
    meta = obj["metadata"]
    return str(meta.get("name") or meta.get("generateName"))
