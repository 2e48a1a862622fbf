"""What a patch makes of an object, and the way of a server-side apply. (Kubernetes: endpoints/handlers/patch.go.)"""

from typing import TYPE_CHECKING, Any

from quorate.apiserver.bodies import Body
from quorate.apiserver.conversion import is_converted, to_served
from quorate.apiserver.custom.ways import decode, owned
from quorate.apiserver.decoding import as_stored, as_warnings, decoded_patch
from quorate.apiserver.naming import MODIFIED, check_name, same_namespace
from quorate.apiserver.request import Answer, Options
from quorate.contract.failures import Refused, bad_request, conflict, not_found
from quorate.contract.plan import Obj
from quorate.objects.decode import Undecodable
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.patch import PatchError, patched
from quorate.objects.patch.apply import apply
from quorate.objects.times import time_text

if TYPE_CHECKING:
    from quorate.apiserver.handle import ApiServer


def patch_to(
    kinds: Kinds, kind: Kind, old: Obj, body: Body, type: str, options: Options
) -> tuple[Obj, tuple[str, ...]]:
    """(the object as the patch leaves it, warnings), both of the served kind. Raises Refused."""
    shown = to_served(kind, old) if is_converted(kind) else old
    try:
        changed = patched(kind, shown, body.tree, type)
    except PatchError as wrong:
        raise refused(wrong) from None
    return decoded_patch(kinds, kind, changed, body, type, options.field_validation)


def apply_to(
    server: "ApiServer", kind: Kind, namespace: str, name: str, body: Body, options: Options, subresource: str,
    old: Obj | None,
) -> Answer:  # fmt: skip
    """A server-side apply, which makes the object when there is none. Raises Refused."""
    config: Any = body.tree
    if not isinstance(config, dict):
        raise bad_request("error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}")
    if old is None and subresource:
        raise not_found(kind.plural, kind.group, name)
    shown = to_served(kind, old) if old is not None and is_converted(kind) else old
    now = time_text(server.pump.now())
    try:
        type, reset = owned(kind)
        merged = apply(
            type, shown, config, options.manager, options.force, now, kind.api_version, subresource, kind=kind.kind,
            reset=reset,
        )  # fmt: skip
    except PatchError as wrong:
        raise refused(wrong) from None
    except ValueError as wrong:
        # What is stored does not fit the schema that its definition has by now.
        what = f"{namespace}/{name}; {kind.api_version}, Kind={kind.kind}"
        raise Refused("", f"failed to create typed live object ({what}): {wrong}", code=500) from None
    if body.repeated and options.field_validation == "Strict":
        raise bad_request(f"error strict decoding YAML: error converting YAML to JSON: {', '.join(body.repeated)}")
    told = () if options.field_validation == "Ignore" else as_warnings(body.repeated)
    meta = config.get("metadata") or {}
    if old is None:
        _check_new(kind, name, meta)
    check_name(name, merged)
    same_namespace(kind, namespace, merged)
    if old is not None:
        version = meta.get("resourceVersion")
        if version and version != old["metadata"]["resourceVersion"]:
            raise conflict(kind.plural, kind.group, name, MODIFIED)
        if merged is shown:
            return Answer(200, old, told)
    try:
        obj = as_stored(server.kinds, kind, decode(kind, merged).obj)
    except Undecodable as wrong:
        raise Refused("", str(wrong), code=500) from None
    if old is None:
        return server.create_decoded(kind, namespace, obj, options, told, applied=True)
    return server.write(kind, subresource, obj, old, options, told, applied=True)


def _check_new(kind: Kind, name: str, meta: Obj) -> None:
    """An object that is not there has no uid to be meant by."""
    uid = meta.get("uid")
    if uid:
        why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        raise conflict(kind.plural, kind.group, name, why)


def refused(wrong: PatchError) -> Refused:
    """A patch that does not fit, as an answer."""
    return Refused(wrong.reason, wrong.message, wrong.details, code=wrong.code)
