"""From a body to an object of its kind, or the refusal that says why it is none.

(Kubernetes: apiserver/pkg/endpoints/handlers, transformDecodeError and addStrictDecodingWarnings.)
"""

from typing import Any

import orjson

from quorate.apiserver.bodies import Body, unrecognized
from quorate.apiserver.conversion import is_converted, stored_kind, to_stored
from quorate.apiserver.custom.ways import check_kind, decode
from quorate.apiserver.request import FieldValidation
from quorate.apiserver.validation.errors import invalid as invalid_field
from quorate.apiserver.validation.errors import refusal
from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj
from quorate.objects.decode import Undecodable, decode_type
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.patch.golang import json_kind, plain
from quorate.objects.schema import type_named

NO_KIND = Kind("", "", "", "", "", False, "")
"""Patches are refused in the name of no kind at all."""
_SCHEME = "pkg/api/legacyscheme/scheme.go:30"
_TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
_UNSERVED = frozenset({
    "apps/v1beta1", "apps/v1beta2", "extensions/v1beta1", "batch/v1beta1", "policy/v1beta1", "autoscaling/v2beta1",
    "autoscaling/v2beta2", "networking.k8s.io/v1beta1", "storage.k8s.io/v1beta1", "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1beta1", "coordination.k8s.io/v1beta1", "scheduling.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1beta1",
})  # fmt: skip
"""Versions that Kubernetes still knows how to read though it serves them no more."""


def decoded(kinds: Kinds, kind: Kind, body: Body, validation: FieldValidation) -> tuple[Obj, tuple[str, ...]]:
    """(the object, warnings). Unknown and repeated fields are dropped, told or refused as `validation` says.

    Raises Refused (400).
    """
    tree = body.tree
    if tree.__class__ is not dict:
        what = f"json: cannot unmarshal {json_kind(tree) if tree is not None else 'null'} into Go value of type {_TYPE_META}"
        raise unrecognized(kind.kind, f"couldn't get version/kind; json parse error: {what}", body.raw)
    if tree.get("kind") != kind.kind or tree.get("apiVersion") != kind.api_version:
        if kind.custom is not None:
            check_kind(kind, tree)
        else:
            _check_kind(kinds, kind, tree, body.raw)
    try:
        done = decode(kind, tree)
    except Undecodable as wrong:
        raise bad_request(str(wrong)) from None
    if validation == "Ignore" or not (done.unknown or body.repeated):
        return done.obj, ()
    if validation == "Strict":
        told = ", ".join((*body.repeated, *done.unknown))
        handled = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
        raise bad_request(f"{handled}: strict decoding error: {told}")
    return done.obj, (*as_warnings(body.repeated), *done.unknown)


def as_warnings(repeated: tuple[str, ...]) -> tuple[str, ...]:
    """What strict reading found, one warning each; a YAML reader's sentences come as lines of one."""
    out: list[str] = []
    for text in repeated:
        lines = text.removeprefix("yaml: unmarshal errors:\n").split("\n")
        out += [line.strip() for line in lines]
    return tuple(out)


def _check_kind(kinds: Kinds, kind: Kind, tree: Obj, raw: bytes) -> None:
    """A body may leave out what it is, but not be something else."""
    given_version, given_kind = tree.get("apiVersion") or "", tree.get("kind") or ""
    for field, value in (("kind", given_kind), ("apiVersion", given_version)):
        if not isinstance(value, str):
            what = f"json: cannot unmarshal {json_kind(value)} into Go struct field .{field} of type string"
            raise unrecognized(kind.kind, f"couldn't get version/kind; json parse error: {what}", raw)
    if given_version.count("/") > 1:
        raise unrecognized(kind.kind, f"unexpected GroupVersion string: {given_version}", raw)
    given_version, given_kind = given_version or kind.api_version, given_kind or kind.kind
    if (given_version, given_kind) == (kind.api_version, kind.kind):
        return
    handled = f'{given_kind} in version "{given_version.rpartition("/")[2]}" cannot be handled as a {kind.kind}'
    if given_kind == kind.kind and (given_version in _UNSERVED or kinds.by_kind(given_version, given_kind) is not None):
        raise bad_request(
            f"the API version in the data ({given_version}) does not match the expected API version ({kind.api_version})"
        )
    raise bad_request(f"{handled}: {_not_one(kinds, kind, given_version, given_kind)}")


def _not_one(kinds: Kinds, kind: Kind, given_version: str, given_kind: str) -> str:
    """Why what says to be of another kind is not read as this one."""
    if kinds.by_kind(given_version, given_kind.removesuffix("List") or given_kind) is None:
        return f'no kind "{given_kind}" is registered for version "{given_version}" in scheme "{_SCHEME}"'
    version = given_version.rpartition("/")[2]
    return f"converting ({version}.{given_kind}) to ({_package(kind.group)}.{kind.kind}): unknown conversion"


def _package(group: str) -> str:
    return "core" if group in ("", "events.k8s.io") else group.partition(".")[0]


def decoded_patch(
    kinds: Kinds, kind: Kind, changed: Any, patch: Body, type: str, validation: FieldValidation
) -> tuple[Obj, tuple[str, ...]]:
    """The same of an object as a patch leaves it. Raises Refused (422, in the name of the patch)."""
    told: tuple[str, ...] = ()
    if type != "strategic" and kind.custom is None and changed.__class__ is dict:
        # A strategic patch is of the type that is asked for, whatever it says; the others are read as what they say.
        given = changed.get("apiVersion") or kind.api_version, changed.get("kind") or kind.kind
        other = given != (kind.api_version, kind.kind) and all(isinstance(text, str) for text in given)
        if other and (given[1] != kind.kind or kinds.by_kind(*given) is None):
            raise _bad_patch(type, patch, changed, _not_one(kinds, kind, *given))
    try:
        done = decode(kind, changed)
        obj, unknown = done.obj, done.unknown
    except Undecodable as wrong:
        prefix = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: '
        raise _bad_patch(type, patch, changed, str(wrong).removeprefix(prefix)) from None
    if validation != "Ignore" and (unknown or patch.repeated):
        if validation == "Strict":
            raise _bad_patch(type, patch, changed, f"strict decoding error: {', '.join((*patch.repeated, *unknown))}")
        told = (*patch.repeated, *unknown)
    return obj, told


def _bad_patch(type: str, patch: Body, changed: Any, why: str) -> Refused:
    """Kubernetes quotes a strategic patch as Go prints it, and of the others what they made of the object."""
    value = plain(patch.tree) if type == "strategic" else orjson.dumps(changed).decode()
    return refusal(NO_KIND, "", [invalid_field("patch", value, why)])


def as_stored(kinds: Kinds, kind: Kind, obj: Obj) -> Obj:
    """A decoded object as its kind is stored. Raises Refused (400) when it cannot be."""
    if not is_converted(kind):
        return obj
    try:
        return decode(stored_kind(kinds, kind), to_stored(kind, obj)).obj
    except Undecodable as wrong:
        raise bad_request(str(wrong)) from None


def decoded_options(tree: Any, type_name: str) -> Obj:
    """DeleteOptions and their like. Raises Refused; Kubernetes takes a wrong type here for an error of its own (500)."""
    try:
        return decode_type(type_named(type_name), tree).obj
    except Undecodable as wrong:
        raise Refused("", str(wrong), code=500) from None
