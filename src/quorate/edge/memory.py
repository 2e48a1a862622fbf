"""Python's cycle collector, told what a world is like: many objects that live long, and hardly a cycle."""

import gc


def collect_seldom() -> None:
    """Look for cycles rarely: each full look walks the whole world, and so makes a pod dearer the more there are."""
    gc.set_threshold(50_000, 20, 100)
