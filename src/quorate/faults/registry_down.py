"""An image registry cannot be reached: new pulls fail with ErrImagePull and back off.

Containers whose image their node has already start as ever, unless their imagePullPolicy is Always. When the registry is
back, waiting pods sit out their back-off first, at most five minutes, as kubelets do.
"""

from quorate.faults.switchboard.fault import CannotInject, subject
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import annotate, annotations_of, nodes_named
from quorate.kernel.chance import Chance

PARAMETERS = (
    subject("registry", "its host, e.g. docker.io or quay.io; every registry when absent", "*"),
    subject("node", "only for this node; for all that there are when absent", ""),
)
EXAMPLES = (
    "quorate fault inject registry-down docker.io --for 15m",
    "quorate fault inject registry-down --node node-1",
)
REGISTRY_DOWN = "sim.quorate.dev/registry-down"


def inject(world: World, chance: Chance, *, registry: str, node: str) -> tuple[tuple[str, str | None], ...]:
    """(node, what its annotation said before)"""
    nodes = nodes_named(world, node)
    if not nodes:
        raise CannotInject("there are no nodes")
    for one in nodes:
        if REGISTRY_DOWN in annotations_of(one):
            raise CannotInject(f"a registry is down for {one['metadata']['name']} already: clear that fault first")
    before = tuple((n["metadata"]["name"], annotations_of(n).get(REGISTRY_DOWN)) for n in nodes)
    for one in nodes:
        annotate(world, "nodes", one, {REGISTRY_DOWN: registry or "*"})
    return before


def undo(world: World, before: tuple[tuple[str, str | None], ...]) -> None:
    for name, said in before:
        node = world.reader.get("nodes", "", name)
        if node is not None:
            annotate(world, "nodes", node, {REGISTRY_DOWN: said})
