"""Claims that are not bound: which class they ask for, and what was said about them."""

from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Weigh
from quorate.diagnosis.told import Told, instant
from quorate.kernel.clock import Instant
from quorate.objects.claims import class_name, has_class, waits_for_consumer

Obj = dict[str, Any]

CLASSES = "storageclasses.storage.k8s.io"


@dataclass(frozen=True, slots=True)
class Pending:
    """A claim that waits. `storage_class` is None when its class does not exist, was not read, or it names none."""

    claim: Obj
    class_name: str
    storage_class: Obj | None
    events: list[Told]
    since: Instant | None

    @property
    def name(self) -> str:
        return str(self.claim["metadata"]["name"])

    @property
    def label(self) -> str:
        return f"PersistentVolumeClaim/{self.name}"

    @property
    def volume_name(self) -> str:
        """The volume that the claim itself names: it takes no other, and nobody makes one for it."""
        return str(self.claim["spec"].get("volumeName") or "")

    def told(self, *reasons: str) -> Told | None:
        """The newest event with one of these reasons."""
        return next((t for t in reversed(self.events) if t.reason in reasons), None)

    @property
    def delayed(self) -> bool:
        """Its class waits for a pod to be scheduled before it binds anything: until then, waiting is normal."""
        return waits_for_consumer(self.storage_class) or self.told("WaitForFirstConsumer") is not None


def pending(case: Case) -> list[Pending]:
    """Those that some pod needs (or that is asked about itself), by name."""
    out = []
    for claim in case.pending_claims:
        name = class_name(claim)
        found = case.evidence.get(CLASSES, "", name) if name else None
        since = instant(claim["metadata"].get("creationTimestamp"))
        out.append(Pending(claim, name, found, case.events_of(claim), since))
    return out


OFTEN = 4


def begun_often(one: Pending) -> Told | None:
    """The event of a provisioner that begins over and over and never ends: a try that works is begun once."""
    begun = one.told("Provisioning")
    return begun if begun is not None and begun.count >= OFTEN else None


def names_class(claim: Obj) -> bool:
    return has_class(claim) and bool(class_name(claim))


def waits_for_node(case: Case, one: Pending) -> bool:
    """A claim of a WaitForFirstConsumer class whose pods have not been given a node yet: it is not what is wrong."""
    if not one.delayed or one.volume_name:
        return False
    return not (one.claim["metadata"].get("annotations") or {}).get("volume.kubernetes.io/selected-node")


def weigh(one: Pending, weight: float, text: str) -> Weigh:
    return Weigh().says(weight, text, f"{one.label} status.phase", one.since)


def objects(case: Case, found: list[Pending]) -> list[str]:
    users = [p.label for f in found for p in case.users_of(f.claim)]
    return [*(f.label for f in found), *users]


def list_names(found: list[Pending], most: int = 3) -> str:
    shown = ", ".join(f.name for f in found[:most])
    return shown + (f" and {len(found) - most} more" if len(found) > most else "")
