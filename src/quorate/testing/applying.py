"""Manifests into a world: server-side apply, as `kubectl apply --server-side --force-conflicts` does it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from quorate.apiserver.bodies import Body
from quorate.assemble.world import World
from quorate.contract.plan import Obj
from quorate.edge.manifests import ManifestError, manifests_in, read_manifests
from quorate.kernel.clock import SECOND
from quorate.objects.kinds import Kind

Manifests = str | Path | Mapping[str, Any] | Iterable["str | Path | Mapping[str, Any]"]
"""A file or folder, YAML text, an object, or several of these. A text of several lines is YAML, of one line a path."""

MANAGER = "quorate-testing"


def apply(world: World, manifests: Manifests, namespace: str = "default") -> list[Obj]:
    """The objects as committed. Raises Refused, ManifestError."""
    client = world.client(manager=MANAGER)
    options = replace(client.options, force=True, field_validation="Strict", internal=False)
    out = []
    for source, obj in _objects(manifests):
        kind = _kind(world, source, obj)
        meta = dict(obj["metadata"])
        place = meta.get("namespace") or namespace if kind.namespaced else ""
        if kind.namespaced:
            meta["namespace"] = place
        obj = {**obj, "metadata": meta}
        if not meta.get("name"):  # generateName: nothing that could be there already
            out.append(world.server.create(kind, place, Body(obj), options).obj)
        else:
            out.append(world.server.patch(kind, place, meta["name"], Body(obj), "apply", options).obj)
    return out


def _objects(manifests: Manifests) -> Iterable[tuple[str, Obj]]:
    if isinstance(manifests, str) and "\n" in manifests:
        found = manifests_in(manifests)
    elif isinstance(manifests, str | Path):
        found = read_manifests([str(manifests)])
    elif isinstance(manifests, Mapping):
        yield "<object>", dict(manifests)
        return
    else:
        for one in manifests:
            yield from _objects(one)
        return
    for manifest in found:
        yield manifest.source, manifest.obj


def _kind(world: World, source: str, obj: Obj) -> Kind:
    """The kind as it is served, in a moment if its CustomResourceDefinition has only just been applied."""
    api_version, name = obj.get("apiVersion", ""), obj.get("kind", "")
    found = world.server.kinds.by_kind(api_version, name)
    if found is None:
        world.run_for(SECOND)
        found = world.server.kinds.by_kind(api_version, name)
    if found is None:
        raise ManifestError(f"{source}: {name} of {api_version} is not served by this cluster")
    return found
