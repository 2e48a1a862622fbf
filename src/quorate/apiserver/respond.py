"""Answers in the shape that the client wants: objects and lists as they are, as Tables, as metadata alone; JSON or YAML.

An object's bytes are made once, at their first need after the commit, and joined here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from quorate.apiserver.conversion import is_converted, to_served
from quorate.apiserver.custom.ways import as_read
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, answer, retry_after, warning_headers
from quorate.apiserver.listing import Listed
from quorate.apiserver.negotiate import YAML, Wanted, wanted_of_refusal
from quorate.apiserver.table import check_include, table
from quorate.apiserver.watching import plain_line
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

Headers = tuple[tuple[str, str], ...]


def whole(
    server: ApiServer, kind: Kind, obj: Obj, wanted: Wanted, code: int, query: dict[str, str],
    warnings: tuple[str, ...] = (),
) -> HttpAnswer:  # fmt: skip
    """One stored object, or a Status in its place."""
    headers = warning_headers(warnings) if warnings else ()
    if obj.get("kind") == "Status" and "status" in obj:
        return in_media(code, orjson.dumps(obj), wanted, headers)
    if wanted.shape:
        return in_media(code, orjson.dumps(_shaped_one(server, kind, obj, wanted, query)), wanted, headers)
    return in_media(code, object_json(server, kind, obj), wanted, headers)


def check_single(kind: Kind, wanted: Wanted, query: dict[str, str]) -> None:
    """Raises Refused (400, 406) when an answer of one object could not have the shape; before anything is written."""
    if wanted.shape == "PartialObjectMetadataList":
        what = f"you requested PartialObjectMetadataList, but the requested object is not a list (*{_go_name(kind)})"
        raise Refused("NotAcceptable", what)
    if wanted.shape == "Table":
        check_include(query.get("includeObject", ""))


def object_json(server: ApiServer, kind: Kind, obj: Obj) -> bytes:
    """The bytes of a stored object at the version of this kind."""
    if is_converted(kind):
        return orjson.dumps(to_served(kind, obj))
    return server.store.json(kind.resource, as_read(kind, obj))


def other(code: int, obj: Any, wanted: Wanted, warnings: tuple[str, ...] = ()) -> HttpAnswer:
    """What is no stored object: a Scale, a review, a Status."""
    if wanted.media == YAML or wanted.pretty:
        return in_media(code, orjson.dumps(obj), wanted, warning_headers(warnings))
    return answer(code, obj, warnings)


def refusal(status: Refused, headers: dict[str, str], query: dict[str, str]) -> HttpAnswer:
    """A refusal is a Status whatever shape was asked for."""
    told = (*retry_after(status), *warning_headers(status.warnings))
    return in_media(status.code, orjson.dumps(status.status()), wanted_of_refusal(headers, query), told)


def listed_whole(server: ApiServer, kind: Kind, listed: Listed, wanted: Wanted, query: dict[str, str]) -> HttpAnswer:
    """A list, in the shape that is wanted. Raises Refused (406) for the shape of a single object."""
    meta: Obj = {"resourceVersion": str(listed.revision)}
    if listed.continue_token:
        meta["continue"] = listed.continue_token
    if listed.remaining is not None:
        meta["remainingItemCount"] = listed.remaining
    if not wanted.shape:
        return in_media(200, _list_json(server, kind, listed.objects, meta), wanted)
    api = f"meta.k8s.io/{wanted.version}"
    if wanted.shape == "Table":
        body = {**_table(server, kind, listed.objects, wanted, query), "metadata": meta}
    elif wanted.shape == "PartialObjectMetadataList":
        items = [_metadata(o, api) for o in listed.objects]
        body = {"kind": "PartialObjectMetadataList", "apiVersion": api, "metadata": meta, "items": items}
    else:
        what = f"you requested PartialObjectMetadata, but the requested object is a list (*{_go_name(kind)}List)"
        raise Refused("NotAcceptable", what)
    return in_media(200, orjson.dumps(body), wanted)


def _list_json(server: ApiServer, kind: Kind, objects: Iterable[Obj], meta: Obj) -> bytes:
    """Items of built-in kinds carry neither kind nor apiVersion, as in Kubernetes."""
    head = orjson.dumps({"kind": kind.list_name, "apiVersion": kind.api_version, "metadata": meta})
    raws = [object_json(server, kind, o) for o in objects]
    if kind.type:
        typed = orjson.dumps({"kind": kind.kind, "apiVersion": kind.api_version})[:-1] + b","
        skip = len(typed)
        raws = [b"{" + raw[skip:] if raw.startswith(typed) else raw for raw in raws]
    return b"".join((head[:-1], b',"items":[', b",".join(raws), b"]}"))


def _shaped_one(server: ApiServer, kind: Kind, obj: Obj, wanted: Wanted, query: dict[str, str]) -> Obj:
    if wanted.shape == "Table":
        made = _table(server, kind, [obj], wanted, query)
        return {**made, "metadata": {"resourceVersion": obj["metadata"].get("resourceVersion", "")}}
    return _metadata(obj, f"meta.k8s.io/{wanted.version}")


def _table(server: ApiServer, kind: Kind, objects: Sequence[Obj], wanted: Wanted, query: dict[str, str]) -> Obj:
    include = query.get("includeObject", "")
    if include == "Object" and is_converted(kind):
        made = table(kind, objects, server.pump.now(), "None", version=wanted.version)
        rows = [{**row, "object": to_served(kind, o)} for row, o in zip(made["rows"], objects, strict=True)]
        return {**made, "rows": rows}
    columns = None
    if kind.custom is not None:
        columns, objects = kind.custom.columns, [as_read(kind, o) for o in objects]
    return table(kind, objects, server.pump.now(), include, version=wanted.version, columns=columns)


def _metadata(obj: Obj, api: str) -> Obj:
    return {"kind": "PartialObjectMetadata", "apiVersion": api, "metadata": obj["metadata"]}


def _go_name(kind: Kind) -> str:
    package = "core" if kind.group in ("", "events.k8s.io") else kind.group.partition(".")[0]
    return f"{package}.{kind.kind}"


def in_media(code: int, raw: bytes, wanted: Wanted, headers: Headers = ()) -> HttpAnswer:
    """JSON bytes as the media type that is wanted."""
    if wanted.media == YAML:
        import yaml

        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text = yaml.dump(orjson.loads(raw), Dumper=dumper, allow_unicode=True, width=1_000_000)
        return HttpAnswer(code, text.encode(), YAML, headers)
    if wanted.pretty:
        raw = orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return HttpAnswer(code, raw, headers=headers)


@dataclass(slots=True)
class ShapedLine:
    """Watch events of converted kinds, as Tables or as metadata; only the first Table of a stream has its columns."""

    server: ApiServer
    kind: Kind
    wanted: Wanted
    query: dict[str, str]
    first: bool = True

    def __call__(self, type: str, obj: Obj, raw: bytes) -> bytes:
        if type == "ERROR":
            return plain_line(type, obj, raw)
        if self.kind.custom is not None and not self.wanted.shape:
            made = as_read(self.kind, obj)
            return plain_line(type, obj, raw if made is obj else orjson.dumps(made))
        return plain_line(type, obj, orjson.dumps(self._made(type, obj)))

    def _made(self, type: str, obj: Obj) -> Obj:
        api = f"meta.k8s.io/{self.wanted.version}"
        if self.wanted.shape.startswith("Partial"):
            return _metadata(obj, api)
        if not self.wanted.shape:
            return obj if type == "BOOKMARK" else to_served(self.kind, obj)
        if type == "BOOKMARK":
            # It is about no object, so its row has nothing to show but how far the stream has come.
            made = _table(self.server, self.kind, [], self.wanted, self.query)
            made["rows"] = [{"cells": [], "object": _metadata(obj, api)}]
        else:
            made = _table(self.server, self.kind, [obj], self.wanted, self.query)
        made["metadata"] = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        if not self.first:
            made["columnDefinitions"] = None
        self.first = False
        return made
