"""kubectl's client-side apply and its annotation, so that `kubectl apply --server-side` can take over from it.

(Kubernetes: apimachinery/pkg/util/managedfields, lastAppliedManager and lastAppliedUpdater.)
"""

from typing import Any

import orjson

from quorate.objects.patch import fieldset as sets
from quorate.objects.patch import typed
from quorate.objects.patch.compare import compare
from quorate.objects.patch.fieldset import Node
from quorate.objects.patch.golang import encoded
from quorate.objects.patch.shape import Shape

Obj = dict[str, Any]

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
LIMIT = 262_144
"""The most that an object's annotations may hold: the annotation is dropped rather than refused."""


def allowed_conflicts(shape: Shape, live: Obj) -> Node | None:
    """The fields that client-side apply set and nobody changed since; None when it did not apply the object."""
    text = (live["metadata"].get("annotations") or {}).get(ANNOTATION)
    if not text:
        return None
    try:
        config = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if (
        not isinstance(config, dict)
        or config.get("apiVersion") != live.get("apiVersion")
        or typed.problems(shape, config)
    ):
        return None
    changed, removed = compare(shape, config, live)
    return sets.difference(sets.difference(typed.fields_of(shape, config), changed), removed)


def with_last_applied(obj: Obj, config: Obj) -> Obj:
    """The object with the annotation brought up to date, where it has one."""
    annotations = obj["metadata"].get("annotations") or {}
    if not annotations.get(ANNOTATION):
        return obj
    meta = config.get("metadata") or {}
    own = {k: v for k, v in (meta.get("annotations") or {}).items() if k != ANNOTATION}
    meta = {**meta, "annotations": own} if own else {k: v for k, v in meta.items() if k != "annotations"}
    text = encoded(orjson.dumps({**config, "metadata": meta}, option=orjson.OPT_SORT_KEYS).decode()) + "\n"
    if text == annotations[ANNOTATION]:
        return obj
    kept = {k: v for k, v in annotations.items() if k != ANNOTATION}
    if len(text) + sum(len(k) + len(v) for k, v in kept.items()) <= LIMIT:
        kept[ANNOTATION] = text
    return {**obj, "metadata": {**obj["metadata"], "annotations": kept}}
