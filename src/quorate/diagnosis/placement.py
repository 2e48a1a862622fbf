"""Which nodes a pod could go to, one rule at a time: what its nodeSelector, affinity and volumes ask for."""

from collections.abc import Iterable
from typing import Any

from quorate.diagnosis.case import Case
from quorate.objects.selectors import node_selector_matches, selector

Obj = dict[str, Any]


def selector_text(pod: Obj) -> str:
    return ",".join(f"{k}={v}" for k, v in sorted((pod["spec"].get("nodeSelector") or {}).items()))


def matches_selector(pod: Obj, node: Obj) -> bool:
    labels = node["metadata"].get("labels") or {}
    return all(labels.get(k) == v for k, v in (pod["spec"].get("nodeSelector") or {}).items())


def required_affinity(pod: Obj) -> Obj | None:
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    found = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return found if isinstance(found, dict) else None


def matches_affinity(pod: Obj, node: Obj) -> bool:
    return node_selector_matches(required_affinity(pod), node)


def affinity_text(pod: Obj) -> str:
    terms = (required_affinity(pod) or {}).get("nodeSelectorTerms") or ()
    shown = []
    for term in terms:
        parts = (*(term.get("matchExpressions") or ()), *(term.get("matchFields") or ()))
        shown.append(
            " and ".join(f"{e.get('key')} {e.get('operator')} {','.join(e.get('values') or ())}".strip() for e in parts)
        )
    return " or ".join(shown)


def anti_terms(pod: Obj) -> list[Obj]:
    found = (pod["spec"].get("affinity") or {}).get("podAntiAffinity") or {}
    return list(found.get("requiredDuringSchedulingIgnoredDuringExecution") or ())


def affinity_terms(pod: Obj) -> list[Obj]:
    found = (pod["spec"].get("affinity") or {}).get("podAffinity") or {}
    return list(found.get("requiredDuringSchedulingIgnoredDuringExecution") or ())


def own_term(case: Case, terms: Iterable[Obj]) -> Obj | None:
    """The term that keeps the workload's own pods apart (or together)."""
    return next((t for t in terms if selector(t.get("labelSelector")).matches(case.pod_labels)), None)


def domains(case: Case, key: str, usable: bool = True) -> set[str]:
    """The values of a topology label on the nodes; `usable` ones only where the template's own wishes allow its pods."""
    pod = {"spec": case.template.get("spec") or {}}
    out = set()
    for node in case.evidence.list("nodes"):
        value = (node["metadata"].get("labels") or {}).get(key)
        if value is not None and (not usable or (matches_selector(pod, node) and matches_affinity(pod, node))):
            out.add(value)
    return out


def volume_nodes(case: Case, volume: Obj) -> list[Obj]:
    """The nodes that a volume can be used on."""
    wanted = ((volume["spec"].get("nodeAffinity") or {}).get("required")) or None
    return [n for n in case.evidence.list("nodes") if wanted is None or node_selector_matches(wanted, n)]


def pinned_to(volume: Obj) -> str:
    """ "topology.kubernetes.io/zone in zone-a"; "" for a volume that can go anywhere."""
    terms = ((volume["spec"].get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    parts = [e for t in terms for e in t.get("matchExpressions") or ()]
    return " and ".join(
        f"{e.get('key')} {str(e.get('operator')).lower()} {', '.join(e.get('values') or ())}" for e in parts
    )
