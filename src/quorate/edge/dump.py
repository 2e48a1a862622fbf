"""Objects and logs out of a dump: files, folders, tar and zip archives, in any of the layouts that people have.

kubectl get -o json|yaml; kubectl cluster-info dump (folder or its output); must-gather; troubleshoot support bundles.
What a file is goes by what is in it; only where kinds are left out does its path tell them.
"""

import gc
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from quorate.edge.dump_events import RawEvents
from quorate.edge.dump_files import Logs, Member, members
from quorate.edge.dump_scope import EVERYTHING, Scope, Way
from quorate.edge.dump_slices import Form, Piece, Whole, kind_of, pieces, single
from quorate.edge.dump_text import Unreadable, parse_json, parse_yaml
from quorate.objects import kinds

Obj = dict[str, Any]

OTHER_NAMES = {
    "pvcs": "persistentvolumeclaims", "pvs": "persistentvolumes", "resourcequota": "resourcequotas", "limitrange": "limitranges",
    "poddisruptionbudget": "poddisruptionbudgets", "storageclass": "storageclasses", "auth-cani-list": "",
}  # fmt: skip


class DumpError(Exception):
    """The dump cannot be read: file, place, what is wrong; one line."""


@dataclass(slots=True)
class Dump:
    """`listed` are the resources that were there as lists, or as objects at all, whether they were wanted or not.

    `later` are pieces that the scope does not ask for yet, `kept` their bytes; None when they were too many to be kept.
    """

    source: str
    objects: list[Obj] = field(default_factory=list)
    events: RawEvents | None = None
    later: list[tuple[kinds.Kind, Piece]] | None = field(default_factory=list)
    kept: int = 0
    logs: Logs = field(default_factory=Logs)
    listed: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    modified: float = 0.0


KEPT = 64 << 20
"""Bytes of pieces that are kept for later."""


class DumpFiles:
    """The files of a dump; standard input and archives are read once, and looked through as often as need be."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Raises DumpError."""
        self.paths = list(paths)
        self.source = ", ".join("<stdin>" if str(p) == "-" else str(p) for p in self.paths)
        self._members: list[list[Member]] = [_members(p) for p in self.paths]

    def read(self, scope: Scope = EVERYTHING, *, raw_events: bool = False) -> Dump:
        """What `scope` asks for of the Kubernetes objects, and all logs. Raises DumpError.

        With `raw_events` the events are kept as text where that is possible, and read when somebody asks for them.
        """
        out = Dump(self.source, events=RawEvents() if raw_events else None)
        was = gc.isenabled()
        gc.disable()  # millions of small dicts, none of them garbage
        try:
            for found in self._members:
                self._read(found, scope, out)
        finally:
            gc.freeze()
            if was:
                gc.enable()
        if not out.objects and not out.listed:
            why = f": {out.remarks[0]}" if out.remarks else ": no file in it holds Kubernetes objects"
            raise DumpError(f"{out.source}{why}")
        return out

    def _read(self, found: list[Member], scope: Scope, out: Dump) -> None:
        alone = len(found) == 1
        for member in found:
            if out.logs.take(member):
                continue
            if not member.wanted and not alone:
                continue
            try:
                part = _Part(member, scope, out)
                part.read()
            except Unreadable as wrong:
                if alone and len(self.paths) == 1:
                    raise DumpError(f"{member.path}: {wrong}") from None
                out.remarks.append(f"{member.path}: {wrong}")
            except OSError as wrong:
                out.remarks.append(f"{member.path}: {wrong.strerror or wrong}")


def read_later(dump: Dump, resource: str) -> None:
    """Add what was put off of a resource."""
    for kind, piece in dump.later or ():
        if kind.stored_resource == resource:
            for document in piece.documents():
                dump.objects += [_slim(obj) for obj, _ in _unfold(document, kind) if obj is not None]


def _slim(obj: Obj) -> Obj:
    """Of another workload's object who wrote which field is of no interest; it is half of a pod."""
    obj["metadata"].pop("managedFields", None)
    return obj


def read_dump(paths: Iterable[Path]) -> Dump:
    """Everything that is a Kubernetes object or a log in these files and folders. Raises DumpError."""
    return DumpFiles(paths).read()


def _members(path: Path) -> list[Member]:
    try:
        return list(members(path))
    except OSError as wrong:
        raise DumpError(f"{path}: {wrong.strerror or wrong}") from None
    except ValueError as wrong:
        raise DumpError(f"{path}: {wrong}") from None


class _Part:
    """One file being read: what it adds counts only when it was read to its end."""

    def __init__(self, member: Member, scope: Scope, out: Dump) -> None:
        self.member, self.scope, self.out = member, scope, out
        self.hint = _hint(member.path)
        self.objects: list[Obj] = []
        self.listed: set[str] = set()
        self.events: list[bytes] = []
        self.later: list[tuple[kinds.Kind, Piece]] = []

    def read(self) -> None:
        """Raises Unreadable, OSError."""
        try:
            self._cut()
        except Whole:
            self.objects, self.listed, self.events, self.later = [], set(), [], []
            self._whole()
        self.out.objects += self.objects
        self.out.listed |= self.listed
        if self.out.events is not None:
            self.out.events.take(self.events)
        if self.out.later is not None:
            self.out.later += self.later
            self.out.kept += sum(len(piece.text) for _, piece in self.later)
            if self.out.kept > KEPT:
                self.out.later = None
        if self.objects or self.listed:
            self.out.modified = max(self.out.modified, self.member.modified)

    def _cut(self) -> None:
        with self.member.open() as stream:
            start = stream.read(1024)
            if not start:
                return
            form: Form = "json" if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "yaml"
            stream.seek(0)
            listed = _list_kind(start, form) or self.hint
            raw = self.out.events is not None and form == "json"
            way = _way(start, form)
            for piece in pieces(stream, self.member.size, form):
                if piece.frame:
                    for document in piece.documents():
                        self._take(document)
                    continue
                kind = _known(*kind_of(piece)) or listed
                if kind is None:
                    self._parse(piece, None)
                    continue
                self.listed.add(kind.stored_resource)
                asked = self.scope.asks(kind, piece.text, way)
                if asked == "later":
                    self.later.append((kind, piece))
                elif asked == "no":
                    continue
                elif raw and kind.kind == "Event" and not piece.joined:
                    self.events.append(piece.text)
                else:
                    self._parse(piece, kind)

    def _parse(self, piece: Piece, kind: kinds.Kind | None) -> None:
        for document in piece.documents():
            for obj, listed in _unfold(document, kind):
                self._keep(obj, listed)

    def _whole(self) -> None:
        data = self.member.read()
        head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if not head:
            return
        if head not in b"{[" and self._put_off(data):
            return
        for document in parse_json(data, self.out.logs) if head in b"{[" else parse_yaml(data):
            self._take(document)

    def _put_off(self, data: bytes) -> bool:
        """Whether it is one object in YAML that is not asked for (yet): a must-gather has a file for every pod."""
        kind = _known(*single(data)) if self.scope.limited else None
        asked = self.scope.asks(kind, data, _way(data, "yaml")) if kind is not None else "yes"
        if kind is None or asked == "yes":
            return False
        self.listed.add(kind.stored_resource)
        if asked == "later":
            self.later.append((kind, Piece("yaml", data, frame=True)))
        return True

    def _take(self, document: Any) -> None:
        for obj, listed in _unfold(document, self.hint):
            self._keep(obj, listed)

    def _keep(self, obj: Obj | None, listed: str) -> None:
        if listed:
            self.listed.add(listed)
        if obj is not None and self.scope.wants(obj):
            self.objects.append(obj)


_INDENTED = re.compile(rb'"items"\s*:\s*\[\s*\n([ \t]+)\{\s*\n')


def _way(start: bytes, form: Form) -> Way:
    if form == "yaml":
        return Way(b"namespace: ", b"\n", quoted=True)
    indented = _INDENTED.search(start)
    if indented is not None:
        # The fields of metadata stand twice as deep as the item; those of involvedObject as well, and say the same.
        return Way(b"\n" + 2 * indented[1] + b'"namespace": "', b'"', first=True)
    return Way(b'"namespace": "' if b'": ' in start else b'"namespace":"', b'"')


@lru_cache(maxsize=512)
def _known(api_version: str, kind: str) -> kinds.Kind | None:
    return kinds.by_kind(api_version, kind) if kind else None


def _list_kind(start: bytes, form: Form) -> kinds.Kind | None:
    """Of a list that says at its beginning what its items are."""
    found = kind_of(Piece(form, start.lstrip(b"{ \n\t") if form == "json" else start.removeprefix(b"---\n")))
    return _known(found[0], found[1].removesuffix("List")) if found[1] not in ("", "List") else None


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
