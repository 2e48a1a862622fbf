"""The volumes behind the claims: where they can be used, what attaching and mounting said."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.mounts import waiting
from quorate.diagnosis.placement import pinned_to
from quorate.diagnosis.shown import Shown, Signal

ID = "volumes"


def look(case: Case) -> Shown:
    read = (
        "persistentvolumes and volumeattachments of its claims",
        "FailedAttachVolume and FailedMount events of its pods",
    )
    lines, signals = [], []
    for claim in case.claims:
        volume = case.evidence.get("persistentvolumes", "", claim["spec"].get("volumeName") or "")
        if volume is not None:
            where = pinned_to(volume)
            policy = volume["spec"].get("persistentVolumeReclaimPolicy")
            modes = "/".join(volume["spec"].get("accessModes") or ())
            lines.append(f"{claim['metadata']['name']}: {modes}, {policy}" + (f", pinned to {where}" if where else ""))
    for one in waiting(case):
        newest = one.newest
        if newest is not None:
            lines.append(f"{one.pod.name}: {newest.reason}: {newest.message}")
            signals.append(Signal(newest.first, f"{newest.reason} on {one.pod.name}", newest.last))
    known = case.evidence.knows("persistentvolumes")
    return Shown(
        read,
        tuple(lines[:8]) or ("no claim of it has a volume, and nothing was told of attaching or mounting",),
        tuple(signals),
        known or bool(signals),
        "" if known else "the volumes were not read",
    )
