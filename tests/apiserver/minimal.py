"""The least that each served kind takes (minimal.yaml): one object per kind and version."""

from pathlib import Path
from typing import Any

import yaml

from quorate.objects.kinds import Kind, all_kinds, by_kind


def _read() -> dict[Kind, dict[str, Any]]:
    found = {}
    for body in yaml.safe_load_all(Path(__file__).with_suffix(".yaml").read_text()):
        kind = by_kind(body["apiVersion"], body["kind"])
        assert kind is not None, body
        body["metadata"] = {"name": body.pop("name", "x"), "labels": {"l": "v"}}
        if kind.namespaced:
            body["metadata"]["namespace"] = "default"
        found[kind] = body
    return found


MINIMAL = _read()
"""Kind to object. Every kind of which objects are stored and that can be made stands here."""
KINDS = [kind for kind in all_kinds() if kind.stored and "create" in kind.verbs]


def path_of(kind: Kind, name: str = "") -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    space = "/namespaces/default" if kind.namespaced else ""
    return f"{root}{space}/{kind.plural}" + (f"/{name}" if name else "")
