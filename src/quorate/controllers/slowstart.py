"""Slow start: pods are made in batches that double as long as all goes well (Kubernetes: slowStartBatch).

Where all would be refused for the same reason, such as a quota, few are tried; each one that is has an event of its own.
"""

from collections.abc import Sequence

TERMINATING = frozenset({"NamespaceTerminating"})
"""The cause of refusals that are no failure: whatever is made in a namespace that goes is refused."""


def batches(members: Sequence[int], most: int = 1 << 62) -> tuple[tuple[int, ...], ...]:
    """Batches of 1, 2, 4, ... up to `most` members, as `Plan.batches` has them; `members` are how many actions each takes."""
    out, at, size = [], 0, 1
    while at < len(members):
        out.append(tuple(members[at : at + size]))
        at, size = at + size, min(2 * size, most)
    return tuple(out)


def singles(count: int) -> tuple[tuple[int, ...], ...]:
    """The batches of so many actions, each for itself."""
    return batches((1,) * count)
