"""What the ResourceQuota controller sees: a quota, and what the objects of its namespace cost it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.objects.pod import is_finished
from quorate.objects.pod_resources import Amounts
from quorate.objects.quota import COUNTED, concerns, in_scopes, scopes_of
from quorate.objects.quota_usage import SUMMED, Sums, Usage, counted


@dataclass(frozen=True, slots=True)
class Seen:
    """`sums` counts pods and claims; `others` is what everything else costs. `summed` are the names that are in `sums`."""

    quota: Obj
    sums: Sums
    summed: tuple[str, ...]
    others: Amounts


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    quota = reader.get("resourcequotas", *key)
    if quota is None:
        return None
    namespace, scopes = key[0], scopes_of(quota)
    hard = list((quota.get("spec") or {}).get("hard") or ())
    summed = tuple(name for resource in SUMMED for name in concerns(resource, hard))
    others: Amounts = {}
    for resource in sorted({r for name in hard if name not in summed and (r := _resource_of(name))}):
        objects = [o for o in reader.list(resource, namespace) if in_scopes(resource, o, scopes)]
        others |= counted(resource, concerns(resource, hard), objects)
    return Seen(quota, reader.view(Usage).sums(namespace, scopes, reader.list), summed, others)


def _resource_of(name: str) -> str:
    """The resource whose objects a quota's resource name counts; "" for a name that counts none."""
    if name.startswith("count/"):
        return name.removeprefix("count/")
    if name.startswith("services."):
        return "services"
    return name if name in COUNTED else ""


def quota_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The quotas of the namespace in which an object came, went or now costs something else."""
    obj = new if new is not None else old or {}
    meta = obj["metadata"]
    namespace = meta.get("namespace")
    if not namespace:
        return ()
    quotas = reader.list("resourcequotas", namespace)
    if not quotas:
        return ()
    if old is not None and new is not None:
        if obj.get("kind") == "ResourceQuota":
            return ((namespace, meta["name"]),) if old.get("spec") != new.get("spec") else ()
        if not _costs_otherwise(obj.get("kind") or "", old, new):
            return ()
    return [(namespace, quota["metadata"]["name"]) for quota in quotas]


def _costs_otherwise(kind: str, old: Obj, new: Obj) -> bool:
    match kind:
        case "Pod":
            leaving = [o["metadata"].get("deletionTimestamp") for o in (old, new)]
            return old["spec"] is not new["spec"] or is_finished(old) != is_finished(new) or leaving[0] != leaving[1]
        case "PersistentVolumeClaim" | "Service":
            return old.get("spec") is not new.get("spec")
    return False
