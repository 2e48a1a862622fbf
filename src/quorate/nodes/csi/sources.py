"""What a new volume is to be filled with: a snapshot or another claim's volume (external-provisioner: getVolumeContentSource)."""

from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.nodes.csi.snapshotter.names import (
    CONTENTS,
    GROUP,
    KIND,
    MODE_CHANGE,
    SNAPSHOTS,
    SOURCE_FINALIZER,
    bound_content,
    data_source,
    finalizers,
    is_ready,
    refers_to,
    status_of,
)
from quorate.objects.claims import annotation, requested, volume_mode
from quorate.objects.quantity import value

CLAIMS = "persistentvolumeclaims"
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


@dataclass(frozen=True, slots=True)
class Source:
    """`wrong`: why the volume cannot be made yet ("" when it can); `foreign`: somebody else is to make it."""

    wrong: str = ""
    foreign: bool = False


FINE = Source()


def source_of(reader: Reader, claim: Obj, storage_class: Obj) -> Source:
    source = data_source(claim)
    if source is None:
        return FINE
    group, kind, name = source.get("apiGroup") or "", source["kind"], source["name"]
    if (group, kind) == (GROUP, KIND):
        wrong = _snapshot(reader, claim, storage_class, name)
    elif (group, kind) == ("", "PersistentVolumeClaim"):
        wrong = _claim(reader, claim, storage_class, name)
    else:
        return Source(foreign=True)
    return Source(f"error getting handle for DataSource Type {kind} by Name {name}: {wrong}") if wrong else FINE


def _snapshot(reader: Reader, claim: Obj, storage_class: Obj, name: str) -> str:
    found = reader.get(SNAPSHOTS, claim["metadata"]["namespace"], name)
    if found is None:
        return f'error getting snapshot {name} from api server: {SNAPSHOTS} "{name}" not found'
    if found["metadata"].get("deletionTimestamp") and SOURCE_FINALIZER not in finalizers(found):
        return f"snapshot {name} is being deleted"
    content = reader.get(CONTENTS, "", bound_content(found))
    if (
        content is None
        or not refers_to(content, found)
        or content["spec"].get("driver") != storage_class["provisioner"]
    ):
        return f"snapshot {name} not bound"
    if not is_ready(found):
        return f"snapshot {name} is not Ready"
    if status_of(content).get("snapshotHandle") is None:
        return f"snapshot handle {name} is not available"
    least = status_of(found).get("restoreSize")
    if least is not None and value(requested(claim)) < value(least):
        asked, has = value(requested(claim)), value(least)
        return f"requested volume size {asked} is less than the size {has} for the source snapshot {name}"
    return _mode(claim, content)


def _mode(claim: Obj, content: Obj) -> str:
    """Bytes of a file system are no block device, unless somebody says that they may be taken for one."""
    mode = content["spec"].get("sourceVolumeMode")
    if mode is None or mode == volume_mode(claim):
        return ""
    allowed, meta = annotation(content, MODE_CHANGE), claim["metadata"]
    named, note = content["metadata"]["name"], ""
    if allowed is None:
        note = f"{MODE_CHANGE} annotation is not present on snapshotcontent {named}"
    elif allowed in _FALSE:
        note = f"{MODE_CHANGE} is set to false on snapshotcontent {named}"
    elif allowed not in _TRUE:
        error = f'strconv.ParseBool: parsing "{allowed}": invalid syntax'
        note = f"failed to convert {MODE_CHANGE} annotation value to boolean with error: {error}"
    if not note:
        return ""
    volume = f"{meta['namespace']}/{meta['name']}"
    changes = "modifies the mode of the source volume but does not have permission to do so"
    return f"requested volume {volume} {changes}. {note}"


def _claim(reader: Reader, claim: Obj, storage_class: Obj, name: str) -> str:
    namespace = claim["metadata"]["namespace"]
    found = reader.get(CLAIMS, namespace, name)
    if found is None:
        missing = f'persistentvolumeclaim "{name}" not found'
        return f'error getting PVC {name} (namespace "{namespace}") from api server: {missing}'
    phase = status_of(found).get("phase") or ""
    if phase != "Bound":
        shown = f"{{{phase} [] map[] [] map[] map[] <nil> <nil>}}"
        return f"the PVC DataSource {name} must have a status of Bound.  Got {shown}"
    if found["metadata"].get("deletionTimestamp"):
        return f"the PVC DataSource {name} is currently being deleted"
    asked, has = value(requested(claim)), value(requested(found))
    if asked < has:
        rule = "new PVC request must be greater than or equal in size to the specified PVC data source"
        return f"error, {rule}, requested {asked} but source is {has}"
    volume = reader.get("persistentvolumes", "", found["spec"].get("volumeName") or "")
    ref = (volume or {}).get("spec", {}).get("claimRef") or {}
    if (
        volume is None
        or (volume["spec"].get("csi") or {}).get("driver") != storage_class["provisioner"]
        or ref.get("uid") != found["metadata"]["uid"]
        or status_of(volume).get("phase") != "Bound"
    ):
        return "claim in dataSource not bound or invalid"
    mode, wanted = volume["spec"].get("volumeMode") or "Filesystem", volume_mode(claim)
    if mode != wanted:
        rule = "the source PVC and destination PVCs must have the same volume mode for cloning"
        return f"{rule}.  Source is {mode}, but new PVC requested {wanted}"
    return ""
