"""JSON patch (RFC 6902) as Kubernetes applies it.

Written out rather than taken from a library: Kubernetes uses evanphx/json-patch v4, which is laxer than the RFC where
clients rely on it (a `replace` of a missing member adds it, a `test` for null accepts a missing one, negative indices
count from the end), and an application here shares every part of the object that it does not touch.
"""

from typing import Any

from quorate.objects.patch.golang import json_kind
from quorate.objects.patch.merge import same
from quorate.objects.patch.refusal import PatchError, malformed, rejected

Obj = dict[str, Any]

MOST_OPERATIONS = 10_000
"""kube-apiserver's own limit for one patch."""

_TEXTS = ("op", "path", "from")


def apply_json_patch(obj: Obj, ops: Any) -> Obj:
    """The object with the operations done in order. Raises PatchError; then nothing is done."""
    _check(ops)
    done: Any = obj
    for op in ops or ():
        done = _apply(done, op or {})
    if not isinstance(done, dict):
        raise rejected()
    return done


def _check(ops: Any) -> None:
    decoding = "error decoding patch: json: cannot unmarshal"
    if ops is not None and not isinstance(ops, list):
        raise malformed(f"{decoding} {json_kind(ops)} into Go value of type []handlers.jsonPatchOp")
    for op in ops or ():
        if op is None:
            continue  # an operation without anything in it
        if not isinstance(op, dict):
            raise malformed(f"{decoding} {json_kind(op)} into Go value of type handlers.jsonPatchOp")
        for key in _TEXTS:
            value = op.get(key)
            if value is not None and not isinstance(value, str):
                raise malformed(f"{decoding} {json_kind(value)} into Go struct field jsonPatchOp.{key} of type string")
    if ops and len(ops) > MOST_OPERATIONS:
        raise PatchError(
            "Request entity too large: The allowed maximum operations in a JSON patch is "
            f"{MOST_OPERATIONS}, got {len(ops)}", "RequestEntityTooLarge", 413,
        )  # fmt: skip


def _apply(doc: Any, op: Obj) -> Any:
    path = op.get("path")
    if path is None:
        raise rejected()
    match op.get("op"):
        case "add":
            return _put(doc, path, op.get("value"), insert=True)
        case "replace":
            if path == "":
                return op.get("value")
            return _put(doc, path, op.get("value"), insert=False)
        case "remove":
            return _remove(doc, path)
        case "move":
            source = op.get("from")
            value = _get(doc, source, must=True)
            return _put(_remove(doc, source), path, value, insert=True)
        case "copy":
            return _put(doc, path, _get(doc, op.get("from"), must=False), insert=True)
        case "test":
            held = doc if path == "" else _get(doc, path, must=False)
            if not same(held, op.get("value")):
                raise rejected()
            return doc
        case _:
            raise rejected()


def _parts(path: Any) -> list[str]:
    if not isinstance(path, str) or not path.startswith("/"):
        raise rejected()
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _index(part: str, length: int, most: int) -> int:
    """Where `part` points in a list of this length; `most` is the highest index allowed."""
    try:
        at = int(part)
    except ValueError:
        raise rejected() from None
    if at < 0:
        at += most + 1
    if not 0 <= at <= most:
        raise rejected()
    return at


def _get(doc: Any, path: Any, must: bool) -> Any:
    """The value at the path; a missing last member is null unless it must be there."""
    *way, last = _parts(path)
    for part in way:
        doc = _step(doc, part)
    if isinstance(doc, dict):
        if must and last not in doc:
            raise rejected()
        return doc.get(last)
    return _step(doc, last)


def _step(doc: Any, part: str) -> Any:
    if isinstance(doc, dict) and part in doc:
        return doc[part]
    if isinstance(doc, list) and doc:
        return doc[_index(part, len(doc), len(doc) - 1)]
    raise rejected()


def _put(doc: Any, path: Any, value: Any, insert: bool) -> Any:
    return _changed(doc, _parts(path), lambda held, last: _placed(held, last, value, insert))


def _placed(held: Any, last: str, value: Any, insert: bool) -> Any:
    if isinstance(held, dict):
        return {**held, last: value}
    if not isinstance(held, list):
        raise rejected()
    if insert and last == "-":
        return [*held, value]
    most = len(held) if insert else len(held) - 1
    at = _index(last, len(held), most)
    return [*held[:at], value, *held[at if insert else at + 1 :]]


def _remove(doc: Any, path: Any) -> Any:
    return _changed(doc, _parts(path), _taken)


def _taken(held: Any, last: str) -> Any:
    if isinstance(held, dict) and last in held:
        return {k: v for k, v in held.items() if k != last}
    if isinstance(held, list) and held:
        at = _index(last, len(held), len(held) - 1)
        return [*held[:at], *held[at + 1 :]]
    raise rejected()


def _changed(doc: Any, parts: list[str], change: Any) -> Any:
    """The document with `change` made at the end of the way; only what lies on the way is copied."""
    if len(parts) == 1:
        return change(doc, parts[0])
    inner = _changed(_step(doc, parts[0]), parts[1:], change)
    if isinstance(doc, dict):
        return {**doc, parts[0]: inner}
    at = _index(parts[0], len(doc), len(doc) - 1)
    return [*doc[:at], inner, *doc[at + 1 :]]
