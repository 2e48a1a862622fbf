"""What a fix is: steps in order, as data. `fixing/carry.py` carries them out as ordinary requests.

    Fix(remedy, says, steps, risks)
    Do = Change | Remove | Evict | Make | Await

There is no step that deletes without a grace period, strips a finalizer, or removes a claim unasked: see `never.py`.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from quorate.kernel.clock import MINUTE, Duration

Obj = dict[str, Any]


class CannotFix(Exception):
    """Why this remedy cannot, or may not, be carried out here; one line. Nothing has been changed."""


class NeedsValue(CannotFix):
    """It can, once somebody says how much: the message names what to give with --set."""


@dataclass(frozen=True, slots=True)
class Ref:
    """`resource` is kubectl's group-resource word; `namespace` is "" for cluster-scoped objects."""

    kind: str
    resource: str
    namespace: str
    name: str

    @property
    def label(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Change:
    """A patch. Its resourceVersion precondition is added by who sends it, from the object that was looked at."""

    ref: Ref
    body: Any
    type: Literal["merge", "json"] = "merge"


@dataclass(frozen=True, slots=True)
class Remove:
    """A deletion with the object's own grace period; `orphan` leaves what it owns as it is."""

    ref: Ref
    orphan: bool = False


@dataclass(frozen=True, slots=True)
class Evict:
    """A deletion that asks the pod's disruption budgets first."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Make:
    """`again`: what an earlier step of the same fix has removed."""

    ref: Ref
    obj: Obj = field(hash=False)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Await:
    """Wait until `ref` is so: "observed" (its controller has processed its newest spec), "gone" (it, by uid, is no more),
    "replaced" (another of its name is ready)."""

    ref: Ref
    until: Literal["observed", "gone", "replaced"]
    uid: str = ""
    within: Duration = 5 * MINUTE


Do = Change | Remove | Evict | Make | Await


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    seen       the object as it was diagnosed: what stands there when it is done must be this one, and not changed since
    unready    only while the pod is not ready
    spare      only while its budgets and its quorum can spare the pod
    patient    wait for the budget or quorum, in place of giving up
    """

    says: str
    do: Do
    seen: Obj | None = field(default=None, hash=False)
    unready: bool = False
    spare: bool = False
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """`shows` are facts to know before agreeing; `needs_yes`: agreeing at a prompt is not enough, --yes has to be given."""

    remedy: str
    says: str
    steps: tuple[Step, ...]
    risks: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    needs_yes: bool = False


def ref_of(obj: Obj, resource: str) -> Ref:
    meta = obj["metadata"]
    return Ref(obj["kind"], resource, meta.get("namespace", ""), meta["name"])
