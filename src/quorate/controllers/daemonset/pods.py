"""One pod of a DaemonSet: how it is made, and for which node it is meant (Kubernetes: daemon/util/daemonset_util.go)."""

from functools import lru_cache

from quorate.contract.plan import Create, Delete, Obj, Outcome, Ref, Tell
from quorate.controllers.daemonset.names import GENERATION_LABEL, HASH_LABEL, PODS, template_generation
from quorate.controllers.daemonset.placement import tolerations
from quorate.controllers.slowstart import TERMINATING
from quorate.objects.owners import controller_reference

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_FIELD = "metadata.name"
_GONE = frozenset({"NotFound"})


def target_node(pod: Obj) -> str:
    """The node that it is on, else the one that its affinity names; "" when it names none or several."""
    name: str = pod["spec"].get("nodeName") or ""
    if name:
        return name
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    for term in (affinity.get(_REQUIRED) or {}).get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field.get("key") == _FIELD and field.get("operator") == "In":
                values: list[str] = field.get("values") or []
                return values[0] if len(values) == 1 else ""
    return ""


def age(pod: Obj) -> tuple[bool, str, str]:
    """Sorts pods of one node: bound ones first, then the oldest."""
    meta = pod["metadata"]
    return not pod["spec"].get("nodeName"), meta.get("creationTimestamp") or "", meta["name"]


class Mould:
    """What the new pods of one look have in common."""

    def __init__(self, found: Obj, hashed: str) -> None:
        self.found = found
        meta, template = found["metadata"], found["spec"]["template"]
        made, generation = template.get("metadata") or {}, template_generation(found)
        labels = {**(made.get("labels") or {}), HASH_LABEL: hashed}
        if generation:
            labels[GENERATION_LABEL] = generation
        self._meta: Obj = {"generateName": f"{meta['name']}-", "namespace": meta["namespace"], "labels": labels}
        self._meta |= {field: made[field] for field in ("annotations", "finalizers") if made.get(field)}
        self._meta["ownerReferences"] = [controller_reference(found)]
        self._spec = {**template["spec"], "tolerations": tolerations(template["spec"])}

    def create(self, node: str) -> Create:
        """The pod for this node: the scheduler binds it, but its affinity leaves no choice."""
        held = self._spec.get("affinity") or {}
        kept = {k: v for k, v in (held.get("nodeAffinity") or {}).items() if k != _REQUIRED}
        affinity = {**held, "nodeAffinity": {_REQUIRED: _only(node), **kept}}
        pod = {
            "apiVersion": "v1", "kind": "Pod", "metadata": self._meta, "spec": {**self._spec, "affinity": affinity}
        }  # fmt: skip
        outcome = Outcome(
            Tell(self.found, "Normal", "SuccessfulCreate", "Created pod: {name}"),
            Tell(self.found, "Warning", "FailedCreate", "Error creating: {error}"),
            TERMINATING,
        )
        return Create(PODS, pod, outcome)


@lru_cache(maxsize=8192)
def _only(node: str) -> Obj:
    return {"nodeSelectorTerms": [{"matchFields": [{"key": _FIELD, "operator": "In", "values": [node]}]}]}


def delete(found: Obj, name: str) -> Delete:
    outcome = Outcome(
        Tell(found, "Normal", "SuccessfulDelete", f"Deleted pod: {name}"),
        Tell(found, "Warning", "FailedDelete", "Error deleting: {error}"),
        _GONE,
    )
    return Delete(Ref(PODS, found["metadata"]["namespace"], name), outcome=outcome)
