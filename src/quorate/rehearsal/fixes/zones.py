"""A workload pinned to one zone goes down with it."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Fix
from quorate.rehearsal.fixes.spread import ZONE, with_pod_spec
from quorate.rehearsal.stage import Given
from quorate.rehearsal.workload import workload_of

RANK = 3


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    spec = stateful_set["spec"]["template"]["spec"]
    if workload.replicas < 2:
        return None
    replaced: list[tuple[int, Obj]] = []
    snippet: Obj = {}
    change: Obj = {}
    selector = spec.get("nodeSelector") or {}
    if ZONE in selector:
        change["nodeSelector"] = {k: v for k, v in selector.items() if k != ZONE}
    affinity = _without_zone(spec.get("affinity") or {})
    if affinity is not None:
        change["affinity"] = affinity
    if change:
        replaced.append((at, with_pod_spec(stateful_set, change)))
        snippet = {"spec": {"template": {"spec": change}}}
    for position, storage_class in _pinned_classes(given, stateful_set):
        mended = {k: v for k, v in storage_class.items() if k != "allowedTopologies"}
        replaced.append((position, {**mended, "volumeBindingMode": "WaitForFirstConsumer"}))
        snippet = snippet or replaced[-1][1]
    if not replaced:
        return None
    return Fix(
        "zones", RANK, workload.title, f"Let {workload.name} use every zone",
        "its pods or volumes are pinned to a single zone, so the whole set goes when that zone goes",
        snippet, replaced=tuple(replaced),
    )  # fmt: skip


def _without_zone(affinity: Obj) -> Obj | None:
    """The affinity without required zone terms of a single zone; None when it has none."""
    node = affinity.get("nodeAffinity") or {}
    required = node.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms, found = [], False
    for term in required.get("nodeSelectorTerms") or ():
        kept = [e for e in term.get("matchExpressions") or () if not _one_zone(e)]
        found = found or len(kept) < len(term.get("matchExpressions") or ())
        if kept or term.get("matchFields"):
            terms.append({**term, "matchExpressions": kept})
    if not found:
        return None
    node = {k: v for k, v in node.items() if k != "requiredDuringSchedulingIgnoredDuringExecution"}
    if terms:
        node["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
    return {**affinity, "nodeAffinity": node}


def _one_zone(expression: Obj) -> bool:
    return expression["key"] == ZONE and expression["operator"] == "In" and len(expression.get("values") or ()) == 1


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
