"""Rehearsals wired to worlds: big enough nodes for the manifests, drills over the cores of the machine."""

from collections.abc import Sequence
from dataclasses import replace

from quorate.assemble.world import Shape, World, world
from quorate.contract.plan import Obj
from quorate.edge.manifests import Manifest
from quorate.edge.parallel import ParallelMap
from quorate.objects import quantity
from quorate.rehearsal.assume import assume
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.rehearse import Report, rehearse
from quorate.rehearsal.stage import Given

ZONES = 3
CPU, MEMORY = "4", "16Gi"


class Maker:
    """Makes the world in which these manifests are staged."""

    def __init__(
        self, seed: int, nodes: int | None, zones: int, zone_names: tuple[str, ...], labels: dict[str, str]
    ) -> None:
        self.seed, self.nodes, self.zones = seed, nodes, zones
        self.zone_names, self.labels = zone_names, tuple(sorted(labels.items()))

    def __call__(self, given: tuple[Given, ...]) -> World:
        cpu, memory = _largest(given)
        shape = Shape(
            nodes=self.nodes or nodes_for(given, self.zones), zones=self.zones, cpu=cpu, memory=memory,
            zone_names=self.zone_names, labels=self.labels,
        )  # fmt: skip
        return world(self.seed, shape)


def nodes_for(given: tuple[Given, ...], zones: int) -> int:
    """Every zone could take all members, a node each, with one to spare: where they go is for the manifest to say."""
    members = max((_replicas(g.obj) for g in given), default=0)
    return (max(1, members) + 1) * zones


def _replicas(obj: Obj) -> int:
    replicas = (obj.get("spec") or {}).get("replicas", 1) if obj["kind"] == "StatefulSet" else 0
    return replicas if isinstance(replicas, int) else 0


def _largest(given: tuple[Given, ...]) -> tuple[str, str]:
    """Node sizes that hold two of the largest pod, at least the usual ones."""
    cpu, memory = quantity.milli(CPU), quantity.value(MEMORY)
    for one in given:
        try:
            containers = one.obj["spec"]["template"]["spec"]["containers"]
            asked = [
                c.get("resources", {}).get("requests") or c.get("resources", {}).get("limits") or {} for c in containers
            ]
            cpu = max(cpu, 2 * sum(quantity.milli(a.get("cpu", 0)) for a in asked))
            memory = max(memory, 2 * sum(quantity.value(a.get("memory", 0)) for a in asked))
        except (KeyError, TypeError, AttributeError, ValueError):
            continue  # what is wrong with it, the server says better
    return quantity.from_milli(cpu), str(memory)


def rehearse_manifests(
    manifests: Sequence[Manifest], drills: Sequence[Drill], *, seed: int, quorum: int | None = None,
    nodes: int | None = None, zones: int = ZONES, traced: bool = False, prove: bool = True, jobs: int | None = None,
) -> Report:  # fmt: skip
    """Raises rehearsal.ports.Refusal when the manifests cannot be staged."""
    assumed = assume(tuple(Given(m.source, m.obj) for m in manifests))
    zones = max(zones, len(assumed.zones))
    maker = Maker(seed, nodes, zones, assumed.zones, assumed.labels)
    with ParallelMap(jobs) as mapper:
        report = rehearse(
            maker, assumed.given, drills, seed=seed, quorum=quorum, mapper=mapper, traced=traced, prove=prove
        )
    return replace(report, warnings=(*assumed.warnings, *report.warnings))
