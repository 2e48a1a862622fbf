"""Members on nodes and in zones of their own, by what the scheduler must obey rather than what it prefers."""

from quorate.contract.plan import Obj
from quorate.objects.selectors import matches
from quorate.rehearsal.fixes import Fix, pod_change
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import workload_of

RANK = 2
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if workload.replicas < 2:
        return None
    spec = stateful_set["spec"]["template"]["spec"]
    labels = (stateful_set["spec"]["template"].get("metadata") or {}).get("labels") or {}
    kept = keys_kept_apart(spec, labels)
    by_zone, by_host = ZONE in kept, HOST in kept
    # One a zone is one a node too.
    if by_zone and (by_host or kept[ZONE] == "affinity"):
        return None
    # Not the labels of the template: those of a version or chart change, and then keep only equals apart.
    selector = stateful_set["spec"]["selector"]
    change: Obj = {}
    missing = []
    if not by_host:
        affinity = spec.get("affinity") or {}
        anti = affinity.get("podAntiAffinity") or {}
        term = {"topologyKey": HOST, "labelSelector": selector}
        required = [*(anti.get("requiredDuringSchedulingIgnoredDuringExecution") or ()), term]
        anti = {**anti, "requiredDuringSchedulingIgnoredDuringExecution": required}
        change["affinity"] = {**affinity, "podAntiAffinity": anti}
        missing.append("node")
    if not by_zone:
        constraint = {
            "maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector,
        }  # fmt: skip
        others = [c for c in spec.get("topologySpreadConstraints") or () if c.get("topologyKey") != ZONE]
        change["topologySpreadConstraints"] = [*others, constraint]
        missing.append("zone")
    return Fix(
        "spread", RANK, workload.title, f"Keep the members of {workload.name} apart",
        f"nothing that the scheduler must obey keeps two members from sharing a {' or '.join(missing)}",
        (pod_change(at, stateful_set, change),),
    )  # fmt: skip


def keys_kept_apart(pod_spec: Obj, labels: dict[str, str]) -> dict[str, str]:
    """Topology keys over which required rules spread pods with these labels: key -> "affinity" or "spread"."""
    out: dict[str, str] = {}
    for constraint in pod_spec.get("topologySpreadConstraints") or ():
        hard = constraint.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule"
        if hard and matches(constraint.get("labelSelector"), labels):
            out[constraint["topologyKey"]] = "spread"
    anti = (pod_spec.get("affinity") or {}).get("podAntiAffinity") or {}
    for term in anti.get("requiredDuringSchedulingIgnoredDuringExecution") or ():
        if matches(term.get("labelSelector"), labels):
            out[term["topologyKey"]] = "affinity"
    return out
