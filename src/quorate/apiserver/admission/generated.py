"""What the server writes into Jobs and DaemonSets by itself (Kubernetes: their registries' PrepareForCreate and -Update).

A Job gets a selector of its own and the labels that it selects; a DaemonSet counts the changes of its template. In
Kubernetes that comes after admission, so it stands last among what changes an object.
"""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

JOBS, DAEMONSETS = "jobs.batch", "daemonsets.apps"
RESOURCES = frozenset({JOBS, DAEMONSETS})
GENERATION = "deprecated.daemonset.template.generation"
CONTROLLER_UID = "batch.kubernetes.io/controller-uid"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    obj = asked.obj
    if obj is None or asked.subresource:
        return obj
    if asked.resource == DAEMONSETS:
        return _counted(obj, asked.old)
    return _selecting(obj) if asked.old is None else obj


def _counted(found: Obj, old: Obj | None) -> Obj:
    """Nobody but the server moves the number, whatever a write says."""
    meta = found["metadata"]
    annotations = meta.get("annotations") or {}
    number = _number((old["metadata"].get("annotations") or {} if old is not None else annotations).get(GENERATION))
    if old is not None and old["spec"].get("template") != found["spec"].get("template"):
        number += 1
    text = str(max(number, 1))
    if annotations.get(GENERATION) == text:
        return found
    return {**found, "metadata": {**meta, "annotations": {**annotations, GENERATION: text}}}


def _number(text: str | None) -> int:
    digits = (text or "").removeprefix("-")
    return int(text or "") if digits.isascii() and digits.isdigit() else 0


def _selecting(job: Obj) -> Obj:
    """Labels that are there already are left for validation to judge."""
    meta, spec = job["metadata"], job["spec"]
    if spec.get("manualSelector"):
        return job
    template = spec["template"]
    made = template.get("metadata") or {}
    uid, name = meta["uid"], meta["name"]
    before = made.get("labels") or {}
    labels = {
        "job-name": name, "batch.kubernetes.io/job-name": name, "controller-uid": uid, CONTROLLER_UID: uid, **before
    }  # fmt: skip
    selector = spec.get("selector") or {}
    selector = {**selector, "matchLabels": {CONTROLLER_UID: uid, **(selector.get("matchLabels") or {})}}
    spec = {**spec, "selector": selector, "template": {**template, "metadata": {**made, "labels": labels}}}
    # A Job without labels of its own has those of its template.
    if not meta.get("labels") or meta["labels"] is made.get("labels"):
        meta = {**meta, "labels": labels}
    return {**job, "metadata": meta, "spec": spec}
