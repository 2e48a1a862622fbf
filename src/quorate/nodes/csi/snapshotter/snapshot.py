"""What the snapshot controller sees of a VolumeSnapshot, or of a VolumeSnapshotContent, and what wakes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.nodes.csi.snapshotter.names import (
    CLASSES,
    CONTENTS,
    OF_CLAIM,
    RESTORING,
    SNAPSHOTS,
    bound_content,
    content_ref,
    dynamic_content,
    is_default,
    source_claim,
    source_content,
)

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


@dataclass(frozen=True, slots=True)
class Tries:
    """How often in a row a look at this object (`uid`) came to an error."""

    uid: str
    failures: int


@dataclass(frozen=True, slots=True)
class Seen:
    """claim, volume   that the snapshot is of, as far as they are there
    content            made for it, or named by it
    bound              the content that its status names
    chosen             its class; None when there is none of that name, or it names none
    defaults           classes marked as default
    siblings           all snapshots of the claim
    restoring          claims that are being made from it
    """

    snapshot: Obj
    claim: Obj | None
    volume: Obj | None
    content: Obj | None
    bound: Obj | None
    chosen: Obj | None
    defaults: Sequence[Obj]
    siblings: Sequence[Obj]
    restoring: Sequence[Obj]
    tries: Tries


@dataclass(frozen=True, slots=True)
class SeenContent:
    """`snapshot` is the one of the name that it is for, whatever its uid."""

    content: Obj
    snapshot: Obj | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | SeenContent | None:
    namespace, name = key
    if not namespace:
        content = reader.get(CONTENTS, "", name)
        if content is None:
            return None
        ref = content_ref(content)
        return SeenContent(content, reader.get(SNAPSHOTS, ref.get("namespace") or "", ref.get("name") or ""))
    found = reader.get(SNAPSHOTS, namespace, name)
    if found is None:
        return None
    uid, of = found["metadata"]["uid"], source_claim(found)
    claim = reader.get(CLAIMS, namespace, of) if of else None
    volume = reader.get(VOLUMES, "", claim["spec"].get("volumeName") or "") if claim is not None else None
    restoring = [c for c in reader.indexed(CLAIMS, RESTORING, f"{namespace}/{name}") if _is_pending(c)]
    class_name = found["spec"].get("volumeSnapshotClassName")
    return Seen(
        found, claim, volume, reader.get(CONTENTS, "", source_content(found) or dynamic_content(found)),
        reader.get(CONTENTS, "", bound_content(found)), reader.get(CLASSES, "", class_name) if class_name else None,
        [] if class_name else [c for c in reader.list(CLASSES) if is_default(c)],
        reader.indexed(SNAPSHOTS, OF_CLAIM, f"{namespace}/{of}") if of else (), restoring,
        memory if isinstance(memory, Tries) and memory.uid == uid else Tries(uid, 0),
    )  # fmt: skip


def _is_pending(claim: Obj) -> bool:
    return (claim.get("status") or {}).get("phase") == "Pending"


def content_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Itself, and the snapshot that it is for."""
    some = new if new is not None else old
    assert some is not None
    keys: list[Key] = [("", some["metadata"]["name"])] if new is not None else []
    ref = content_ref(some)
    if ref.get("namespace") and ref.get("name"):
        keys.append((ref["namespace"], ref["name"]))
    return keys


def snapshot_gone(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The content of a snapshot that goes."""
    some = new if new is not None else old
    assert some is not None
    name = bound_content(some)
    return (("", name),) if name and (new is None or new["metadata"].get("deletionTimestamp")) else ()


WATCHES = (Watch(SNAPSHOTS, own_key), Watch(SNAPSHOTS, snapshot_gone), Watch(CONTENTS, content_changed))
"""Nothing else wakes it: claims, volumes and classes are looked at again only when it tries again."""
