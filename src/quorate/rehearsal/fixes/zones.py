"""A workload pinned to one zone goes down with it."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Change, Fix, pod_change
from quorate.rehearsal.fixes.spread import ZONE
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import workload_of

RANK = 3
OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    spec = stateful_set["spec"]["template"]["spec"]
    if workload.replicas < 2:
        return None
    changes: list[Change] = []
    change: Obj = {}
    selector = spec.get("nodeSelector") or {}
    if ZONE in selector or OLD_ZONE in selector:
        change["nodeSelector"] = {k: v for k, v in selector.items() if k not in (ZONE, OLD_ZONE)} or None
    affinity = _without_zone(spec.get("affinity") or {})
    if affinity is not None:
        change["affinity"] = affinity or None
    if change:
        changes.append(pod_change(at, stateful_set, change))
    for position, storage_class in _pinned_classes(given, stateful_set):
        mended = {k: v for k, v in storage_class.items() if k != "allowedTopologies"}
        mended["volumeBindingMode"] = "WaitForFirstConsumer"
        changes.append(Change(position, mended, mended))
    if not changes:
        return None
    return Fix(
        "zones", RANK, workload.title, f"Let {workload.name} use every zone",
        "its pods or volumes are pinned to a single zone, so the whole set goes when that zone goes", tuple(changes),
    )  # fmt: skip


def _without_zone(affinity: Obj) -> Obj | None:
    """The affinity without the zone that all of its required terms name; None when they leave a choice."""
    node = affinity.get("nodeAffinity") or {}
    terms = (node.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or ()
    zones = {tuple(e["values"]) for t in terms for e in t.get("matchExpressions") or () if _one_zone(e)}
    if len(zones) != 1 or not all(any(map(_one_zone, t.get("matchExpressions") or ())) for t in terms):
        return None
    kept = [{**t, "matchExpressions": [e for e in t["matchExpressions"] if not _one_zone(e)]} for t in terms]
    node = {k: v for k, v in node.items() if k != "requiredDuringSchedulingIgnoredDuringExecution"}
    # A term that asks for nothing would match no node: what is left of it then is no rule at all.
    if all(t["matchExpressions"] or t.get("matchFields") for t in kept):
        node["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": kept}
    rest = {k: v for k, v in affinity.items() if k != "nodeAffinity"}
    return {**rest, "nodeAffinity": node} if node else rest


def _one_zone(expression: Obj) -> bool:
    return (
        expression["key"] in (ZONE, OLD_ZONE)
        and expression["operator"] == "In"
        and len(expression.get("values") or ()) == 1
    )


def _pinned_classes(given: tuple[Given, ...], stateful_set: Obj) -> list[tuple[int, Obj]]:
    """Storage classes of the set, in these manifests, that allow one zone only."""
    used = {t["spec"].get("storageClassName") for t in stateful_set["spec"].get("volumeClaimTemplates") or ()}
    out = []
    for position, one in enumerate(given):
        obj = one.obj
        if obj["kind"] != "StorageClass" or obj["metadata"]["name"] not in used:
            continue
        zones = {
            v for t in obj.get("allowedTopologies") or () for e in t.get("matchLabelExpressions") or ()
            if e["key"].endswith("/zone") for v in e["values"]
        }  # fmt: skip
        if len(zones) == 1:
            out.append((position, obj))
    return out
