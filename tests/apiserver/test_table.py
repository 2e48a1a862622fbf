from typing import Any

import pytest

from quorate.apiserver.subresources.scale import SCALE
from quorate.apiserver.table import printer_of, table
from quorate.contract.failures import Refused
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects import kinds
from quorate.objects.kinds import Kind
from quorate.objects.times import parse_time

Obj = dict[str, Any]
BORN = "2026-01-01T00:00:00Z"
NOW = parse_time(BORN) + 5 * MINUTE + 30 * SECOND
TEMPLATE = {"spec": {"containers": [{"name": "c", "image": "i:1"}, {"name": "s", "image": "j:1"}]}}


def kind_of(resource: str) -> Kind:
    found = kinds.by_resource(resource)
    assert found is not None
    return found


def made(name: str = "x", **parts: Any) -> Obj:
    return {"metadata": {"name": name, "creationTimestamp": BORN}, **parts}


def cells(resource: str, **parts: Any) -> list[Any]:
    rows = table(kind_of(resource), [made(**parts)], NOW)["rows"]
    found: list[Any] = rows[0]["cells"]
    return found


COLUMNS = {
    "pods": "Name Ready Status Restarts Age IP* Node* Nominated Node* Readiness Gates*",
    "deployments.apps": "Name Ready Up-to-date Available Age Containers* Images* Selector*",
    "statefulsets.apps": "Name Ready Age Containers* Images*",
    "replicasets.apps": "Name Desired Current Ready Age Containers* Images* Selector*",
    "daemonsets.apps":
        "Name Desired Current Ready Up-to-date Available Node Selector Age Containers* Images* Selector*",
    "jobs.batch": "Name Status Completions Duration Age Containers* Images* Selector*",
    "cronjobs.batch":
        "Name Schedule Timezone Suspend Active Last Schedule Age Containers* Images* Selector*",
    "services": "Name Type Cluster-IP External-IP Port(s) Age Selector*",
    "secrets": "Name Type Data Age",
    "persistentvolumeclaims":
        "Name Status Volume Capacity Access Modes StorageClass VolumeAttributesClass Age VolumeMode*",
    "poddisruptionbudgets.policy": "Name Min Available Max Unavailable Allowed Disruptions Age",
    "leases.coordination.k8s.io": "Name Holder Age",
    "resourcequotas": "Name Request Limit Age",
    "horizontalpodautoscalers.autoscaling": "Name Reference Targets MinPods MaxPods Replicas Age",
    "nodes":
        "Name Status Roles Age Version Internal-IP* External-IP* OS-Image* Kernel-Version* Container-Runtime*",
    "endpoints": "Name Endpoints Age",
    "events":
        "Last Seen Type Reason Object Subobject* Source* Message First Seen* Count* Name*",
    "roles.rbac.authorization.k8s.io": "Name Created At",
}  # fmt: skip


def test_a_scale_has_columns_of_its_own() -> None:
    made_of = table(SCALE, [made(spec={"replicas": 3}, status={"replicas": 2})], NOW)
    assert [column["name"] for column in made_of["columnDefinitions"]] == ["Name", "Desired", "Available", "Age"]
    assert made_of["rows"][0]["cells"][:3] == ["x", 3, 2]


@pytest.mark.parametrize(("resource", "expected"), COLUMNS.items())
def test_columns(resource: str, expected: str) -> None:
    found = table(kind_of(resource), [], NOW)
    assert found["rows"] == []
    assert " ".join(c["name"] + "*" * c["priority"] for c in found["columnDefinitions"]) == expected


def test_every_kind_fills_its_columns_whatever_the_object_lacks() -> None:
    for kind in kinds.all_kinds():
        if kind.stored:
            found = table(kind, [made()], NOW)
            assert len(found["rows"][0]["cells"]) == len(found["columnDefinitions"]), kind


ROWS: list[tuple[str, Obj, list[Any]]] = [
    (
        "deployments.apps",
        {"spec": {"replicas": 0, "selector": {"matchLabels": {"b": "e", "a": "d"}}, "template": TEMPLATE}},
        ["x", "0/0", 0, 0, "5m30s", "c,s", "i:1,j:1", "a=d,b=e"],
    ),
    (
        "statefulsets.apps",
        {"spec": {"replicas": 3, "template": TEMPLATE}, "status": {"readyReplicas": 2, "replicas": 3}},
        ["x", "2/3", "5m30s", "c,s", "i:1,j:1"],
    ),
    (
        "daemonsets.apps",
        {"spec": {"selector": {}, "template": {"spec": {"nodeSelector": {"none": "such"}}}}},
        ["x", 0, 0, 0, 0, 0, "none=such", "5m30s", "", "", "<none>"],
    ),
    (
        "jobs.batch",
        {
            "spec": {"completions": 3, "template": TEMPLATE},
            "status": {"conditions": [{"type": "Suspended", "status": "True"}]},
        },
        ["x", "Suspended", "0/3", "", "5m30s", "c,s", "i:1,j:1", "<none>"],
    ),
    (
        "cronjobs.batch",
        {"spec": {"schedule": "0 0 1 1 *", "suspend": True, "timeZone": "Etc/UTC"}},
        ["x", "0 0 1 1 *", "Etc/UTC", "True", 0, "<none>", "5m30s", "", "", "<none>"],
    ),
    (
        "services",
        {
            "spec": {
                "type": "ClusterIP", "clusterIP": "None", "clusterIPs": ["None"], "selector": {"a": "s"},
                "ports": [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP", "nodePort": 30053}],
            }
        },
        ["x", "ClusterIP", "None", "<none>", "80/TCP,53:30053/UDP", "5m30s", "a=s"],
    ),
    ("secrets", {"type": "Opaque", "data": {"a": "", "b": ""}}, ["x", "Opaque", 2, "5m30s"]),
    ("configmaps", {"data": {"a": ""}, "binaryData": {"b": ""}}, ["x", 2, "5m30s"]),
    (
        "persistentvolumeclaims",
        {"spec": {"storageClassName": "slow", "volumeMode": "Filesystem"}, "status": {"phase": "Pending"}},
        ["x", "Pending", "", "", "", "slow", "<unset>", "5m30s", "Filesystem"],
    ),
    (
        "persistentvolumeclaims",
        {
            "spec": {"storageClassName": "slow", "volumeName": "pv-1"},
            "status": {
                "phase": "Bound", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteMany", "ReadWriteOnce"],
            },
        },
        ["x", "Bound", "pv-1", "1Gi", "RWO,RWX", "slow", "<unset>", "5m30s", "<unset>"],
    ),
    (
        "persistentvolumes",
        {
            "spec": {
                "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "slow",
                "persistentVolumeReclaimPolicy": "Delete", "claimRef": {"namespace": "ns", "name": "data-web-0"},
                "volumeMode": "Filesystem",
            },
            "status": {"phase": "Bound"},
        },
        ["x", "1Gi", "RWO", "Delete", "Bound", "ns/data-web-0", "slow", "<unset>", "", "5m30s", "Filesystem"],
    ),
    ("poddisruptionbudgets.policy", {"spec": {"maxUnavailable": "30%"}}, ["x", "N/A", "30%", 0, "5m30s"]),
    ("leases.coordination.k8s.io", {"spec": {"holderIdentity": "me"}}, ["x", "me", "5m30s"]),
    (
        "resourcequotas",
        {
            "status": {
                "hard": {"pods": "5", "limits.cpu": "4", "count/jobs.batch": "9"},
                "used": {"pods": "1", "limits.cpu": "0", "count/jobs.batch": "1"},
            }
        },
        ["x", "count/jobs.batch: 1/9, pods: 1/5", "limits.cpu: 0/4", "5m30s"],
    ),
    (
        "horizontalpodautoscalers.autoscaling",
        {
            "spec": {
                "scaleTargetRef": {"kind": "ReplicaSet", "name": "none"}, "minReplicas": 1, "maxReplicas": 3,
                "metrics": [
                    {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}},
                    {"type": "Pods", "pods": {"target": {"averageValue": "10"}}},
                    {"type": "Odd"},
                ],
            }
        },
        ["x", "ReplicaSet/none", "cpu: <unknown>/80%, <unknown>/10 + 1 more...", "1", 3, 0, "5m30s"],
    ),
    (
        "nodes",
        {
            "spec": {"unschedulable": True},
            "status": {
                "conditions": [{"type": "Ready", "status": "Unknown"}],
                "nodeInfo": {"kubeletVersion": "v1.36.0"},
                "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
            },
        },
        ["x", "NotReady,SchedulingDisabled", "<none>", "5m30s", "v1.36.0", "10.0.0.1", "<none>"]
        + ["<unknown>"] * 3,
    ),
    (
        "endpointslices.discovery.k8s.io",
        {
            "addressType": "IPv4", "ports": None,
            "endpoints": [{"addresses": [f"10.0.0.{i}"]} for i in range(5)],
        },
        ["x", "IPv4", "<unset>", "10.0.0.0,10.0.0.1,10.0.0.2 + 2 more...", "5m30s"],
    ),
    (
        "storageclasses.storage.k8s.io",
        {"provisioner": "csi", "allowVolumeExpansion": True},
        ["x", "csi", "Delete", "Immediate", True, "5m30s"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "parts", "expected"), ROWS)
def test_rows(resource: str, parts: Obj, expected: list[Any]) -> None:
    assert cells(resource, **parts) == expected


def test_a_default_class_says_so() -> None:
    obj = made("standard")
    obj["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    rows = table(kind_of("storageclasses.storage.k8s.io"), [obj], NOW)["rows"]
    assert rows[0]["cells"][0] == "standard (default)"


def test_a_controller_revision_names_its_owner() -> None:
    obj = made("web-1", revision=3)
    obj["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "u", "controller": True}
    ]
    rows = table(kind_of("controllerrevisions.apps"), [obj], NOW)["rows"]
    assert rows[0]["cells"] == ["web-1", "statefulset.apps/web", 3, "5m30s"]


def test_events_of_both_groups() -> None:
    core = made("e", type="Normal", reason="Scheduled", message=" ok\n", count=2, lastTimestamp=BORN, firstTimestamp=BORN,
                involvedObject={"kind": "Pod", "name": "web-0"}, source={"component": "kubelet", "host": "node-0"})  # fmt: skip
    assert table(kind_of("events"), [core], NOW)["rows"][0]["cells"] == [
        "5m30s", "Normal", "Scheduled", "pod/web-0", "", "kubelet, node-0", "ok", "5m30s", 2, "e",
    ]  # fmt: skip
    newer = made("e", type="Normal", reason="Scheduled", note="ok", eventTime="2026-01-01T00:05:00.000000Z",
                 regarding={"kind": "Pod", "name": "web-0"}, reportingController="default-scheduler")  # fmt: skip
    assert table(kind_of("events.events.k8s.io"), [newer], NOW)["rows"][0]["cells"] == [
        "30s", "Normal", "Scheduled", "pod/web-0", "", "default-scheduler", "ok", "30s", 1, "e",
    ]  # fmt: skip


def test_what_rides_along() -> None:
    kind, secret = kind_of("secrets"), made("s", kind="Secret", data={"a": "b"})
    alone = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": secret["metadata"]}
    assert table(kind, [secret], NOW)["rows"][0]["object"] == alone
    assert table(kind, [secret], NOW, "Object")["rows"][0]["object"] is secret
    assert table(kind, [secret], NOW, "None")["rows"][0]["object"] is None
    with pytest.raises(Refused) as caught:
        table(kind, [secret], NOW, "All")
    assert caught.value.message == (
        'Unable to convert to Table as requested: includeObject: Invalid value: "All": '
        "must be 'Metadata', 'Object', 'None', or empty"
    )


def test_the_older_version_of_tables() -> None:
    made_table = table(kind_of("secrets"), [made()], NOW, version="v1beta1")
    assert made_table["apiVersion"] == "meta.k8s.io/v1beta1"


BOWL = Kind("example.com", "v1", "Bowl", "bowls", "bowl", True, "")
BOWL_COLUMNS = [
    {"name": "Size", "type": "string", "jsonPath": ".spec.size", "description": "How big"},
    {"name": "Count", "type": "integer", "jsonPath": ".spec.count"},
    {"name": "Ratio", "type": "number", "jsonPath": ".spec.ratio", "format": "float", "priority": 1},
    {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'},
    {"name": "First", "type": "string", "jsonPath": ".spec.list[0]"},
    {"name": "All", "type": "string", "jsonPath": ".spec.list"},
    {"name": "Full", "type": "boolean", "jsonPath": ".spec.full"},
    {"name": "When", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
]


def test_custom_columns() -> None:
    full = made(
        "a",
        spec={"size": "big", "count": 3, "ratio": 0.5, "list": ["x", "y"], "full": True},
        status={"conditions": [{"type": "Other", "status": "False"}, {"type": "Ready", "status": "True"}]},
    )
    odd = made("b", spec={"size": 7, "count": "many", "full": "yes"})
    found = table(BOWL, [full, odd], NOW, columns=BOWL_COLUMNS)
    assert [row["cells"] for row in found["rows"]] == [
        ["a", "big", 3, 0.5, "True", "x", '["x","y"]', True, "5m30s"],
        ["b", "7", None, None, None, None, None, None, "5m30s"],
    ]
    ratio = found["columnDefinitions"][3]
    assert (ratio["format"], ratio["priority"], ratio["type"]) == ("float", 1, "number")
    assert ratio["description"] == "Custom resource definition column (in JSONPath format): .spec.ratio"


def test_a_custom_kind_without_columns_has_name_and_age() -> None:
    assert [(c.name, c.type) for c in printer_of(BOWL).columns] == [("Name", "string"), ("Age", "date")]
    assert table(BOWL, [made("a")], NOW)["rows"][0]["cells"] == ["a", "5m30s"]
