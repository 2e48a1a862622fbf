"""Claims, volumes, classes and drivers: what they are given and what is refused, in real Kubernetes' words."""

from typing import Any

import pytest

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import RULES
from quorate.apiserver.validation.errors import FieldError

Obj = dict[str, Any]
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
CLASSES, DRIVERS = "storageclasses.storage.k8s.io", "csidrivers.storage.k8s.io"
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)


def said(errors: list[FieldError]) -> list[str]:
    return [f"{e.field}: {e.message}" for e in errors]


def of(resource: str, **fields: Any) -> Obj:
    return default(resource, {"metadata": {"name": "x", **fields.pop("metadata", {})}, **fields})


def created(resource: str, **fields: Any) -> list[str]:
    return said(RULES[resource].validate(of(resource, **fields)))


def updated(resource: str, new: Obj, old: Obj) -> list[str]:
    return said(RULES[resource].validate_update(new, old))


def claim(size: str, phase: str = "Bound", capacity: str = "2Gi", **spec: Any) -> Obj:
    status = {"phase": phase, **({"capacity": {"storage": capacity}} if phase == "Bound" else {})}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {**of(CLAIMS, spec=spec), "status": status}


CLAIM_REFUSALS: list[tuple[Obj, list[str]]] = [
    ({}, ["spec.accessModes: Required value: at least 1 access mode is required", "spec.resources[storage]: Required value"]),
    (
        {"accessModes": ["WriteOnce"], "resources": {"requests": {"storage": "0"}}},
        [
            'spec.accessModes: Unsupported value: "WriteOnce": supported values: "ReadOnlyMany", "ReadWriteMany", '
            '"ReadWriteOnce", "ReadWriteOncePod"',
            'spec.resources[storage]: Invalid value: "0": must be greater than zero',
        ],
    ),
    (
        {"accessModes": ["ReadWriteOnce", "ReadWriteOncePod"], "resources": {"requests": {"storage": "2Gi"}}},
        ["spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"],
    ),
    (
        {
            "volumeMode": "Tape", "storageClassName": "Bad_", "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "-1Gi"}},
        },
        [
            'spec.resources[storage]: Invalid value: "-1Gi": must be greater than zero',
            f'spec.storageClassName: Invalid value: "Bad_": {SUBDOMAIN}',
            'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
        ],
    ),
    (
        {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
            "dataSource": {"kind": "Disk", "name": "d"},
        },
        [
            "spec.dataSource: Invalid value: \"Disk\": must be 'PersistentVolumeClaim' when referencing the "
            "default apiGroup",
            'spec.dataSourceRef: Invalid value: "Disk": must be \'PersistentVolumeClaim\' when referencing the '
            'default '
            "apiGroup",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "errors"), CLAIM_REFUSALS)
def test_claims_that_are_refused(spec: Obj, errors: list[str]) -> None:
    assert created(CLAIMS, spec=spec) == errors


def test_what_a_claim_is_given() -> None:
    made = claim("1Gi", dataSource={"kind": "PersistentVolumeClaim", "name": "other"})["spec"]
    source = {"apiGroup": None, "kind": "PersistentVolumeClaim", "name": "other"}
    assert (made["volumeMode"], made["dataSource"], made["dataSourceRef"]) == ("Filesystem", source, source)


IMMUTABLE = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
SHRUNK = "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"

CLAIM_UPDATES: list[tuple[str, Obj, Obj, list[str]]] = [
    ("grows", claim("3Gi"), claim("2Gi"), []),
    ("the same, written otherwise", claim("2048Mi"), claim("2Gi"), []),
    ("shrinks", claim("1Gi"), claim("2Gi"), [SHRUNK]),
    ("takes back what could not be had", claim("3Gi"), claim("4Gi"), []),
    ("takes back all of it", claim("2Gi"), claim("4Gi"), [SHRUNK]),
    ("is bound", claim("2Gi", volumeName="v"), claim("2Gi", "Pending"), []),
    ("is given the default class", claim("2Gi", "Pending", storageClassName="s"), claim("2Gi", "Pending"), []),
    ("is bound again", claim("2Gi", volumeName="w"), claim("2Gi", volumeName="v"), [f"spec: Forbidden: {IMMUTABLE}"]),
    ("grows while Pending", claim("4Gi", "Pending"), claim("2Gi", "Pending"), [f"spec: Forbidden: {IMMUTABLE}"]),
    (
        "changes its class", claim("2Gi", storageClassName="b"), claim("2Gi", storageClassName="a"),
        [f"spec: Forbidden: {IMMUTABLE}"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("new", "old", "errors"), [u[1:] for u in CLAIM_UPDATES], ids=[u[0] for u in CLAIM_UPDATES])
def test_changes_of_claims(new: Obj, old: Obj, errors: list[str]) -> None:
    assert [e.partition("\n")[0] for e in updated(CLAIMS, new, old)] == errors


def test_a_forbidden_change_is_shown_as_a_difference() -> None:
    (error,) = updated(CLAIMS, claim("4Gi", "Pending"), claim("2Gi", "Pending"))
    _, hunk, *lines = error.split("\n")
    assert hunk.startswith("@@ ") and '-      "storage": "2Gi"' in lines and '+      "storage": "4Gi"' in lines


def volume(**spec: Any) -> Obj:
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}, **spec}
    return of(VOLUMES, spec={k: v for k, v in spec.items() if v is not None})


def test_what_a_volume_is_given() -> None:
    made = default(VOLUMES, {
        "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": {"hostPath": {"path": "/x"}},
        "status": {"phase": "Pending"},
    })  # fmt: skip
    assert made["spec"] == {
        "hostPath": {"path": "/x", "type": ""}, "persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem",
    }  # fmt: skip
    assert made["status"] == {"phase": "Pending", "lastPhaseTransitionTime": "2026-01-01T00:00:00Z"}


VOLUME_REFUSALS: list[tuple[Obj, list[str]]] = [
    (
        {"accessModes": None, "capacity": None, "hostPath": None},
        [
            "spec.accessModes: Required value", "spec.capacity: Required value",
            'spec.capacity: Unsupported value: null: supported values: "storage"',
            "spec: Required value: must specify a volume type",
        ],
    ),
    (
        {"capacity": {"storage": "1Gi", "cpu": "1"}},
        ['spec.capacity: Unsupported value: {"storage":"1Gi","cpu":"1"}: supported values: "storage"'],
    ),
    ({"nfs": {"server": "s", "path": "/p"}}, ["spec.nfs: Forbidden: may not specify more than 1 volume type"]),
    (
        {"hostPath": None, "csi": {}},
        [
            "spec.csi.driver: Required value", f'spec.csi.driver: Invalid value: "": {SUBDOMAIN}',
            "spec.csi.volumeHandle: Required value",
        ],
    ),
    (
        {"hostPath": None, "local": {"path": "/a/../b"}},
        [
            'spec.local.path: Invalid value: "/a/../b": must not contain \'..\'',
            "spec.nodeAffinity: Required value: Local volume requires node affinity",
        ],
    ),
    (
        {"persistentVolumeReclaimPolicy": "Keep", "nodeAffinity": {}},
        [
            'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", '
            '"Recycle", "Retain"',
            "spec.nodeAffinity.required: Required value: must specify required node constraints",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "errors"), VOLUME_REFUSALS)
def test_volumes_that_are_refused(spec: Obj, errors: list[str]) -> None:
    assert said(RULES[VOLUMES].validate(volume(**spec))) == errors


def affinity(zone: str) -> Obj:
    expression = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": [zone]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


def test_what_of_a_volume_may_change() -> None:
    old = volume()
    claimed = volume(claimRef={"name": "c", "namespace": "n"}, persistentVolumeReclaimPolicy="Delete")
    assert updated(VOLUMES, claimed, old) == []
    assert updated(VOLUMES, volume(nodeAffinity=affinity("a")), old) == []
    (moved,) = updated(VOLUMES, volume(nodeAffinity=affinity("b")), volume(nodeAffinity=affinity("a")))
    assert moved.startswith("nodeAffinity: Invalid value: {") and moved.endswith(
        "}: field is immutable, except for updating from beta label to GA"
    )
    assert updated(VOLUMES, volume(volumeMode="Block"), old) == [
        'volumeMode: Invalid value: "Block": field is immutable'
    ]
    (other,) = updated(VOLUMES, volume(hostPath={"path": "/y"}), old)
    assert other.startswith(
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n@@ "
    )
    csi = {"driver": "d.example.com", "volumeHandle": "h"}
    secret = {**csi, "controllerExpandSecretRef": {"name": "s", "namespace": "n"}}
    assert updated(VOLUMES, volume(hostPath=None, csi=secret), volume(hostPath=None, csi=csi)) == []
    assert updated(VOLUMES, volume(hostPath=None, csi=csi), volume(hostPath=None, csi=secret)) != []


def test_storage_classes() -> None:
    made = of(CLASSES, provisioner="p")
    assert (made["reclaimPolicy"], made["volumeBindingMode"]) == ("Delete", "Immediate")
    assert created(CLASSES, volumeBindingMode="Sometime", reclaimPolicy="Forget") == [
        "provisioner: Required value",
        'reclaimPolicy: Unsupported value: "Forget": supported values: "Delete", "Retain"',
        'volumeBindingMode: Unsupported value: "Sometime": supported values: "Immediate", "WaitForFirstConsumer"',
    ]
    assert updated(CLASSES, {**made, "allowVolumeExpansion": False, "mountOptions": ["ro"]}, made) == []
    for change, shown in (
        ({"provisioner": "other.example.com"}, 'provisioner: Invalid value: "other.example.com"'),
        ({"reclaimPolicy": "Retain"}, 'reclaimPolicy: Invalid value: "Retain"'),
        ({"parameters": {"new": "1"}}, 'parameters: Invalid value: {"new":"1"}'),
        ({"volumeBindingMode": "WaitForFirstConsumer"}, 'volumeBindingMode: Invalid value: "WaitForFirstConsumer"'),
    ):
        assert updated(CLASSES, {**made, **change}, made) == [f"{shown}: field is immutable"]


def test_drivers() -> None:
    made = of(DRIVERS, metadata={"name": "conform.example.com"}, spec={})
    assert made["spec"] == {
        "attachRequired": True, "fsGroupPolicy": "ReadWriteOnceWithFSType", "podInfoOnMount": False,
        "requiresRepublish": False, "seLinuxMount": False, "storageCapacity": False,
        "volumeLifecycleModes": ["Persistent"],
    }  # fmt: skip
    changed = {**made, "spec": {**made["spec"], "attachRequired": False, "podInfoOnMount": True}}
    assert updated(DRIVERS, changed, made) == ["spec.attachRequired: Invalid value: false: field is immutable"]


def test_attachments() -> None:
    resource = "volumeattachments.storage.k8s.io"
    good = {"attacher": "d.example.com", "nodeName": "n", "source": {"persistentVolumeName": "v"}}
    assert created(resource, spec=good) == []
    assert created(resource, spec={**good, "source": {}, "nodeName": ""}) == [
        "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName",
        "spec.nodeName: Required value",
    ]


def test_csi_nodes() -> None:
    drivers = [{"name": "d.example.com", "nodeID": "a"}, {"name": "d.example.com"}]
    assert created("csinodes.storage.k8s.io", spec={"drivers": drivers}) == [
        "spec.drivers[1].nodeID: Required value", 'spec.drivers[1].name: Duplicate value: "d.example.com"',
    ]  # fmt: skip
