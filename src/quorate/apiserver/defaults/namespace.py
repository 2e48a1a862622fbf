"""Defaults of a Namespace: the label that selectors of namespaces by name rely on."""

from quorate.contract.plan import Obj

RESOURCE = "namespaces"
NAME_LABEL = "kubernetes.io/metadata.name"


def default(obj: Obj) -> Obj:
    meta = obj["metadata"]
    name = meta.get("name")
    labels = meta.get("labels") or {}
    if not name or labels.get(NAME_LABEL) == name:
        return obj
    return {**obj, "metadata": {**meta, "labels": {**labels, NAME_LABEL: name}}}
