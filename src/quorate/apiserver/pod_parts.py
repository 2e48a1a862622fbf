"""What the API server itself does to a Pod's spec: at its creation, and in writes to parts of it (registry/core/pod)."""

from collections.abc import Mapping, Sequence

from quorate.contract.plan import Obj

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_RESIZED = ("resources", "resizePolicy")
PARTS = frozenset({"ephemeralcontainers", "resize"})
"""Subresources that are parts of the spec."""


def only_part(subresource: str, new: Obj, old: Obj) -> Obj:
    """The committed pod with that part of it which a write to this subresource may change."""
    spec, given = old["spec"], new.get("spec") or {}
    if subresource == "ephemeralcontainers":
        changed = {**spec, "ephemeralContainers": given.get("ephemeralContainers")}
        if not changed["ephemeralContainers"]:
            del changed["ephemeralContainers"]
    else:
        changed = {**spec}
        for field in ("containers", "initContainers"):
            if field in spec:
                changed[field] = _resized(given.get(field) or [], spec[field])
    meta = {**old["metadata"]}
    for field in ("resourceVersion", "managedFields"):
        if field in new["metadata"]:
            meta[field] = new["metadata"][field]
    return {**old, "metadata": meta, "spec": changed}


def _resized(new: Sequence[Obj], old: Sequence[Obj]) -> Sequence[Obj]:
    """Containers that are not the same ones are left to validation to refuse."""
    if [c.get("name") for c in new] != [c.get("name") for c in old]:
        return new
    out = []
    for container, before in zip(new, old, strict=True):
        kept = {field: value for field, value in before.items() if field not in _RESIZED}
        out.append({**kept, **{field: container[field] for field in _RESIZED if field in container}})
    return out


def gated(pod: Obj) -> Obj:
    """What the status of a new pod says of its scheduling gates; empty when it has none."""
    if not (pod.get("spec") or {}).get("schedulingGates"):
        return {}
    condition = {
        "type": "PodScheduled", "status": "False", "lastProbeTime": None,
        "lastTransitionTime": pod["metadata"]["creationTimestamp"], "reason": "SchedulingGated",
        "message": "Scheduling is blocked due to non-empty scheduling gates",
    }  # fmt: skip
    return {"conditions": [condition]}


def with_generations(pod: Obj, old: Obj) -> Obj:
    """A pod's new status with what older kubelets leave out of it: the quality of service, the generations observed."""
    status, was = pod.get("status") or {}, old.get("status") or {}
    changed = dict(status)
    for field in ("qosClass", "observedGeneration"):
        if field in was and not status.get(field):
            changed[field] = was[field]
    seen: dict[str, list[int]] = {}
    for condition in was.get("conditions") or ():
        seen.setdefault(condition["type"], []).append(condition.get("observedGeneration") or 0)
    conditions = []
    for condition in status.get("conditions") or ():
        before = seen.get(condition.get("type"))
        generation = before.pop(0) if before else 0
        if generation and not condition.get("observedGeneration"):
            condition = {**condition, "observedGeneration": generation}
        conditions.append(condition)
    if conditions and conditions != status["conditions"]:
        changed["conditions"] = conditions
    return pod if changed == status else {**pod, "status": changed}


def with_label_keys(pod: Obj) -> Obj:
    """A new pod with its (mis)matchLabelKeys written out in the selectors beside them, by its own labels."""
    spec, labels = pod.get("spec") or {}, pod["metadata"].get("labels") or {}
    out = spec
    if spec.get("affinity"):
        affinity = {name: _affinity(value, labels) for name, value in spec["affinity"].items()}
        if any(affinity[name] is not value for name, value in spec["affinity"].items()):
            out = {**out, "affinity": affinity}
    if spec.get("topologySpreadConstraints"):
        found = spec["topologySpreadConstraints"]
        done = [_selecting(constraint, labels) for constraint in found]
        if any(a is not b for a, b in zip(done, found, strict=True)):
            out = {**out, "topologySpreadConstraints": done}
    return pod if out is spec else {**pod, "spec": out}


def _affinity(affinity: Obj, labels: Mapping[str, str]) -> Obj:
    out = affinity
    if isinstance(affinity.get(_REQUIRED), list):
        terms = affinity[_REQUIRED]
        done = [_selecting(term, labels) for term in terms]
        if any(a is not b for a, b in zip(done, terms, strict=True)):
            out = {**out, _REQUIRED: done}
    weighted = [w for w in affinity.get(_PREFERRED) or () if _keyed(w.get("podAffinityTerm") or {})]
    if weighted:
        out = {**out, _PREFERRED: [_weighted(w, labels) for w in affinity[_PREFERRED]]}
    return out


def _weighted(weighted: Obj, labels: Mapping[str, str]) -> Obj:
    return {**weighted, "podAffinityTerm": _selecting(weighted.get("podAffinityTerm") or {}, labels)}


def _keyed(term: Obj) -> bool:
    return bool(term.get("matchLabelKeys") or term.get("mismatchLabelKeys"))


def _selecting(term: Obj, labels: Mapping[str, str]) -> Obj:
    """An affinity term or a spread constraint; without a selector it picks nothing, whatever the keys."""
    selector = term.get("labelSelector")
    if selector is None or not _keyed(term):
        return term
    added = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(field) or ()
        if key in labels
    ]
    if not added:
        return term
    expressions = [*(selector.get("matchExpressions") or ()), *added]
    return {**term, "labelSelector": {**selector, "matchExpressions": expressions}}
