"""A world as a snapshot, and a snapshot as a world that goes on."""

from dataclasses import replace

from quorate.apiserver.store.store import Store
from quorate.assemble.shape import Shape
from quorate.assemble.world import World, world
from quorate.edge.snapshot import Snapshot


def freeze(made: World) -> Snapshot:
    """The world as it is at this moment: its objects are never changed, so it stays as it was."""
    store = made.store
    objects = tuple((r, store.json(r, obj)) for r in store.objects.resources() for obj in store.objects.list(r))
    return Snapshot(store.revision, made.now, made.seed, objects)


def revive(kept: Snapshot, shape: Shape) -> World:
    """A world that goes on where the snapshot was taken, at its time, with its nodes; of `shape` the rest counts.

    The same snapshot goes on the same way each time; what is drawn by chance (uids) is none of what was drawn before.
    """
    store = Store(shape.keep)
    store.restore(kept.versions(), kept.revision, kept.revision)
    return world(kept.seed + (1 << 32), replace(shape, start=kept.now), store, furnished=True)
