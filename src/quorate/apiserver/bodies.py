"""Request bodies: bytes in, a tree out, with what strict field validation has to say of the text itself."""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from quorate.apiserver.json_errors import syntax_error, too_deep
from quorate.apiserver.negotiate import JSON, PROTOBUF, YAML, unsupported
from quorate.apiserver.request import FieldValidation
from quorate.contract.failures import Refused, bad_request
from quorate.objects.duplicates import json_duplicates, yaml_duplicates
from quorate.objects.kinds import Kind
from quorate.objects.schema import type_of

_SUMMARY = 30
"""Bytes of an unreadable body that its refusal quotes."""


@dataclass(frozen=True, slots=True)
class Body:
    """`tree` as JSON has it; `repeated` are sentences on keys that the text has twice; `raw` is quoted in refusals."""

    tree: Any
    repeated: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False)


def object_body(raw: bytes, content_type: str, kind: Kind, validation: FieldValidation) -> Body:
    """The body of a create or update, which should be of this kind. Raises Refused (400, 415)."""
    media = media_type(content_type)
    if media == JSON:
        try:
            tree = parse_json(raw)
        except ValueError as wrong:
            raise unrecognized(kind.kind, f"couldn't get version/kind; json parse error: {wrong}", raw) from None
        return Body(tree, _repeated_json(raw, tree, validation), raw)
    if media == YAML:
        from quorate.apiserver.yaml_body import parse_yaml

        try:
            tree = parse_yaml(raw)
        except Refused as wrong:
            raise unrecognized(kind.kind, f"yaml: {wrong.message}", raw) from None
        return Body(tree, () if validation == "Ignore" else yaml_duplicates(raw), raw)
    if media == PROTOBUF:
        return _from_protobuf(raw, kind)
    raise unsupported((JSON, YAML, PROTOBUF))


def _from_protobuf(raw: bytes, kind: Kind) -> Body:
    """What Go clients send. A body of another kind is left unread: its kind alone refuses it."""
    from quorate.objects.protobuf import Unreadable, can_read, envelope, read_message

    type = type_of(kind)
    if type is None or not can_read(type):
        raise unsupported((JSON, YAML))
    try:
        sent = envelope(raw)
        same = (sent.api_version or kind.api_version, sent.kind or kind.kind) == (kind.api_version, kind.kind)
        tree = read_message(type, sent.raw) if same else {}
    except Unreadable as wrong:
        raise unrecognized(kind.kind, str(wrong), raw) from None
    return Body({"kind": sent.kind, "apiVersion": sent.api_version, **tree}, (), raw)


def patch_body(raw: bytes, type: str, validation: FieldValidation) -> Body:
    """The body of a patch. Raises Refused (400)."""
    if type == "apply":
        from quorate.apiserver.yaml_body import parse_yaml

        try:
            tree = parse_json(raw)  # clients mostly send JSON under the YAML type: the quick way first
            suspicious = _maybe_twice(raw, tree)
        except ValueError:
            suspicious = True
            try:
                tree = parse_yaml(raw)
            except Refused as wrong:
                raise bad_request(f"error decoding YAML: {wrong.message}") from None
        return Body(tree, yaml_duplicates(raw) if suspicious and validation != "Ignore" else (), raw)
    try:
        tree = parse_json(raw)
    except ValueError as wrong:
        prefix = "" if type == "strategic" else "error decoding patch: "
        raise bad_request(f"{prefix}{wrong}") from None
    repeated = _repeated_json(raw, tree, validation)
    if type == "json":
        repeated = tuple(f"json patch {one}" for one in repeated)
    return Body(tree, repeated)


def parse_json(raw: bytes) -> Any:
    """Raises ValueError with the text of Go's decoder."""
    if too_deep(raw):
        raise ValueError("exceeded max depth")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        text = raw.decode("utf-8", "replace")
        wrong = syntax_error(text)
        if wrong:
            raise ValueError(wrong) from None
        # Sound for Go, which puts U+FFFD for what is no text.
        try:
            return orjson.loads(re.sub(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", "\ufffd", text))
        except orjson.JSONDecodeError as wrong:
            raise ValueError(str(wrong)) from None


def media_type(content_type: str) -> str:
    """Without parameters; JSON when there is none."""
    return content_type.partition(";")[0].strip().lower() or JSON


def unrecognized(kind: str, why: str, raw: bytes) -> Refused:
    """The 400 for a body of which not even the kind can be read."""
    return bad_request(f"the object provided is unrecognized (must be of type {kind}): {why} ({_summary(raw)})")


def _summary(raw: bytes) -> str:
    if not raw:
        return "<empty>"
    text = raw[:_SUMMARY].decode("utf-8", "replace") if raw[:1] == b"{" else raw[:_SUMMARY].hex()
    return f"{text} ..." if len(raw) > _SUMMARY else text


def _repeated_json(raw: bytes, tree: Any, validation: FieldValidation) -> tuple[str, ...]:
    return json_duplicates(raw) if validation != "Ignore" and _maybe_twice(raw, tree) else ()


def _maybe_twice(raw: bytes, tree: Any) -> bool:
    """Whether a key may stand twice: then its colon went when the text was read. (Escapes may hide a colon.)"""
    return raw.count(b":") != orjson.dumps(tree).count(b":") or b"\\u00" in raw
