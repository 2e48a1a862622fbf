"""What a user's manifests take for granted of their cluster, and a rehearsal's cluster lacks: made up, and said.

Zones and node labels that are asked for, storage classes with drivers that are not here, config maps, secrets, service
accounts and priority classes that are only referred to.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from quorate.contract.plan import Obj
from quorate.rehearsal.given import Given
from quorate.rehearsal.referred import DRIVER, referred, space_of, with_keys_of

ZONE = "topology.kubernetes.io/zone"
OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
UNSAID = frozenset({"topology.kubernetes.io/region", "kubernetes.io/os", "kubernetes.io/arch"})
"""Node labels that are given to the nodes without a word: that they fit is no risk."""
T = TypeVar("T")


@dataclass(slots=True)
class Assumed:
    """What the world must be for these manifests.

    given      the manifests with what was added
    zones      names of zones that they know
    hosts      host names that they know
    labels     label -> values that they ask of nodes; every zone is to have nodes with each
    """

    given: tuple[Given, ...]
    zones: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def assume(given: tuple[Given, ...]) -> Assumed:
    """Never raises for odd manifests: what is wrong with them the API server says."""
    out = Assumed(given)
    zones: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for one in given:
        for key, values in tolerant(_asked_of_nodes(one.obj)):
            if key in (ZONE, OLD_ZONE):
                zones.update(dict.fromkeys(values))
            elif key == HOST:
                hosts.update(dict.fromkeys(values))
            elif values:
                _label(out, one.source, key, values)
    out.zones, out.hosts = tuple(zones), tuple(hosts)
    out.given = tuple(_storage_class(one, out.warnings) for one in given)
    _add_missing(out)
    return out


def _label(out: Assumed, source: str, key: str, values: list[str]) -> None:
    had = out.labels.get(key, ())
    if any(v in had for v in values):
        return
    out.labels[key] = (*had, values[0])
    if key not in UNSAID:
        out.warnings.append(f"{source}: nodes are taken to have the label {key}={values[0]}")


def _asked_of_nodes(obj: Obj) -> Iterator[tuple[str, list[str]]]:
    """(label, values) that pods or volumes ask of their nodes."""
    spec = _pod_spec(obj)
    terms: list[Any] = []
    if spec is not None:
        for key, value in (spec.get("nodeSelector") or {}).items():
            yield key, [str(value)]
        required = _at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
        terms += _list(_at(required, "nodeSelectorTerms"))
    if obj.get("kind") == "PersistentVolume":
        terms += _list(_at(obj, "spec", "nodeAffinity", "required", "nodeSelectorTerms"))
    for wanted in (e for term in terms for e in _list(_at(term, "matchExpressions"))):
        if _at(wanted, "operator") == "In":
            yield wanted.get("key", ""), [str(v) for v in _list(wanted.get("values"))]
        elif _at(wanted, "operator") == "Exists":
            yield wanted.get("key", ""), ["true"]
    if obj.get("kind") == "StorageClass":
        for wanted in (e for t in _list(obj.get("allowedTopologies")) for e in _list(_at(t, "matchLabelExpressions"))):
            if str(_at(wanted, "key")).endswith("/zone"):
                yield ZONE, [str(v) for v in _list(wanted.get("values"))]


def _pod_spec(obj: Obj) -> Obj | None:
    found = obj.get("spec") if obj.get("kind") == "Pod" else _at(obj, "spec", "template", "spec")
    return found if isinstance(found, dict) else None


def _at(obj: Any, *path: str) -> Any:
    for part in path:
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _storage_class(one: Given, warnings: list[str]) -> Given:
    """The class served by the driver that is here; its topology keys spelt as the nodes spell them."""
    obj = one.obj
    if obj.get("kind") != "StorageClass" or obj.get("provisioner") == DRIVER:
        return one
    warnings.append(
        f"{one.source}: StorageClass {_at(obj, 'metadata', 'name')} is served by a simulated driver, not {obj.get('provisioner')}"
    )
    made = {**obj, "provisioner": DRIVER}
    topologies = [
        {"matchLabelExpressions": [
            {**e, "key": ZONE} if str(_at(e, "key")).endswith("/zone") else e for e in _list(_at(t, "matchLabelExpressions"))
        ]}
        for t in _list(obj.get("allowedTopologies"))
    ]  # fmt: skip
    if topologies:
        made["allowedTopologies"] = topologies
    return Given(one.source, made)


def _add_missing(out: Assumed) -> None:
    """What is referred to by name, before those who need it; of several who do, the first is named."""
    have = {(str(g.obj.get("kind")), _at(g.obj, "metadata", "name"), space_of(g.obj)) for g in out.given}
    added: dict[tuple[str, str, str], Given] = {}
    for one in out.given:
        for made, why in tolerant(referred(one.obj)):
            key = (made["kind"], made["metadata"]["name"], space_of(made))
            if key in have:
                continue
            if key in added:
                added[key] = Given(added[key].source, with_keys_of(added[key].obj, made))
                continue
            out.warnings.append(f"{one.source}: {made['kind']} {key[1]} is not in these manifests: {why}")
            added[key] = Given(f"assumed for {one.source}", made)
    out.given = (*added.values(), *out.given)


def tolerant(found: Iterator[T]) -> Iterator[T]:
    """What it yields until it stumbles over a manifest in which something is not of its type."""
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        yield from found
