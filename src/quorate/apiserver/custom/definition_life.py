"""What the server itself does to a definition: its birth, its storage versions, the beginning of its end.

(Kubernetes: apiextensions-apiserver's registry/customresourcedefinition.)
"""

from quorate.apiserver.custom.served import CLEANUP, storage_version
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.times import time_text


def prepared(definition: Obj, old: Obj | None, subresource: str) -> Obj:
    """A definition remembers every version that its objects were ever stored as."""
    if subresource:
        return definition
    version = storage_version(definition.get("spec") or {})
    if old is None:
        stored = [version] if version else []
        status = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": stored or None}
        return {**definition, "status": status}
    status = definition.get("status") or {}
    stored = list(status.get("storedVersions") or ())
    if not version or version in stored:
        return definition
    return {**definition, "status": {**status, "storedVersions": [*stored, version]}}


def marked(definition: Obj, now: Instant) -> Obj:
    """The definition as its first DELETE leaves it: it stays until its objects are gone."""
    meta, status = definition["metadata"], definition.get("status") or {}
    finalizers = list(meta.get("finalizers") or ())
    if CLEANUP not in finalizers:
        finalizers.append(CLEANUP)
    condition = {
        "type": "Terminating", "status": "True", "lastTransitionTime": time_text(now), "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }  # fmt: skip
    others = [c for c in status.get("conditions") or () if c["type"] != "Terminating"]
    return {
        **definition,
        "metadata": {**meta, "deletionTimestamp": time_text(now), "finalizers": finalizers},
        "status": {**status, "conditions": [*others, condition]},
    }
