"""Paths of the API: which kind, which object, which subresource."""

from dataclasses import dataclass

from quorate.objects.kinds import Kind, Kinds


@dataclass(frozen=True, slots=True)
class Route:
    """A resource path. `namespace` is None for all namespaces (or a cluster-scoped kind); `watch` for the old /watch/ paths;
    `rest` is what stands behind a proxy."""

    kind: Kind
    namespace: str | None
    name: str
    subresource: str
    watch: bool = False
    rest: str = ""


def route(kinds: Kinds, path: str) -> Route | None:
    """The route of a path under /api or /apis; None when nothing is served there."""
    parts = [p for p in path.split("/") if p]
    if len(parts) >= 3 and parts[0] == "api":
        group, version, rest = "", parts[1], parts[2:]
    elif len(parts) >= 4 and parts[0] == "apis":
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    watch = rest[0] == "watch" and len(rest) > 1
    if watch:
        rest = rest[1:]
    namespace: str | None = None
    if rest[0] == "namespaces" and len(rest) >= 3 and not _of_namespace(group, rest):
        namespace, rest = rest[1], rest[2:]
    kind = kinds.served(group, version, rest[0])
    if kind is None or (len(rest) > 3 and rest[2] != "proxy"):
        return None
    if (namespace is not None) != kind.namespaced and (namespace is not None or len(rest) > 1):
        return None
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if subresource and (subresource not in kind.subresources or watch):
        return None
    return Route(kind, namespace, name, subresource, watch, "/".join(rest[3:]))


def _of_namespace(group: str, rest: list[str]) -> bool:
    """Whether the path names a namespace itself, not what is in it."""
    return group == "" and len(rest) == 3 and rest[2] in ("status", "finalize")
