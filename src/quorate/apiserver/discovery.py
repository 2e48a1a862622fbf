"""What the server says it serves: /api, /apis and below, plain and aggregated (apidiscovery.k8s.io)."""

from base64 import b64encode
from hashlib import sha256

from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind, Kinds

_PROXY = ("create", "delete", "get", "patch", "update")
_STREAM = ("create", "get")
_CHANGE = ("get", "patch", "update")
_SUBRESOURCES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "scale": ("autoscaling", "v1", "Scale", _CHANGE),
    "attach": ("", "v1", "PodAttachOptions", _STREAM),
    "binding": ("", "v1", "Binding", ("create",)),
    "eviction": ("policy", "v1", "Eviction", ("create",)),
    "exec": ("", "v1", "PodExecOptions", _STREAM),
    "portforward": ("", "v1", "PodPortForwardOptions", _STREAM),
    "token": ("authentication.k8s.io", "v1", "TokenRequest", ("create",)),
}
"""Subresources that speak a kind of their own: (group, version, kind, verbs)."""
_OWN_KIND: dict[str, tuple[str, ...]] = {"finalize": ("update",), "log": ("get",)}
"""Verbs of those that speak their parent's kind; the others are read and changed like a status."""

AGGREGATED = ("v2", "v2beta1")

_STORED_AT = {"customresourcedefinitions.apiextensions.k8s.io": "v1beta1"}
"""Kinds that Kubernetes still stores at a version that it no longer serves."""

Answer = tuple[Obj, str]


def answer(kinds: Kinds, path: str, accept: str = "") -> Answer | None:
    """(body, content type) of a discovery path; None when it is none, or names what is not served."""
    parts = path.strip("/").split("/")
    if parts[0] not in ("api", "apis"):
        return None
    if len(parts) == 1:
        return _aggregated(kinds, parts[0], accept) or (_roots(kinds, parts[0]), "application/json")
    if parts[0] == "api":
        body = resource_list(kinds, "", parts[1]) if len(parts) == 2 else None
    elif len(parts) == 2:
        body = group(kinds, parts[1])
    else:
        body = resource_list(kinds, parts[1], parts[2]) if len(parts) == 3 else None
    return None if body is None else (body, "application/json")


def _roots(kinds: Kinds, root: str) -> Obj:
    if root == "api":
        address = {"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"}
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}
    groups = [_group(kinds, name) for name in kinds.groups()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(kinds: Kinds, name: str) -> Obj | None:
    """/apis/NAME."""
    if name not in kinds.groups():
        return None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(kinds, name)}


def _group(kinds: Kinds, name: str) -> Obj:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in _versions(kinds, name)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _versions(kinds: Kinds, name: str) -> list[str]:
    return list(dict.fromkeys(kind.version for kind in kinds.of_group(name)))


def resource_list(kinds: Kinds, group: str, version: str) -> Obj | None:
    """/api/v1 and /apis/GROUP/VERSION."""
    found = [kind for kind in kinds.of_group(group) if kind.version == version]
    if not found:
        return None
    rows = [row for kind in found for row in _rows(kinds, kind)]
    head: Obj = {"kind": "APIResourceList"}
    if group:
        head["apiVersion"] = "v1"
    return {**head, "groupVersion": found[0].api_version, "resources": sorted(rows, key=lambda row: row["name"])}


def _rows(kinds: Kinds, kind: Kind) -> list[Obj]:
    """A resource and its subresources, as APIResourceList has them."""
    row: Obj = {
        "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind,
        "verbs": list(kind.verbs),
    }  # fmt: skip
    if kind.short_names:
        row["shortNames"] = list(kind.short_names)
    if kind.categories:
        row["categories"] = list(kind.categories)
    if kind.stored:
        row["storageVersionHash"] = storage_version_hash(kinds, kind)
    out = [row]
    for name in kind.subresources:
        other = _SUBRESOURCES.get(name)
        under: Obj = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        if other is not None and (other[0], other[1]) != (kind.group, kind.version):
            under |= {"group": other[0], "version": other[1]}
        _, _, spoken, verbs = _spoken(kind, name)
        out.append({**under, "kind": spoken, "verbs": list(verbs)})
    return out


def _spoken(kind: Kind, subresource: str) -> tuple[str, str, str, tuple[str, ...]]:
    """(group, version, kind, verbs) of a subresource."""
    if subresource == "proxy":
        return kind.group, kind.version, f"{kind.kind}ProxyOptions", _PROXY
    verbs = _OWN_KIND.get(subresource, _CHANGE)
    return _SUBRESOURCES.get(subresource) or (kind.group, kind.version, kind.kind, verbs)


def storage_version_hash(kinds: Kinds, kind: Kind) -> str:
    """Of the group, version and kind as which objects are stored; clients only compare it."""
    stored = kinds.by_resource(kind.stored_resource) or kind
    version = kind.custom.storage if kind.custom is not None else _STORED_AT.get(stored.resource, stored.version)
    digest = sha256(f"{stored.group}/{version}/{stored.kind}".encode()).digest()
    return b64encode(digest[:8]).decode()


def _aggregated(kinds: Kinds, root: str, accept: str) -> Answer | None:
    """Everything in one answer, when the client asks for it by the media type's parameters."""
    for version in AGGREGATED:
        wanted = f"g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
        if any(wanted in choice.replace(" ", "") for choice in accept.split(",")):
            body = aggregated(kinds, root, version)
            return body, f"application/json;{wanted}"
    return None


def aggregated(kinds: Kinds, root: str, version: str = "v2") -> Obj:
    """The APIGroupDiscoveryList of "api" or "apis"."""
    groups = ("",) if root == "api" else kinds.groups()
    items = []
    for name in groups:
        found = kinds.of_group(name)
        versions = [
            {
                "version": each,
                "resources": [
                    _resource(kind) for kind in sorted(found, key=lambda k: k.plural) if kind.version == each
                ],
                "freshness": "Current",
            }
            for each in _versions(kinds, name)
        ]
        metadata: Obj = {"name": name} if name else {}
        items.append({"metadata": metadata, "versions": versions})
    return {
        "kind": "APIGroupDiscoveryList", "apiVersion": f"apidiscovery.k8s.io/{version}", "metadata": {}, "items": items,
    }  # fmt: skip


def _resource(kind: Kind) -> Obj:
    row: Obj = {
        "resource": kind.plural, "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster", "singularResource": kind.singular,
        "verbs": list(kind.verbs),
    }  # fmt: skip
    if kind.short_names:
        row["shortNames"] = list(kind.short_names)
    if kind.categories:
        row["categories"] = list(kind.categories)
    if kind.subresources:
        row["subresources"] = [_subresource(kind, name) for name in kind.subresources]
    return row


def _subresource(kind: Kind, name: str) -> Obj:
    group, version, spoken, verbs = _spoken(kind, name)
    return {
        "subresource": name, "responseKind": {"group": group, "version": version, "kind": spoken}, "verbs": list(verbs),
    }  # fmt: skip
