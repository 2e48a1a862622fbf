"""The manifests of a rehearsal: objects with their places, and what is said about them before anything is played."""

from collections.abc import Sequence
from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.objects.decode import Undecodable, decode
from quorate.objects.kinds import all_kinds, by_kind
from quorate.rehearsal.ports import Refusal

SCALERS = frozenset({"HorizontalPodAutoscaler"})
"""Kinds that would change the number of members in the middle of a drill."""
FIRST = ("Namespace", "CustomResourceDefinition")
"""Kinds that others cannot be created without, in this order."""
HOOK = "helm.sh/hook"


@dataclass(frozen=True, slots=True)
class Given:
    """One manifest and where it stands."""

    source: str
    obj: Obj


def is_test(one: Given) -> bool:
    """Whether it is the pod or job of a chart's test, which no installation creates."""
    hooks = str((one.obj["metadata"].get("annotations") or {}).get(HOOK) or "").split(",")
    return any(h.strip().startswith("test") for h in hooks)


def in_order(given: Sequence[Given]) -> list[Given]:
    """As they stand, but for those that others need."""
    return sorted(given, key=_place)


def _place(one: Given) -> int:
    return FIRST.index(one.obj["kind"]) if one.obj["kind"] in FIRST else len(FIRST)


def not_served(one: Given) -> str:
    """What is said about an object of a kind that the server does not know at this version."""
    obj = one.obj
    group = obj["apiVersion"].rpartition("/")[0]
    # Workloads and ingresses once were in "extensions".
    served = [k.api_version for k in all_kinds() if k.kind == obj["kind"] and group in (k.group, "extensions")]
    why = (
        f"{obj['apiVersion']} is not served any more, write {served[0]}"
        if served
        else f"{obj['apiVersion']} is not known here"
    )
    return f"{one.source}: {obj['kind']} {name_of(obj)} is skipped: {why}"


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


def name_of(obj: Obj) -> str:
    meta = obj["metadata"]
    return str(meta.get("name") or meta.get("generateName"))
