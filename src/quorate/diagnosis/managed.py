"""Who wrote what, and when: managedFields, the only history that every object carries with it."""

from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.told import instant
from quorate.kernel.clock import Instant

Obj = dict[str, Any]

CONTROLLERS = frozenset({"kube-controller-manager", "kube-scheduler", "kubelet", "kube-apiserver"})
"""The cluster's own hands."""


@dataclass(frozen=True, slots=True)
class Written:
    """One manager's hold on fields. `fields` are dotted paths below spec, e.g. "template.spec.containers[app].image"."""

    manager: str
    operation: str
    at: Instant | None
    fields: tuple[str, ...]
    subresource: str = ""

    @property
    def what(self) -> str:
        """The parts of the spec that it holds, the template first: "template, replicas"."""
        parts = dict.fromkeys(f.split(".")[0].split("[")[0] for f in self.fields)
        order = sorted(
            parts, key=lambda p: (p not in ("template", "replicas", "updateStrategy", "strategy", "paused"), p)
        )
        return ", ".join(order[:3]) + (" ..." if len(order) > 3 else "")


def writes(obj: Obj) -> list[Written]:
    """All of them, latest first."""
    out = []
    for entry in obj["metadata"].get("managedFields") or ():
        fields = tuple(sorted(_paths(entry.get("fieldsV1") or {})))
        out.append(
            Written(
                str(entry.get("manager") or ""), str(entry.get("operation") or ""), instant(entry.get("time")), fields,
                str(entry.get("subresource") or ""),
            )
        )  # fmt: skip
    return sorted(out, key=lambda w: w.at or 0, reverse=True)


def spec_writes(obj: Obj) -> list[Written]:
    """Those that hold fields of the spec, latest first; their fields are below spec."""
    out = []
    for one in writes(obj):
        held = tuple(f.removeprefix("spec.") for f in one.fields if f == "spec" or f.startswith("spec."))
        if held and one.subresource != "status":
            out.append(Written(one.manager, one.operation, one.at, held, one.subresource))
    return out


def _paths(fields: Obj, at: str = "") -> list[str]:
    out = []
    for key, below in fields.items():
        if key == ".":
            continue
        if key.startswith("f:"):
            path = f"{at}.{key[2:]}" if at else key[2:]
        else:
            path = f"{at}[{_item(key)}]"
        deeper = _paths(below, path) if isinstance(below, dict) else []
        out += deeper or [path]
    return out


def _item(key: str) -> str:
    """k:{"name":"main"} -> main."""
    text = key[2:]
    if key.startswith("k:"):
        return ",".join(part.partition(":")[2].strip('"{} ') for part in text.strip("{}").split(",") if ":" in part)
    return text.strip('"')
