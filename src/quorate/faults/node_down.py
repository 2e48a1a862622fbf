"""A node loses its power: its kubelet is silent, nothing on it runs or stops.

After --node-monitor-grace-period the node counts as lost; a StatefulSet's pods on it are not replaced, since nobody can
know that they have stopped. With a zone, all of its nodes go; with neither, one that chance picks.
"""

from quorate.faults.switchboard.fault import CannotInject, subject, unknown
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import annotate, annotations_of, nodes_named
from quorate.kernel.chance import Chance

PARAMETERS = (
    subject("node", "its name", ""),
    subject("zone", "all nodes of this zone instead", ""),
)
EXAMPLES = (
    "quorate fault inject node-down node-0",
    "quorate fault inject node-down --zone zone-a --for 10m",
)
DOWN = "sim.quorate.dev/down"
ZONE = "topology.kubernetes.io/zone"


def inject(world: World, chance: Chance, *, node: str, zone: str) -> tuple[str, ...]:
    """The names of the nodes that went down."""
    if node and zone:
        raise CannotInject("node-down takes a node or a zone, not both")
    nodes = nodes_named(world, node)
    if zone:
        zones = {(n["metadata"].get("labels") or {}).get(ZONE, "") for n in nodes}
        if zone not in zones:
            raise CannotInject(unknown("zone", zone, zones - {""}))
        nodes = [n for n in nodes if (n["metadata"].get("labels") or {}).get(ZONE) == zone]
    up = [n for n in nodes if annotations_of(n).get(DOWN) != "true"]
    if not up:
        raise CannotInject(f"{node or zone or 'every node'} is down already")
    if not node and not zone:
        up = [chance.stream("faults").choice(up)]
    for one in up:
        annotate(world, "nodes", one, {DOWN: "true"})
    return tuple(n["metadata"]["name"] for n in up)


def undo(world: World, before: tuple[str, ...]) -> None:
    for name in before:
        node = world.reader.get("nodes", "", name)
        if node is not None:
            annotate(world, "nodes", node, {DOWN: None})
