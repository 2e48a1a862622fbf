"""The definitions of VolumeSnapshots, as external-snapshotter 8 installs them, and a class for the simulated driver."""

from quorate.contract.plan import Obj
from quorate.nodes.csi.driver import DRIVER
from quorate.nodes.csi.snapshotter.names import CLASSES, CONTENTS, DEFAULT_CLASS, GROUP, SNAPSHOTS

_TEXT: Obj = {"type": "string"}
_FLAG: Obj = {"type": "boolean"}
_TIME: Obj = {"type": "string", "format": "date-time"}
_INT64: Obj = {"type": "integer", "format": "int64"}
_POLICY: Obj = {"type": "string", "enum": ["Delete", "Retain"]}
_ERROR: Obj = {"type": "object", "properties": {"message": _TEXT, "time": _TIME}}
_REFERENCE = ("apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid")
_QUANTITY: Obj = {
    "type": "string", "x-kubernetes-int-or-string": True,
    "pattern": r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$",
}  # fmt: skip


def _rules(*rules: tuple[str, str]) -> Obj:
    """(rule, message) each."""
    return {"x-kubernetes-validations": [{"rule": rule, "message": message} for rule, message in rules]}


def _fixed(message: str) -> Obj:
    return {**_TEXT, **_rules(("self == oldSelf", message))}


def _stays(field: str) -> tuple[str, str]:
    return f"!has(oldSelf.{field}) || has(self.{field})", f"{field} is required once set"


def _one_of(one: str, other: str) -> tuple[str, str]:
    rule = f"(has(self.{one}) && !has(self.{other})) || (!has(self.{one}) && has(self.{other}))"
    return rule, f"exactly one of {one} and {other} must be set"


_CLASS: Obj = {**_TEXT, **_rules(("size(self) > 0", "volumeSnapshotClassName must not be the empty string when set"))}


def _snapshot() -> Obj:
    source = {
        "type": "object",
        "properties": {
            "persistentVolumeClaimName": _fixed("persistentVolumeClaimName is immutable"),
            "volumeSnapshotContentName": _fixed("volumeSnapshotContentName is immutable"),
        },
        **_rules(
            _stays("persistentVolumeClaimName"), _stays("volumeSnapshotContentName"),
            _one_of("volumeSnapshotContentName", "persistentVolumeClaimName"),
        ),
    }  # fmt: skip
    spec = {
        "type": "object", "required": ["source"], "properties": {"source": source, "volumeSnapshotClassName": _CLASS}
    }  # fmt: skip
    status = {
        "boundVolumeSnapshotContentName": _TEXT, "creationTime": _TIME, "error": _ERROR, "readyToUse": _FLAG,
        "restoreSize": _QUANTITY, "volumeGroupSnapshotName": _TEXT,
    }  # fmt: skip
    return {"spec": spec, "status": {"type": "object", "properties": status}}


def _content() -> Obj:
    source = {
        "type": "object",
        "properties": {
            "snapshotHandle": _fixed("snapshotHandle is immutable"), "volumeHandle": _fixed("volumeHandle is immutable")
        },
        **_rules(_stays("volumeHandle"), _stays("snapshotHandle"), _one_of("volumeHandle", "snapshotHandle")),
    }  # fmt: skip
    ref = {
        "type": "object", "x-kubernetes-map-type": "atomic", "properties": dict.fromkeys(_REFERENCE, _TEXT),
        **_rules((
            "has(self.name) && has(self.__namespace__)",
            "both spec.volumeSnapshotRef.name and spec.volumeSnapshotRef.namespace must be set",
        )),
    }  # fmt: skip
    spec = {
        "type": "object", "required": ["deletionPolicy", "driver", "source", "volumeSnapshotRef"],
        "properties": {
            "deletionPolicy": _POLICY, "driver": _TEXT, "source": source,
            "sourceVolumeMode": _fixed("sourceVolumeMode is immutable"),
            "volumeSnapshotClassName": _CLASS, "volumeSnapshotRef": ref,
        },
        **_rules(_stays("sourceVolumeMode")),
    }  # fmt: skip
    status = {
        "creationTime": _INT64, "error": _ERROR, "readyToUse": _FLAG, "restoreSize": {**_INT64, "minimum": 0},
        "snapshotHandle": _TEXT, "volumeGroupSnapshotHandle": _TEXT,
    }  # fmt: skip
    return {"spec": spec, "status": {"type": "object", "properties": status}}


_AGE = (".metadata.creationTimestamp", "Age", "date")
_SNAPSHOT_COLUMNS = (
    (".status.readyToUse", "ReadyToUse", "boolean"), (".spec.source.persistentVolumeClaimName", "SourcePVC", "string"),
    (".spec.source.volumeSnapshotContentName", "SourceSnapshotContent", "string"),
    (".status.restoreSize", "RestoreSize", "string"), (".spec.volumeSnapshotClassName", "SnapshotClass", "string"),
    (".status.boundVolumeSnapshotContentName", "SnapshotContent", "string"),
    (".status.creationTime", "CreationTime", "date"), _AGE,
)  # fmt: skip
_CONTENT_COLUMNS = (
    (".status.readyToUse", "ReadyToUse", "boolean"), (".status.restoreSize", "RestoreSize", "integer"),
    (".spec.deletionPolicy", "DeletionPolicy", "string"), (".spec.driver", "Driver", "string"),
    (".spec.volumeSnapshotClassName", "VolumeSnapshotClass", "string"),
    (".spec.volumeSnapshotRef.name", "VolumeSnapshot", "string"),
    (".spec.volumeSnapshotRef.namespace", "VolumeSnapshotNamespace", "string"), _AGE,
)  # fmt: skip
_CLASS_COLUMNS = ((".driver", "Driver", "string"), (".deletionPolicy", "DeletionPolicy", "string"), _AGE)


def definitions() -> list[Obj]:
    """The three CustomResourceDefinitions."""
    parameters = {"type": "object", "additionalProperties": _TEXT}
    of_class = {"deletionPolicy": _POLICY, "driver": _TEXT, "parameters": parameters}
    snapshot, content = (
        ("VolumeSnapshot", ["vs"], _SNAPSHOT_COLUMNS),
        ("VolumeSnapshotContent", ["vsc", "vscs"], _CONTENT_COLUMNS),
    )
    return [
        _definition(CLASSES, False, ("VolumeSnapshotClass", ["vsclass", "vsclasses"], _CLASS_COLUMNS), of_class,
                    ["deletionPolicy", "driver"], False),
        _definition(CONTENTS, False, content, _content(), ["spec"], True),
        _definition(SNAPSHOTS, True, snapshot, _snapshot(), ["spec"], True),
    ]  # fmt: skip


def _definition(
    resource: str, namespaced: bool, named: tuple[str, list[str], tuple[tuple[str, str, str], ...]], properties: Obj,
    required: list[str], status: bool,
) -> Obj:  # fmt: skip
    kind, short, columns = named
    plural = resource.partition(".")[0]
    schema = {
        "type": "object", "required": required,
        "properties": {"apiVersion": _TEXT, "kind": _TEXT, "metadata": {"type": "object"}, **properties},
    }  # fmt: skip
    version = {
        "name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema},
        "additionalPrinterColumns": [{"jsonPath": path, "name": name, "type": type} for path, name, type in columns],
        "subresources": {"status": {}} if status else {},
    }  # fmt: skip
    names = {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower(), "shortNames": short}
    approved = {"api-approved.kubernetes.io": "https://github.com/kubernetes-csi/external-snapshotter/pull/814"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": resource, "annotations": approved},
        "spec": {
            "group": GROUP, "names": names, "scope": "Namespaced" if namespaced else "Cluster", "versions": [version]
        },
    }  # fmt: skip


def snapshot_class() -> Obj:
    """The default one of `csi.sim.quorate.dev`."""
    return {
        "apiVersion": f"{GROUP}/v1", "kind": "VolumeSnapshotClass",
        "metadata": {"name": "standard", "annotations": {DEFAULT_CLASS: "true"}},
        "driver": DRIVER, "deletionPolicy": "Delete",
    }  # fmt: skip
