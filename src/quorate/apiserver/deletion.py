"""What a DELETE does to an object: grace, finalizers, propagation, preconditions.

(Kubernetes: the generic registry store and rest.BeforeDelete.)
"""

from dataclasses import dataclass

from quorate.apiserver.request import Options
from quorate.contract.failures import Refused, conflict
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.kinds import Kind
from quorate.objects.pod import is_finished
from quorate.objects.times import parse_time, time_text

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
ORPHANED_BY_DEFAULT = frozenset({"replicationcontrollers", "jobs.batch"})
_PRESERVED = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)


@dataclass(frozen=True, slots=True)
class Deletion:
    """`marked`: the object to commit first (None: none). `removed`: whether it goes now."""

    marked: Obj | None
    removed: bool


def precondition_failed(kind: Kind, obj: Obj, options: Options) -> Refused | None:
    """409 when the uid or resourceVersion that the request expects is not the object's."""
    meta = obj["metadata"]
    if options.uid is not None and options.uid != meta["uid"]:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({meta['uid']}). "
            "The object might have been deleted and then recreated"
        )
    elif options.resource_version is not None and options.resource_version != meta["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match the ResourceVersion "
            f"in record ({meta['resourceVersion']}). The object might have been modified"
        )
    else:
        return None
    refused = conflict(kind.plural, kind.group, meta["name"], why)
    message = f'Operation cannot be fulfilled on {kind.qualified} "{meta["name"]}": {why}'
    return Refused("Conflict", message, {**(refused.details or {}), "kind": kind.kind})


def check(options: Options) -> None:
    """Raises Refused (422) for a propagation policy that is none or is given twice."""
    if options.propagation is not None and options.orphan_dependents is not None:
        raise bad_delete(
            "FieldValueInvalid", f'Invalid value: "{options.propagation}": '
            "orphanDependents and deletionPropagation cannot be both set"
        )  # fmt: skip
    if options.propagation not in (None, "Foreground", "Background", "Orphan"):
        raise bad_delete(
            "FieldValueNotSupported",
            f'Unsupported value: "{options.propagation}": supported values: "Foreground", "Background", "Orphan", "nil"',
        )


def warnings(kind: Kind, options: Options) -> tuple[str, ...]:
    """What a client is told whose Job goes without its pods only because nothing was said about them."""
    said = options.propagation is not None or options.orphan_dependents is not None
    return () if said or kind.resource != "jobs.batch" else (_PRESERVED,)


def bad_delete(cause: str, message: str) -> Refused:
    causes = [{"reason": cause, "message": message, "field": "propagationPolicy"}]
    details = {"group": "meta.k8s.io", "kind": "DeleteOptions", "causes": causes}
    return Refused("Invalid", f'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: {message}', details)


def propagated(kind: Kind, obj: Obj, options: Options) -> list[str]:
    """The finalizers after the propagation policy has had its say."""
    had = list(obj["metadata"].get("finalizers") or ())
    if kind.resource in ("events", "namespaces"):
        return had
    kept = [f for f in had if f not in (ORPHAN, FOREGROUND)]
    if options.orphan_dependents is not None:
        wanted = [ORPHAN] if options.orphan_dependents else []
    elif options.propagation is not None:
        wanted = {"Orphan": [ORPHAN], "Foreground": [FOREGROUND], "Background": []}[options.propagation]
    elif any(f in had for f in (ORPHAN, FOREGROUND)):
        return had
    else:
        wanted = [ORPHAN] if kind.resource in ORPHANED_BY_DEFAULT else []
    return kept + wanted


def delete(kind: Kind, obj: Obj, options: Options, now: Instant) -> Deletion:
    """What becomes of the object. Pods stop gracefully; whatever has finalizers waits for them."""
    meta = obj["metadata"]
    finalizers = propagated(kind, obj, options)
    changed = {**meta}
    if finalizers:
        changed["finalizers"] = finalizers
    else:
        changed.pop("finalizers", None)
    touched = finalizers != (meta.get("finalizers") or [])
    grace: int | None = None
    if kind.resource == "pods":
        if not meta.get("deletionTimestamp"):
            grace = _grace(obj, options)
            _mark(changed, grace, now)
            touched = True
        elif meta.get("deletionGracePeriodSeconds"):
            # Once asked to stop, a pod's time can only be shortened.
            grace = int(meta["deletionGracePeriodSeconds"])
            if options.grace_seconds is not None and options.grace_seconds < grace:
                began = parse_time(meta["deletionTimestamp"]) - grace * SECOND
                grace = max(0, options.grace_seconds)
                changed["deletionTimestamp"] = time_text(began + grace * SECOND)
                changed["deletionGracePeriodSeconds"] = grace
                touched = True
    if finalizers and not changed.get("deletionTimestamp"):
        _mark(changed, 0, now)
        touched = True
    removed = not finalizers and not grace
    return Deletion({**obj, "metadata": changed} if touched and (not removed or grace is not None) else None, removed)


def _mark(meta: Obj, grace: int, now: Instant) -> None:
    meta["deletionTimestamp"] = time_text(now + grace * SECOND)
    meta["deletionGracePeriodSeconds"] = grace
    if meta.get("generation"):
        meta["generation"] += 1


def _grace(pod: Obj, options: Options) -> int:
    """Seconds that the pod gets: what is asked for, else what its spec says; none if it never ran or has finished."""
    period = options.grace_seconds
    if period is None:
        period = pod["spec"].get("terminationGracePeriodSeconds", 0)
    if not pod["spec"].get("nodeName") or is_finished(pod):
        period = 0
    return 1 if period < 0 else int(period)


def ends(obj: Obj) -> bool:
    """Whether an update lets a deleted object go: its last finalizer has been removed and no grace is left."""
    meta = obj["metadata"]
    return (
        bool(meta.get("deletionTimestamp"))
        and not meta.get("finalizers")
        and not meta.get("deletionGracePeriodSeconds")
    )


RETURNED = frozenset(
    {"services", "serviceaccounts", "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "podtemplates"}
)
"""Kinds whose DELETE answers with the object even when it is gone (strategies with ReturnDeletedObject)."""


def gone(kind: Kind, obj: Obj) -> Obj:
    """The Status that a DELETE is answered with when the object went at once."""
    meta = obj["metadata"]
    details = {"name": meta["name"], "group": kind.group, "kind": kind.plural, "uid": meta["uid"]}
    return {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": {k: v for k, v in details.items() if v},
    }  # fmt: skip
