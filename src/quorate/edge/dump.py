"""Objects and logs out of a dump: files, folders, tar and zip archives, in any of the layouts that people have.

kubectl get -o json|yaml; kubectl cluster-info dump (folder or its output); must-gather; troubleshoot support bundles.
What a file is goes by what is in it; only where kinds are left out does its path tell them.
"""

import gc
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import orjson
import yaml

from quorate.edge.dump_files import Logs, Member, members
from quorate.objects import kinds

Obj = dict[str, Any]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

OTHER_NAMES = {
    "pvcs": "persistentvolumeclaims", "pvs": "persistentvolumes", "resourcequota": "resourcequotas", "limitrange": "limitranges",
    "poddisruptionbudget": "poddisruptionbudgets", "storageclass": "storageclasses", "auth-cani-list": "",
}  # fmt: skip


class DumpError(Exception):
    """The dump cannot be read: file, place, what is wrong; one line."""


@dataclass(slots=True)
class Dump:
    """`listed` are the resources that were there as lists, or as objects at all. `latest` is the newest time in it."""

    source: str
    objects: list[Obj] = field(default_factory=list)
    logs: Logs = field(default_factory=Logs)
    listed: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    modified: float = 0.0


def read_dump(paths: Iterable[Path]) -> Dump:
    """Everything that is a Kubernetes object or a log in these files and folders. Raises DumpError."""
    wanted = list(paths)
    out = Dump(", ".join(str(p) for p in wanted))
    was = gc.isenabled()
    gc.disable()  # millions of small dicts, none of them garbage
    try:
        for path in wanted:
            _read(path, out)
    finally:
        if was:
            gc.enable()
    if not out.objects:
        why = f": {out.remarks[0]}" if out.remarks else ": no file in it holds Kubernetes objects"
        raise DumpError(f"{out.source}{why}")
    return out


def _read(path: Path, out: Dump) -> None:
    try:
        found = list(members(path))
    except OSError as wrong:
        raise DumpError(f"{path}: {wrong.strerror or wrong}") from None
    except ValueError as wrong:
        raise DumpError(f"{path}: {wrong}") from None
    alone = len(found) == 1
    for member in found:
        if out.logs.take(member):
            continue
        if not member.wanted and not alone:
            continue
        try:
            for obj, listed in _objects(member, out.logs):
                if listed:
                    out.listed.add(listed)
                if obj is not None:
                    out.objects.append(obj)
                    out.modified = max(out.modified, member.modified)
        except _Unreadable as wrong:
            if alone:
                raise DumpError(f"{member.path}: {wrong}") from None
            out.remarks.append(f"{member.path}: {wrong}")
        except OSError as wrong:
            out.remarks.append(f"{member.path}: {wrong.strerror or wrong}")


class _Unreadable(Exception):
    pass


def _objects(member: Member, logs: Logs) -> Iterator[tuple[Obj | None, str]]:
    """(object, "") and (None, resource) for each list."""
    data = member.read()
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not head:
        return
    hint = _hint(member.path)
    for document in _json(data, logs) if head in b"{[" else _yaml(data):
        yield from _unfold(document, hint)


def _json(data: bytes, logs: Logs) -> Iterator[Any]:
    try:
        yield orjson.loads(data)
        return
    except orjson.JSONDecodeError as wrong:
        first = wrong
    text = data.decode("utf-8", "replace")
    decoder, at, found = json.JSONDecoder(), 0, False
    while True:
        at = _next_document(text, at, logs)
        if at < 0:
            break
        try:
            document, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            raise _Unreadable(_json_error(first, text)) from None
        found = True
        yield document
    if not found:
        raise _Unreadable(_json_error(first, text))


def _json_error(wrong: orjson.JSONDecodeError, text: str) -> str:
    if wrong.pos >= len(text.rstrip()) - 1 or "unexpected end" in wrong.msg or "EOF" in wrong.msg:
        return f"the JSON ends in the middle, at line {wrong.lineno}: the file is cut off"
    return f"not JSON at line {wrong.lineno}, column {wrong.colno}: {wrong.msg}"


_LOG = re.compile(
    r"==== START logs for container (\S+) of pod (\S+?)/(\S+) ====\n(.*?)(?:==== END logs[^\n]*|\Z)", re.S
)


def _next_document(text: str, at: int, logs: Logs) -> int:
    """Where the next JSON document begins; logs on the way are taken. -1 at the end."""
    while True:
        start = re.compile(r"\S").search(text, at)
        if start is None:
            return -1
        at = start.start()
        if text[at] in "{[":
            return at
        log = _LOG.match(text, at)
        if log is not None:
            logs.put(log[2], log[3], log[1], log[4])
            at = log.end()
        else:
            line = text.find("\n", at)
            if line < 0:
                return -1
            at = line + 1


class _ApiLoader(Loader):
    """Without dates: the API has them as text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }


def _yaml(data: bytes) -> Iterator[Any]:
    try:
        yield from yaml.load_all(data, Loader=_ApiLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        at = f" at line {mark.line + 1}" if mark is not None else ""
        raise _Unreadable(f"not YAML{at}: {wrong.problem or wrong.context or 'cannot be read'}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as wrong:
        raise _Unreadable(f"not YAML: {' '.join(str(wrong).split())}") from None


def _unfold(document: Any, hint: kinds.Kind | None) -> Iterator[tuple[Obj | None, str]]:
    if isinstance(document, list):
        if hint is not None:
            yield None, hint.stored_resource
        for item in document:
            yield from _unfold(item, hint)
        return
    if not isinstance(document, dict):
        return
    kind, version = document.get("kind"), document.get("apiVersion")
    items = document.get("items")
    if isinstance(items, list) and (kind is None or str(kind).endswith("List")):
        of = kinds.by_kind(str(version or ""), str(kind)[:-4]) if kind and kind != "List" else None
        of = of or (hint if kind in (None, "List") else None)
        if of is not None:
            yield None, of.stored_resource
        for item in items:
            if not isinstance(item, dict):
                continue
            if not item.get("kind") and kind not in (None, "List"):
                item["kind"], item["apiVersion"] = str(kind)[:-4], version
            yield from _unfold(item, of)
        return
    if not kind and hint is not None and isinstance(document.get("metadata"), dict):
        document["kind"], document["apiVersion"] = hint.kind, hint.api_version
    if not isinstance(document.get("kind"), str) or not isinstance(document.get("metadata"), dict):
        return
    known = kinds.by_kind(str(document.get("apiVersion") or ""), document["kind"])
    yield (
        _bare(document) if document["kind"] in ("Secret", "ConfigMap") else document,
        known.stored_resource if known else "",
    )


def _bare(holder: Obj) -> Obj:
    """Of a Secret only the names of its keys are kept: a diagnosis needs no more, and reports are passed around."""
    if holder["kind"] != "Secret":
        return holder
    keys = dict.fromkeys([*(holder.get("data") or {}), *(holder.get("stringData") or {})], "")
    meta = {k: v for k, v in holder["metadata"].items() if k not in ("annotations", "managedFields")}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": holder.get("type"), "data": keys}


def _hint(path: str) -> kinds.Kind | None:
    """The kind that a path speaks of, its last word first: "cluster-resources/pods/prod.json" -> pods."""
    for part in reversed(path.removesuffix(".json").removesuffix(".yaml").removesuffix(".yml").split("/")):
        word = part.lower()
        word = OTHER_NAMES.get(word, word).replace("-", "")
        for found in kinds.all_kinds():
            if found.stored and word and word in (found.plural, found.singular):
                return found
    return None
