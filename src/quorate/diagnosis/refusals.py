"""Creations that the API server refused: as events and conditions tell them, while they still matter."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from quorate.diagnosis.told import Told, instant
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition

if TYPE_CHECKING:
    from quorate.diagnosis.case import Case

Obj = dict[str, Any]

_POD_OF_SET = re.compile(r"(?i)^create Pod (\S+) in StatefulSet \S+ failed error: (.*)", re.S)
_CLAIM_OF_SET = re.compile(r"(?i)^create Claim (\S+) (?:for )?Pod \S+ in StatefulSet \S+ failed error: (.*)", re.S)
_PLAIN = re.compile(r"^Error creating: (.*)", re.S)
_REPLICA_SET = re.compile(r'^Failed to create new replica set "?([^":]+)"?: (.*)', re.S)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`what` could not be created; `message` are the API server's words. `last` is None for a condition."""

    what: Literal["pod", "claim", "replicaset", "revision"]
    name: str
    message: str
    where: str
    first: Instant | None
    last: Instant | None = None
    count: int = 1


def refusals_of(case: "Case") -> list[Refusal]:
    found = [*_conditions(case), *(r for t in case.events if (r := _event(t)) is not None)]
    out = [r for r in found if _matters(case, r)]
    return sorted(out, key=lambda r: (r.last is not None, r.last or 0), reverse=True)


def _event(told: Told) -> Refusal | None:
    if told.reason == "ReplicaSetCreateError":
        match = _REPLICA_SET.match(told.message)
        name, message = (match[1], match[2]) if match else ("", told.message)
        return Refusal("replicaset", name, message, f"event on {told.about}", told.first, told.last, told.count)
    if told.reason != "FailedCreate":
        return None
    text = told.message.removeprefix("(combined from similar events): ")
    what: Literal["pod", "claim"] = "pod"
    name, message = "", text
    if match := _POD_OF_SET.match(text):
        name, message = match[1], match[2]
    elif match := _CLAIM_OF_SET.match(text):
        what, name, message = "claim", match[1], match[2]
    elif match := _PLAIN.match(text):
        message = match[1]
    return Refusal(what, name, message, f"event on {told.about}", told.first, told.last, told.count)


def _conditions(case: "Case") -> list[Refusal]:
    out = []
    holders = [case.obj, *(r.obj for r in case.revisions)] if case.kind == "Deployment" else [case.obj]
    for obj in holders:
        failure = condition(obj, "ReplicaFailure")
        if failure is not None and failure.get("status") == "True" and failure.get("reason") == "FailedCreate":
            where = (
                f"{obj['kind'] if obj.get('kind') else 'ReplicaSet'}/{obj['metadata']['name']} condition ReplicaFailure"
            )
            out.append(
                Refusal("pod", "", failure.get("message") or "", where, instant(failure.get("lastTransitionTime")))
            )
    progressing = condition(case.obj, "Progressing")
    if progressing is not None and progressing.get("reason") == "ReplicaSetCreateError":
        match = _REPLICA_SET.match(progressing.get("message") or "")
        name, message = (match[1], match[2]) if match else ("", progressing.get("message") or "")
        where = f"{case.label} condition Progressing"
        out.append(Refusal("replicaset", name, message, where, instant(progressing.get("lastTransitionTime"))))
    return out


def _matters(case: "Case", refusal: Refusal) -> bool:
    """A refusal whose object exists by now is history."""
    if refusal.what == "replicaset":
        return case.unobserved or not case.revisions
    if refusal.what == "claim":
        return case.evidence.get("persistentvolumeclaims", case.namespace, refusal.name) is None
    if case.kind == "StatefulSet" and refusal.name:
        return refusal.name in case.missing or (not case.pods_read and case.short > 0)
    return case.short > 0 or (case.kind == "Job" and not case.pods)
