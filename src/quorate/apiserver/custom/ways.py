"""Where the way of a custom object differs from a built-in one's, step by step; for other kinds the steps do nothing.

`kind.custom` is what the kind's definition says of its version (`served.Served`); None for built-in kinds.
"""

from typing import Any

import orjson

from quorate.apiserver.custom import decoding, definition_life, metadata, objects, ownership
from quorate.apiserver.custom.nested import definition_read
from quorate.apiserver.custom.served import DEFINITIONS, Served
from quorate.apiserver.validation import validate, validate_subresource_update
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.collection import key_of
from quorate.objects.decode import Decoded, Undecodable
from quorate.objects.decode import decode as decode_built_in
from quorate.objects.kinds import Kind
from quorate.objects.patch.fieldset import EMPTY, Node
from quorate.objects.schema import Type

OF_STATUS = ("managedFields", "resourceVersion")
"""All that a write to a custom object's status says of its metadata."""


def schema_of(kind: Kind) -> Obj | None:
    """What OpenAPI documents show of a custom kind."""
    return kind.custom.schema if kind.custom is not None else None


def decode(kind: Kind, body: Any) -> Decoded:
    """The body as an object of its kind. Raises Undecodable."""
    served: Served | None = kind.custom
    if served is None and kind.resource != DEFINITIONS:
        return decode_built_in(kind, body)
    try:
        if served is None:
            done = decode_built_in(kind, body)
            return done._replace(obj=definition_read(done.obj))
        return decoding.decoded(served.schema, served.preserve, body)
    except Undecodable as wrong:
        prefix = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: '
        raise Undecodable(prefix + str(wrong)) from None


def check_kind(kind: Kind, body: Obj) -> None:
    """A custom object says what it is. Raises Refused (400)."""
    given = body.get("apiVersion")
    if not body.get("kind"):
        text = orjson.dumps(body).decode()
        shown = text if len(text) <= 30 else f"{text[:30]} ..."
        why = f"Object 'Kind' is missing in '{text}' ({shown})"
        raise bad_request(f"the object provided is unrecognized (must be of type {kind.kind}): {why}")
    if given and given != kind.api_version:
        raise bad_request(
            f"the API version in the data ({given}) does not match the expected API version ({kind.api_version})"
        )


def check_version(kind: Kind) -> None:
    """Raises Refused (500) for a version that only a conversion webhook could show: those are not called here."""
    served: Served | None = kind.custom
    if served is not None and served.webhook and kind.version != served.storage:
        stored = f"{kind.group}/{served.storage}"
        why = (
            f"conversion webhook for {stored}, Kind={kind.kind} failed: conversion webhooks are not called here, "
            f"ask for {stored}, as which its objects are stored"
        )
        raise Refused("InternalError", f"Internal error occurred: {why}", {"causes": [{"message": why}]})


def as_read(kind: Kind, obj: Obj) -> Obj:
    """A stored object as it is read at this version: its apiVersion, what the schema knows now, its defaults."""
    served: Served | None = kind.custom
    if served is None or "uid" not in obj.get("metadata", ()):
        return obj
    key = key_of(obj)
    kept = served.read.get(key)
    if kept is not None and (kept[0] is obj or kept[1] is obj):
        return kept[1]
    made = obj if obj["apiVersion"] == kind.api_version else {**obj, "apiVersion": kind.api_version}
    if not served.preserve:
        made = decoding.pruned(served.schema, made, root=True)
    made = decoding.defaulted(served.schema, made)
    served.read[key] = (obj, made)
    return made


def as_kept(kind: Kind, obj: Obj) -> Obj:
    """An object as it is kept: at its definition's storage version."""
    served: Served | None = kind.custom
    if served is None:
        return obj
    version = f"{kind.group}/{served.storage}"
    return obj if obj["apiVersion"] == version else {**obj, "apiVersion": version}


def check_create(kind: Kind) -> None:
    """Raises Refused (405) while the kind's definition is going."""
    served: Served | None = kind.custom
    if served is not None and served.terminating:
        details = {"group": kind.group, "kind": kind.plural}
        why = "create not allowed while custom resource definition is terminating"
        raise Refused("MethodNotAllowed", why, details)


def prepared(kind: Kind, obj: Obj, old: Obj | None, subresource: str) -> Obj:
    """What the server sets itself: a status is written by its subresource alone, and that leaves all else alone."""
    if kind.resource == DEFINITIONS:
        return definition_life.prepared(obj, old, subresource)
    served: Served | None = kind.custom
    if served is None:
        return obj
    if old is None:
        return {k: v for k, v in obj.items() if k != "status"} if served.status else obj
    if subresource == "status":
        meta = {k: v for k, v in old["metadata"].items() if k not in OF_STATUS}
        given = obj["metadata"]
        return {**obj, "metadata": {**meta, **{k: given[k] for k in OF_STATUS if k in given}}}
    if any(obj.get(f) != old.get(f) for f in (obj.keys() | old.keys()) - {"metadata", "apiVersion"}):
        generation = (old["metadata"].get("generation") or 0) + 1
        return {**obj, "metadata": {**obj["metadata"], "generation": generation}}
    return obj


def checked(kind: Kind, subresource: str, obj: Obj, old: Obj | None) -> tuple[list[FieldError], list[str]]:
    """(what is wrong, what the writer is warned of)."""
    served: Served | None = kind.custom
    if served is None:
        if old is None:
            return validate(kind.resource, obj), []
        return validate_subresource_update(kind.resource, subresource, obj, old), []
    if subresource == "status" and old is not None:
        return objects.validate_status_update(served, obj, old)
    if old is None:
        errors, warnings = objects.validate(kind, served, obj)
    else:
        errors, warnings = objects.validate_update(kind, served, obj, old)
    return errors, [*warnings, *metadata.warnings(obj["metadata"], old["metadata"] if old else None)]


def owned(kind: Kind) -> tuple[Type | str, Node | None]:
    """(the type for managedFields, the fields that nobody owns by a write; None for the usual ones)."""
    served: Served | None = kind.custom
    if served is None:
        return kind.type, None
    return ownership.type_of(served.schema_json), None if served.status else EMPTY


def first_deletion(kind: Kind, obj: Obj, now: Instant) -> Obj | None:
    """A definition as its first DELETE leaves it; None for what is deleted as everything else is."""
    if kind.resource != DEFINITIONS or obj["metadata"].get("deletionTimestamp"):
        return None
    return definition_life.marked(obj, now)
