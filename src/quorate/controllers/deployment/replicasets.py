"""A Deployment's ReplicaSets: which is the new one, what a new one looks like.

(Kubernetes: pkg/controller/deployment/sync.go and util/deployment_util.go.)
"""

from collections.abc import Iterable, Sequence

from quorate.contract.plan import Obj
from quorate.controllers.deployment import annotations
from quorate.controllers.deployment.amounts import max_surge, new_size, replicas_of
from quorate.controllers.hashing import template_hash
from quorate.objects.owners import controller_reference

HASH_LABEL = "pod-template-hash"


def oldest_first(sets: Iterable[Obj]) -> list[Obj]:
    return sorted(sets, key=_age)


def _age(one: Obj) -> tuple[str, str]:
    meta = one["metadata"]
    return meta.get("creationTimestamp") or "", meta["name"]


def same_template(left: Obj, right: Obj) -> bool:
    """Whether two pod templates are one, but for the hash label that a Deployment adds."""
    return _unhashed(left) == _unhashed(right)


def _unhashed(template: Obj) -> Obj:
    meta = template.get("metadata") or {}
    labels = {k: v for k, v in (meta.get("labels") or {}).items() if k != HASH_LABEL}
    rest = {k: v for k, v in meta.items() if k not in ("labels", "creationTimestamp") and v not in (None, {}, [])}
    return {"labels": labels, "meta": rest, "spec": template.get("spec")}


def find_new(deployment: Obj, sets: Iterable[Obj]) -> Obj | None:
    """The oldest ReplicaSet of the Deployment's template."""
    template = deployment["spec"]["template"]
    return next((one for one in oldest_first(sets) if same_template(template, one["spec"]["template"])), None)


def new_name(deployment: Obj) -> tuple[str, str]:
    """(name, hash) that the ReplicaSet of the Deployment's template gets."""
    collisions = (deployment.get("status") or {}).get("collisionCount")
    hashed = template_hash(deployment["spec"]["template"], collisions)
    return f"{deployment['metadata']['name']}-{hashed}", hashed


def new_set(deployment: Obj, old: Sequence[Obj]) -> Obj:
    """The ReplicaSet of the Deployment's template, already as large as the strategy allows."""
    spec, meta = deployment["spec"], deployment["metadata"]
    name, hashed = new_name(deployment)
    template = spec["template"]
    made = template.get("metadata") or {}
    labels = {**(made.get("labels") or {}), HASH_LABEL: hashed}
    selector = spec["selector"]
    body = {
        "replicas": 0, "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH_LABEL: hashed}},
        "template": {**template, "metadata": {**made, "labels": labels}},
    }  # fmt: skip
    if spec.get("minReadySeconds"):
        body["minReadySeconds"] = spec["minReadySeconds"]
    made_set: Obj = {
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {
            "name": name, "namespace": meta["namespace"], "labels": labels,
            "annotations": {
                **annotations.for_new_set(deployment, {}, annotations.newest(old) + 1),
                **annotations.sizes(replicas_of(deployment), replicas_of(deployment) + max_surge(deployment)),
            },
            "ownerReferences": [controller_reference(deployment)],
        },
        "spec": body,
    }  # fmt: skip
    return {**made_set, "spec": {**body, "replicas": new_size(deployment, [*old, made_set], made_set)}}


def active(sets: Iterable[Obj | None]) -> list[Obj]:
    return [one for one in sets if one is not None and replicas_of(one) > 0]


def only_active_or_newest(new: Obj | None, old: Sequence[Obj]) -> Obj | None:
    """The ReplicaSet that a Deployment scales as a whole; None when several are active, or there is none at all."""
    busy = active([*old, new])
    if len(busy) == 1:
        return busy[0]
    if busy:
        return None
    return new if new is not None else (oldest_first(old)[-1] if old else None)


def is_saturated(deployment: Obj, new: Obj | None) -> bool:
    """Whether the new ReplicaSet has all that the Deployment wants, and has it available."""
    if new is None:
        return False
    wanted = replicas_of(deployment)
    available = (new.get("status") or {}).get("availableReplicas", 0)
    return replicas_of(new) == wanted == annotations.desired_of(new) == available
