"""Makes the claims of generic ephemeral volumes, owned by their pod (Kubernetes: pkg/controller/volume/ephemeral)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Create, Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.objects.owners import controller_reference
from quorate.objects.pod import is_terminating


@dataclass(frozen=True, slots=True)
class Seen:
    """A pod, and those of its ephemeral volumes that have no claim yet."""

    pod: Obj
    missing: tuple[Obj, ...]


def _ephemeral(pod: Obj) -> list[Obj]:
    return [volume for volume in pod["spec"].get("volumes") or () if "ephemeral" in volume]


def claim_name(pod: Obj, volume: Obj) -> str:
    return f"{pod['metadata']['name']}-{volume['name']}"


def pod_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or old is not None or not _ephemeral(new):
        return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


def claim_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A claim that has gone is made again for the pod that wants it."""
    if new is not None or old is None:
        return ()
    namespace, name = old["metadata"]["namespace"], old["metadata"]["name"]
    using = reader.indexed("pods", "claim", f"{namespace}/{name}")
    return [(namespace, pod["metadata"]["name"]) for pod in using if _ephemeral(pod)]


def snapshot(reader: Reader, key: Key, _: Any) -> Seen | None:
    pod = reader.get("pods", *key)
    if pod is None or is_terminating(pod):
        return None
    missing = [v for v in _ephemeral(pod) if reader.get("persistentvolumeclaims", key[0], claim_name(pod, v)) is None]
    return Seen(pod, tuple(missing)) if missing else None


def decide(seen: Seen, _: Instant) -> Plan:
    made = []
    for volume in seen.missing:
        template = volume["ephemeral"].get("volumeClaimTemplate") or {}
        given = template.get("metadata") or {}
        meta: Obj = {field: given[field] for field in ("labels", "annotations") if given.get(field)}
        meta |= {
            "name": claim_name(seen.pod, volume), "namespace": seen.pod["metadata"]["namespace"],
            "ownerReferences": [controller_reference(seen.pod)],
        }  # fmt: skip
        claim = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": meta,
            "spec": template.get("spec") or {},
        }
        made.append(Create("persistentvolumeclaims", claim))
    return Plan(tuple(made))


CONTROLLER = Controller(
    name="ephemeral-volume-controller",
    watches=(Watch("pods", pod_changed), Watch("persistentvolumeclaims", claim_changed)),
    snapshot=snapshot,
    decide=decide,
)
