"""A request as webhooks and policies are told of it: admission.k8s.io/v1 AdmissionReview."""

from typing import Any

from quorate.apiserver.asked import Asked
from quorate.apiserver.conversion import is_converted, to_served
from quorate.apiserver.prepare import is_generated
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

API_VERSION = "admission.k8s.io/v1"
OPTIONS = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}


def uid(asked: Asked) -> str:
    """Of a stream of its own: that somebody is asked changes nothing else that is drawn."""
    return asked.chance.uid("admission")


def shown(kind: Kind, obj: Obj | None, name_is_drawn: bool = False) -> Obj | None:
    """A stored object at the version by which it was matched; a name that the server has drawn is not told yet."""
    if obj is None:
        return None
    if is_converted(kind):
        obj = to_served(kind, obj)
    elif obj.get("apiVersion") != kind.api_version or obj.get("kind") != kind.kind:
        obj = {**obj, "apiVersion": kind.api_version, "kind": kind.kind}
    if name_is_drawn:
        obj = {**obj, "metadata": {k: v for k, v in obj["metadata"].items() if k != "name"}}
    return obj


def unborn(asked: Asked, obj: Obj | None) -> Obj | None:
    """A new object without what the server sets once it is made."""
    if asked.operation != "CREATE" or obj is None:
        return obj
    meta = {k: v for k, v in obj["metadata"].items() if k not in ("uid", "generation")}
    meta["creationTimestamp"] = None
    return {**obj, "metadata": meta}


def is_drawn(asked: Asked) -> bool:
    """Whether the name comes from generateName."""
    return asked.operation == "CREATE" and is_generated(asked.obj or {}, asked.name)


def request(asked: Asked, matched: Kind, mutating: bool = False) -> Obj:
    """The AdmissionRequest without its uid; `matched` is the kind by which a rule means it.

    Who may change a new object is asked before it has a drawn name, a uid, a time and a generation.
    """
    own = asked.served or asked.kind
    drawn = mutating and is_drawn(asked)
    out: Obj = {"kind": _kind(asked.posted or matched), "resource": _resource(matched)}
    if asked.subresource:
        out["subResource"] = asked.subresource
    out |= {"requestKind": _kind(asked.posted or own), "requestResource": _resource(own)}
    if asked.subresource:
        out["requestSubResource"] = asked.subresource
    if not drawn and asked.name:
        out["name"] = asked.name
    namespace = asked.namespace or (asked.name if asked.kind.resource == "namespaces" else "")
    if namespace:
        out["namespace"] = namespace
    return out | {
        "operation": asked.operation,
        "userInfo": asked.user.info(),
        "object": unborn(asked, shown(matched, asked.obj, drawn))
        if mutating
        else shown(asked.posted or matched, asked.obj),
        "oldObject": shown(matched, asked.old),
        "dryRun": asked.dry_run,
        "options": _options(asked),
    }


def _kind(kind: Kind) -> Obj:
    return {"group": kind.group, "version": kind.version, "kind": kind.kind}


def _resource(kind: Kind) -> Obj:
    return {"group": kind.group, "version": kind.version, "resource": kind.plural}


def _options(asked: Asked) -> Obj:
    out: dict[str, Any] = {"kind": OPTIONS[asked.operation], "apiVersion": "meta.k8s.io/v1"}
    given = asked.options
    if given is None:
        return out
    if given.dry_run:
        out["dryRun"] = ["All"]
    if asked.operation != "DELETE":
        if given.manager != "unknown":
            out["fieldManager"] = given.manager
        if not given.internal:
            out["fieldValidation"] = given.field_validation
        return out
    if given.grace_seconds is not None:
        out["gracePeriodSeconds"] = given.grace_seconds
    preconditions = {k: v for k, v in (("uid", given.uid), ("resourceVersion", given.resource_version)) if v}
    if preconditions:
        out["preconditions"] = preconditions
    if given.propagation:
        out["propagationPolicy"] = given.propagation
    return out
