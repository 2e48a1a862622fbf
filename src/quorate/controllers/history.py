"""ControllerRevisions: the history of a workload's template, as StatefulSets and DaemonSets keep it.

(Kubernetes: pkg/controller/history.) A revision's data is the patch that puts the template back.
"""

from collections.abc import Iterable, Sequence

from quorate.contract.plan import Delete, Obj, Outcome, Ref
from quorate.objects.owners import controller_of, controller_reference

REVISIONS = "controllerrevisions.apps"
_GONE = Outcome(fine=frozenset({"NotFound"}))


def data_of(template: Obj) -> Obj:
    """The patch that replaces the owner's template by this one."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def template_of(revision: Obj, otherwise: Obj) -> Obj:
    """The template that a revision holds; `otherwise` when somebody wrote a revision that holds none."""
    spec = (revision.get("data") or {}).get("spec")
    template = spec.get("template") if isinstance(spec, dict) else None
    if not isinstance(template, dict) or not isinstance(template.get("spec"), dict):
        return otherwise
    return {k: v for k, v in template.items() if k != "$patch"}


def in_order(revisions: Iterable[Obj]) -> list[Obj]:
    """Oldest first: by number, then by age, then by name."""
    return sorted(revisions, key=_rank)


def _rank(revision: Obj) -> tuple[int, str, str]:
    meta = revision["metadata"]
    return revision["revision"], meta.get("creationTimestamp") or "", meta["name"]


def new_revision(owner: Obj, number: int, name: str, hash_label: str, hashed: str) -> Obj:
    """It carries the template's labels and the owner's own annotations, `kubectl.kubernetes.io/...` among them."""
    meta, template = owner["metadata"], owner["spec"]["template"]
    labels = {**((template.get("metadata") or {}).get("labels") or {}), hash_label: hashed}
    metadata: Obj = {"name": name, "namespace": meta["namespace"], "labels": labels}
    if meta.get("annotations"):
        metadata["annotations"] = meta["annotations"]
    metadata["ownerReferences"] = [controller_reference(owner)]
    return {
        "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata, "data": data_of(template),
        "revision": number,
    }  # fmt: skip


def deletions(revisions: Iterable[Obj]) -> list[Delete]:
    found = (revision["metadata"] for revision in revisions)
    return [Delete(Ref(REVISIONS, meta["namespace"], meta["name"]), outcome=_GONE) for meta in found]


def oldest(idle: Sequence[Obj], limit: int) -> Sequence[Obj]:
    """Those of the `idle` revisions, oldest first, that are too many."""
    return idle[: max(0, len(idle) - limit)]


def space_of_loose(revision: Obj) -> Iterable[str]:
    """Index values: the namespace of a revision that nobody owns."""
    return () if controller_of(revision) is not None else (revision["metadata"]["namespace"],)
