"""StorageClasses steered by annotation: how their provisioner behaves for the claims that ask for them."""

from quorate.faults.switchboard.fault import CannotInject
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import annotate, annotations_of, classes_named

CLASSES = "storageclasses.storage.k8s.io"
Before = tuple[tuple[str, str | None], ...]
"""(class, what its annotation said)"""


def steer(world: World, name: str, annotation: str, value: str) -> Before:
    """Raises CannotInject."""
    classes = classes_named(world, name)
    if not classes:
        raise CannotInject("there are no StorageClasses")
    before = tuple((c["metadata"]["name"], annotations_of(c).get(annotation)) for c in classes)
    for one in classes:
        annotate(world, CLASSES, one, {annotation: value})
    return before


def restore(world: World, annotation: str, before: Before) -> None:
    for name, said in before:
        found = world.reader.get(CLASSES, "", name)
        if found is not None:
            annotate(world, CLASSES, found, {annotation: said})
