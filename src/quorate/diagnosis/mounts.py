"""Pods that wait for their volumes on a node, and what attaching and mounting them said."""

import re
from dataclasses import dataclass

from quorate.diagnosis.case import Case
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import Told

MULTI = re.compile(
    r"Multi-Attach error|already (?:exclusively )?attached to (?:one|another) node|already used by pod", re.I
)
DENIED = re.compile(r"permission denied|operation not permitted|access denied|EACCES|applyFSGroup failed", re.I)
OBJECTS = re.compile(r"(configmap|secret)s? \"|references non-existent", re.I)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pod that its node has not started, and the events about its volumes, newest last."""

    pod: PodState
    attach: list[Told]
    mount: list[Told]

    @property
    def newest(self) -> Told | None:
        return max([*self.attach, *self.mount], key=lambda t: t.last, default=None)


def waiting(case: Case) -> list[Waiting]:
    out = []
    for pod in case.at("creating", "init"):
        attach = case.events_of(pod.pod, "FailedAttachVolume")
        mount = case.events_of(pod.pod, "FailedMount", "FailedMapVolume")
        done = case.events_of(pod.pod, "SuccessfulAttachVolume", "Pulling", "Pulled")
        last = max((t.last for t in done), default=0)
        # What failed before it worked is history.
        attach = [t for t in attach if t.last >= last]
        mount = [t for t in mount if t.last >= last]
        if attach or mount:
            out.append(Waiting(pod, attach, mount))
    return out
