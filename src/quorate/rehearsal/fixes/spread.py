"""Members on nodes and in zones of their own, by what the scheduler must obey rather than what it prefers."""

from typing import Any

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Fix
from quorate.rehearsal.stage import Given
from quorate.rehearsal.workload import workload_of

RANK = 2
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if workload.replicas < 2:
        return None
    spec = stateful_set["spec"]["template"]["spec"]
    kept = keys_kept_apart(spec)
    by_zone, by_host = ZONE in kept, HOST in kept
    # One a zone is one a node too.
    if by_zone and (by_host or kept[ZONE] == "affinity"):
        return None
    labels = stateful_set["spec"]["template"]["metadata"].get("labels") or {}
    change: Obj = {}
    missing = []
    if not by_zone:
        constraint = {
            "maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": labels},
        }  # fmt: skip
        change["topologySpreadConstraints"] = [*(spec.get("topologySpreadConstraints") or ()), constraint]
        missing.append("zone")
    if not by_host:
        term = {"topologyKey": HOST, "labelSelector": {"matchLabels": labels}}
        affinity = spec.get("affinity") or {}
        anti = affinity.get("podAntiAffinity") or {}
        required = [*(anti.get("requiredDuringSchedulingIgnoredDuringExecution") or ()), term]
        anti = {**anti, "requiredDuringSchedulingIgnoredDuringExecution": required}
        change["affinity"] = {**affinity, "podAntiAffinity": anti}
        missing.append("node")
    mended = with_pod_spec(stateful_set, change)
    where = " or ".join(reversed(missing))
    return Fix(
        "spread", RANK, workload.title, f"Keep the members of {workload.name} apart",
        f"nothing that the scheduler must obey keeps two members from sharing a {where}",
        {"spec": {"template": {"spec": change}}}, replaced=((at, mended),),
    )  # fmt: skip


def keys_kept_apart(pod_spec: Obj) -> dict[str, str]:
    """Topology keys that required rules spread the pods over: key -> "affinity" or "spread"."""
    out: dict[str, str] = {}
    for constraint in pod_spec.get("topologySpreadConstraints") or ():
        if constraint.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule":
            out[constraint["topologyKey"]] = "spread"
    anti = (pod_spec.get("affinity") or {}).get("podAntiAffinity") or {}
    for term in anti.get("requiredDuringSchedulingIgnoredDuringExecution") or ():
        out[term["topologyKey"]] = "affinity"
    return out


def with_pod_spec(stateful_set: Obj, change: dict[str, Any], drop: tuple[str, ...] = ()) -> Obj:
    """The set with some fields of its pods' spec replaced or left out."""
    spec = stateful_set["spec"]
    template = spec["template"]
    pod_spec = {k: v for k, v in {**template["spec"], **change}.items() if k not in drop}
    return {**stateful_set, "spec": {**spec, "template": {**template, "spec": pod_spec}}}
