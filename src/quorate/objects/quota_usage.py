"""What the pods and claims of a namespace cost its quotas, kept up to date change by change.

Only namespaces that somebody has asked for are kept, so that a world without quotas pays a dictionary look-up per change.
"""

from collections.abc import Callable, Iterable
from typing import Any

from quorate.kernel.clock import Instant
from quorate.objects.pod import is_finished
from quorate.objects.pod_resources import Amounts
from quorate.objects.quantity import add, subtract
from quorate.objects.quota import Scope, given_up_at, in_scopes, usage

Obj = dict[str, Any]
Lister = Callable[[str, str], Iterable[Obj]]

SUMMED = ("pods", "persistentvolumeclaims")


class Sums:
    """The sums of one namespace, for one set of scopes."""

    def __init__(self, scopes: tuple[Scope, ...]) -> None:
        self.scopes = scopes
        self.amounts: Amounts = {}
        self.stopping: dict[str, tuple[Instant, Amounts]] = {}
        """Pods on their way out, by uid: from when on they cost nothing, and what they cost until then."""

    def change(self, resource: str, obj: Obj, by: Callable[[str, str], str]) -> None:
        if not in_scopes(resource, obj, self.scopes):
            return
        cost = usage(resource, obj)
        for name, amount in cost.items():
            self.amounts[name] = by(self.amounts.get(name, "0"), amount)
        if resource == "pods":
            uid, until = obj["metadata"]["uid"], given_up_at(obj)
            if by is subtract:
                self.stopping.pop(uid, None)
            elif until is not None:
                self.stopping[uid] = until, {n: a for n, a in cost.items() if n != "count/pods"}

    def at(self, now: Instant) -> Amounts:
        """What counts now. A pod that does not stop is not held against its owner for ever."""
        over = [cost for until, cost in self.stopping.values() if now > until]
        if not over:
            return self.amounts
        left = dict(self.amounts)
        for cost in over:
            for name, amount in cost.items():
                left[name] = subtract(left[name], amount)
        return left

    def next_change(self, now: Instant) -> Instant | None:
        """When the next pod that does not stop ceases to count."""
        return min((until + 1 for until, _ in self.stopping.values() if now <= until), default=None)


def _costs_the_same(old: Obj, new: Obj) -> bool:
    """Most changes are of a status, and leave alone what anything costs."""
    if old["spec"] is not new["spec"] or is_finished(old) != is_finished(new):
        return False
    granted = (o.get("status", {}).get("allocatedResources") for o in (old, new))
    return given_up_at(old) == given_up_at(new) and next(granted) == next(granted)


class Usage:
    """Shape: `View`. Read it through `sums`."""

    resources: tuple[str, ...] = SUMMED

    def __init__(self) -> None:
        self._of: dict[str, dict[tuple[Scope, ...], Sums]] = {}

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        kept = self._of.get((new if new is not None else old or {})["metadata"]["namespace"])
        if kept is None or (old is not None and new is not None and _costs_the_same(old, new)):
            return
        for sums in kept.values():
            if old is not None:
                sums.change(resource, old, subtract)
            if new is not None:
                sums.change(resource, new, add)

    def sums(self, namespace: str, scopes: tuple[Scope, ...], objects: Lister) -> Sums:
        """The sums of a namespace. The first time they are asked for, its objects are counted and from then on kept."""
        kept = self._of.setdefault(namespace, {})
        found = kept.get(scopes)
        if found is None:
            found = kept[scopes] = Sums(scopes)
            for resource in SUMMED:
                for obj in objects(resource, namespace):
                    found.change(resource, obj, add)
        return found


def counted(resource: str, names: Iterable[str], objects: Iterable[Obj]) -> Amounts:
    """The cost of all these objects, where only `names` matter: of what is not summed all the time."""
    total = dict.fromkeys(names, "0")
    for obj in objects:
        for name, amount in usage(resource, obj).items():
            if name in total:
                total[name] = add(total[name], amount)
    return total
