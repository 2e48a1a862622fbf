"""Rehearsals wired to worlds: big enough nodes for the manifests, drills over the cores of the machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quorate.assemble.world import Shape, World, world
from quorate.contract.plan import Obj
from quorate.edge.manifests import Manifest
from quorate.edge.parallel import ParallelMap
from quorate.objects import quantity
from quorate.objects.claims import DEFAULT_CLASS
from quorate.rehearsal.assume import Assumed, assume
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.given import Given
from quorate.rehearsal.live import as_written
from quorate.rehearsal.rehearse import Report, rehearse

ZONES = 3
CPU, MEMORY = "4", "16Gi"
HOST = "kubernetes.io/hostname"
SPARE = 2
"""Nodes of a zone beyond one a member: a drill drains two, and then there should still be room."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the world in which manifests are staged. `nodes` None: as many as they need."""

    seed: int
    nodes: int | None
    zones: int
    assumed: Assumed

    def __call__(self, given: tuple[Given, ...]) -> World:
        asked = _largest(given)
        shape = Shape(
            nodes=self.nodes or self._needed(given), zones=self.zones, zone_names=self.assumed.zones,
            cpu=asked.pop("cpu"), memory=asked.pop("memory"),
        )  # fmt: skip
        made = world(self.seed, shape)
        self._dress(made, asked)
        return made

    def _needed(self, given: tuple[Given, ...]) -> int:
        """Every zone could take all members, a node each, with some to spare: where they go is for the manifest to say."""
        members = max((_replicas(g.obj) for g in given), default=1)
        kinds = max((len(values) for values in self.assumed.labels.values()), default=1)
        return max(len(self.assumed.hosts), (max(1, members) + SPARE) * self.zones * kinds)

    def _dress(self, made: World, more: dict[str, str]) -> None:
        """What the manifests take for granted of nodes and of the default storage class."""
        client = made.client()
        for node in list(made.reader.list("nodes")):
            name, number = node["metadata"]["name"], int(node["metadata"]["name"].rpartition("-")[2])
            labels = {key: values[number // self.zones % len(values)] for key, values in self.assumed.labels.items()}
            if number < len(self.assumed.hosts):
                labels[HOST] = self.assumed.hosts[number]
            if labels:
                client.patch("nodes", "", name, {"metadata": {"labels": labels}})
            if more:
                status = {"status": {"capacity": more, "allocatable": more}}
                client.patch("nodes", "", name, status, subresource="status")
        # Volumes of one zone are what most clouds make by default.
        for name, is_default in (("standard", "false"), ("topology-aware", "true")):
            meta = {"annotations": {DEFAULT_CLASS: is_default}}
            client.patch("storageclasses.storage.k8s.io", "", name, {"metadata": meta})


def _replicas(obj: Obj) -> int:
    replicas = (obj.get("spec") or {}).get("replicas", 1) if obj["kind"] == "StatefulSet" else 0
    return replicas if isinstance(replicas, int) else 0


def _largest(given: tuple[Given, ...]) -> dict[str, str]:
    """Amounts of a node that holds two of the largest pod, at least the usual node."""
    cpu, most = quantity.milli(CPU), {"memory": quantity.value(MEMORY)}
    for one in given:
        try:
            for name, amounts in _asked(one.obj["spec"]["template"]["spec"]).items():
                if name == "cpu":
                    cpu = max(cpu, 2 * sum(map(quantity.milli, amounts)))
                else:
                    most[name] = max(most.get(name, 0), 2 * sum(map(quantity.value, amounts)))
        except (KeyError, TypeError, AttributeError, ValueError):
            continue  # what is wrong with it, the server says better
    return {"cpu": quantity.from_milli(cpu), **{name: str(amount) for name, amount in most.items()}}


def _asked(pod_spec: Obj) -> dict[str, list[Any]]:
    """What the containers of a pod ask for, by resource."""
    out: dict[str, list[Any]] = {}
    for container in (*pod_spec["containers"], *(pod_spec.get("initContainers") or ())):
        resources = container.get("resources") or {}
        for name, amount in {**(resources.get("limits") or {}), **(resources.get("requests") or {})}.items():
            out.setdefault(name, []).append(amount)
    return out


def _to_nobody(text: str) -> None:
    """Progress that nobody wants to hear of."""


def rehearse_manifests(
    manifests: Sequence[Manifest], drills: Sequence[Drill], *, seed: int, quorum: int | None = None,
    nodes: int | None = None, zones: int = ZONES, traced: bool = False, prove: bool = True, jobs: int | None = None,
    tell: Callable[[str], None] = _to_nobody,
) -> Report:  # fmt: skip
    """Raises rehearsal.ports.Refusal when the manifests cannot be staged."""
    given, left_out = as_written([Given(m.source, m.obj) for m in manifests if not m.skipped])
    assumed = assume(given)
    maker = Maker(seed, nodes, max(zones, len(assumed.zones)), replace(assumed, given=()))
    with ParallelMap(jobs) as mapper:
        report = rehearse(
            maker, assumed.given, drills, seed=seed, quorum=quorum, mapper=mapper, traced=traced, prove=prove, tell=tell
        )
    skipped = [m.skipped for m in manifests if m.skipped]
    return replace(report, warnings=(*skipped, *left_out, *assumed.warnings, *report.warnings))
