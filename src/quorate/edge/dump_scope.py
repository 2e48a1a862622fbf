"""Which objects of a dump a question needs; told from the text of an object where that can be, so that most are never parsed."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from quorate.objects import kinds
from quorate.objects.kinds import Kind

Obj = dict[str, Any]
Answer = Literal["no", "yes", "later"]
"""later: not before it is known that the workload's own objects do not explain it."""

UNUSED = frozenset(
    {
        "customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io", "componentstatuses",
        "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "certificatesigningrequests.certificates.k8s.io",
    }
)  # fmt: skip
"""Cluster-scoped resources that no cause asks about."""
OF_WORKLOADS = frozenset(
    {
        "pods", "events", "events.events.k8s.io", "controllerrevisions.apps", "replicasets.apps", "endpoints",
        "endpointslices.discovery.k8s.io",
    }
)  # fmt: skip
"""Resources of which a workload's own have its name in them somewhere."""
SYSTEM = frozenset({b"kube-system", b"kube-node-lease"})
"""Namespaces of which all is read: whether controllers lead, and what time it is."""


class Way(NamedTuple):
    """How a file writes the namespace of an object: what stands before and after its name.

    first   the first that is found is the object's own
    quoted  it may stand in quotes
    """

    before: bytes
    after: bytes
    first: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class Scope:
    """namespaces  None: all
    names       words that objects of OF_WORKLOADS must contain (but in SYSTEM); none: all of them are wanted
    whole       resources of OF_WORKLOADS that need not contain these words
    everywhere  resources that are wanted of all namespaces, whatever they contain
    only        resources that are wanted at all; none: all of them
    """

    namespaces: frozenset[str] | None = None
    names: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    everywhere: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    @property
    def limited(self) -> bool:
        return self.namespaces is not None or bool(self.names) or bool(self.only)

    @cached_property
    def _names(self) -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
        """Of the name db: "db", db-0, data-db-0, but not the db in a uid."""
        named = [n.encode() for n in sorted(self.names)]
        return tuple((n, re.compile(rb'["\' /-]' + re.escape(n) + rb'["\'\n/. -]')) for n in named)

    @cached_property
    def _wanted(self) -> dict[str, tuple[bool, bool, bool]]:
        return {}

    def _of(self, kind: Kind) -> tuple[bool, bool, bool]:
        """Whether objects of a kind are wanted; whether only in some namespaces; whether only with some words."""
        resource = kind.stored_resource
        if resource in self.everywhere or not self.limited:
            return True, False, False
        wanted = resource in self.only if self.only else kind.namespaced or resource not in UNUSED
        worded = bool(self.names) and resource in OF_WORKLOADS and resource not in self.whole
        return wanted, kind.namespaced and self.namespaces is not None, kind.namespaced and worded

    def asks(self, kind: Kind, text: bytes, way: "Way") -> Answer:
        """`way` is how the file writes that an object is in a namespace."""
        found = self._wanted.get(kind.plural)
        if found is None:
            found = self._wanted[kind.plural] = self._of(kind)
        wanted, placed, worded = found
        if not wanted:
            return "no"
        if placed:
            place = self._place(text, way)
            if place == "elsewhere":
                return "no"
            return "later" if worded and place == "here" and not self.named(text) else "yes"
        return "yes" if not worded or self.named(text) else "later"

    def _place(self, text: bytes, way: "Way") -> Literal["here", "system", "elsewhere"]:
        """By any namespace that is named in it, unless the file is laid out so that the first one is its own."""
        out: Literal["system", "elsewhere"] = "elsewhere"
        size = len(way.before)
        at = text.find(way.before)
        while at >= 0:
            end = text.find(way.after, at + size)
            space = text[at + size : end if end >= 0 else None]
            if way.quoted:
                space = space.strip(b"'\"\r ")
            if space in self._spaces:
                return "here"
            if space in SYSTEM:
                out = "system"
            at = -1 if way.first else text.find(way.before, at + size)
        return out

    @cached_property
    def _spaces(self) -> frozenset[bytes]:
        return frozenset(s.encode() for s in self.namespaces or ()) - SYSTEM

    def named(self, text: bytes) -> bool:
        """Whether it contains one of the words."""
        return any(n in text and p.search(text) for n, p in self._names)

    def wants(self, obj: Obj) -> bool:
        if not self.limited:
            return True
        known = kinds.by_kind(str(obj.get("apiVersion") or ""), obj["kind"])
        resource = known.stored_resource if known is not None else ""
        if self.only and resource not in self.only:
            return False
        namespace = obj["metadata"].get("namespace")
        if self.namespaces is None or not namespace or namespace in self.namespaces or namespace.encode() in SYSTEM:
            return True
        return resource in self.everywhere


EVERYTHING = Scope()
