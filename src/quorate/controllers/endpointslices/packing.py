"""How endpoints lie in slices, so that a change rewrites as few as can be (Kubernetes: reconcileByPortMapping)."""

from quorate.contract.plan import Obj

MOST = 100
"""--max-endpoints-per-slice"""

Slot = Obj | None
"""An existing slice, or None for one to be made."""


def identity(endpoint: Obj) -> tuple[str, tuple[str, ...]]:
    """What makes an endpoint the same one: its pod and its addresses."""
    return (endpoint.get("targetRef") or {}).get("uid", ""), tuple(endpoint.get("addresses") or ())


def packed(slices: list[Obj], wanted: list[Obj]) -> tuple[list[tuple[Slot, list[Obj]]], list[Obj]]:
    """(what to write: slice and its endpoints, slices to take away). Slices that are right already are in neither."""
    left = {identity(endpoint): endpoint for endpoint in wanted}
    kept: list[tuple[Obj, list[Obj], bool]] = []
    for one in slices:
        had = one.get("endpoints") or []
        now = [left.pop(identity(endpoint)) for endpoint in had if identity(endpoint) in left]
        kept.append((one, now, now != had))
    new = list(left.values())
    # Slices that are rewritten anyway take the new endpoints first, then the fullest ones that can hold all of them.
    for _, now, changed in kept:
        if changed and now and new:
            room = MOST - len(now)
            now.extend(new[:room])
            del new[:room]
    out: list[tuple[Slot, list[Obj]]] = [(one, now) for one, now, changed in kept if changed and now]
    emptied = [one for one, now, changed in kept if changed and not now]
    while len(new) >= MOST:
        out.append((None, new[:MOST]))
        del new[:MOST]
    if new:
        fitting = [(one, now) for one, now, changed in kept if not changed and now and len(now) + len(new) <= MOST]
        if fitting:
            one, now = max(fitting, key=lambda found: len(found[1]))
            out.append((one, [*now, *new]))
        else:
            out.append((None, new))
    emptied += [one for one, now, changed in kept if not changed and not now]
    return out, emptied
