"""One object of a kind, and what a metric says of it: names and labels as kube-state-metrics has them."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection
from quorate.observe.metrics import Exposition, kinds, render

Obj = dict[str, Any]
START = EPOCH // SECOND

SLICE = {
    "addressType": "IPv4",
    "ports": [{"name": "http", "protocol": "TCP", "port": 80}],
    "endpoints": [{
        "addresses": ["10.0.0.1"], "conditions": {"ready": False, "serving": True, "terminating": True}, "nodeName": "node-0",
        "zone": "zone-a", "hostname": "db-0", "targetRef": {"kind": "Pod", "name": "db-0", "namespace": "ns"},
        "hints": {"forZones": [{"name": "zone-b"}]},
    }],
}  # fmt: skip
SUBSET = {
    "addresses": [{"ip": "10.0.0.1"}], "notReadyAddresses": [{"ip": "10.0.0.2"}],
    "ports": [{"name": "http", "protocol": "TCP", "port": 80}],
}  # fmt: skip
SERVICE = {
    "type": "LoadBalancer", "clusterIP": "10.96.0.9", "externalIPs": ["192.0.2.1"],
    "ports": [{"name": "sql", "protocol": "TCP", "port": 5432, "targetPort": "db", "nodePort": 30000}],
}  # fmt: skip
HPA = {
    "maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"},
    "metrics": [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}},
        {"type": "Pods", "pods": {"metric": {"name": "qps"}, "target": {"type": "AverageValue", "averageValue": "500m"}}},
    ],
}  # fmt: skip
CONTROLLER = {"kind": "StatefulSet", "name": "db", "controller": True, "uid": "u"}
CRON = {"schedule": "0 6 * * *", "concurrencyPolicy": "Allow"}
MEMBER = {
    "name": "db-2", "ownerReferences": [CONTROLLER],
    "labels": {"apps.kubernetes.io/pod-index": "2", "controller-revision-hash": "db-1"},
}  # fmt: skip

CASES: list[tuple[str, Obj, str, str, float]] = [
    ("configmaps", {}, "kube_configmap_info", "namespace=ns configmap=it", 1),
    ("configmaps", {"metadata": {"resourceVersion": "12"}}, "kube_configmap_metadata_resource_version", "configmap=it", 12),
    ("secrets", {}, "kube_secret_info", "namespace=ns secret=it", 1),
    ("secrets", {"type": "Opaque"}, "kube_secret_type", "namespace=ns secret=it type=Opaque", 1),
    ("limitranges", {"spec": {"limits": [{"type": "Container", "max": {"cpu": "1500m"}}]}}, "kube_limitrange",
     "namespace=ns limitrange=it resource=cpu type=Container constraint=max", 1.5),
    ("endpoints", {"subsets": [SUBSET]}, "kube_endpoint_address",
     "namespace=ns endpoint=it port_protocol=TCP port_number=80 port_name=http ip=10.0.0.2 ready=false", 1),
    ("endpoints", {"subsets": [SUBSET]}, "kube_endpoint_ports",
     "namespace=ns endpoint=it port_protocol=TCP port_number=80 port_name=http", 1),
    ("endpointslices.discovery.k8s.io", SLICE, "kube_endpointslice_info", "namespace=ns endpointslice=it addresstype=IPv4", 1),
    ("endpointslices.discovery.k8s.io", SLICE, "kube_endpointslice_endpoints",
     "namespace=ns endpointslice=it ready=false serving=true terminating=true hostname=db-0 targetref_kind=Pod "
     "targetref_name=db-0 targetref_namespace=ns endpoint_nodename=node-0 endpoint_zone=zone-a address=10.0.0.1", 1),
    ("endpointslices.discovery.k8s.io", SLICE, "kube_endpointslice_endpoints_hints",
     "namespace=ns endpointslice=it address=10.0.0.1 for_zone=zone-b", 1),
    ("endpointslices.discovery.k8s.io", SLICE, "kube_endpointslice_ports",
     "namespace=ns endpointslice=it port_name=http port_protocol=TCP port_number=80", 1),
    ("services", {"spec": SERVICE}, "kube_service_spec_external_ip", "namespace=ns service=it uid=u1 external_ip=192.0.2.1", 1),
    ("services", {"spec": SERVICE}, "kube_service_ports",
     "namespace=ns service=it uid=u1 port_name=sql port_protocol=TCP port_number=5432 port_target=db port_app_protocol= "
     "port_node_number=30000", 1),
    ("services", {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}}, "kube_service_status_load_balancer_ingress",
     "namespace=ns service=it uid=u1 ip=192.0.2.7 hostname=", 1),
    ("volumeattachments.storage.k8s.io", {"spec": {"attacher": "csi", "nodeName": "node-0"}}, "kube_volumeattachment_info",
     "volumeattachment=it attacher=csi node=node-0", 1),
    ("volumeattachments.storage.k8s.io", {"spec": {"source": {"persistentVolumeName": "pv-1"}}},
     "kube_volumeattachment_spec_source_persistentvolume", "volumeattachment=it volumename=pv-1", 1),
    ("volumeattachments.storage.k8s.io", {"status": {"attached": True}}, "kube_volumeattachment_status_attached",
     "volumeattachment=it", 1),
    ("horizontalpodautoscalers.autoscaling", {"spec": HPA}, "kube_horizontalpodautoscaler_info",
     "namespace=ns horizontalpodautoscaler=it scaletargetref_api_version=apps/v1 scaletargetref_kind=StatefulSet "
     "scaletargetref_name=db", 1),
    ("horizontalpodautoscalers.autoscaling", {"spec": HPA}, "kube_horizontalpodautoscaler_spec_target_metric",
     "namespace=ns horizontalpodautoscaler=it metric_name=cpu metric_target_type=utilization", 60),
    ("horizontalpodautoscalers.autoscaling", {"spec": HPA}, "kube_horizontalpodautoscaler_spec_target_metric",
     "namespace=ns horizontalpodautoscaler=it metric_name=qps metric_target_type=average", 0.5),
    ("cronjobs.batch", {"spec": CRON, "status": {"lastScheduleTime": "2026-01-01T06:00:00Z"}},
     "kube_cronjob_next_schedule_time", "namespace=ns cronjob=it", START + 30 * 3600),
    ("nodes", {"status": {"volumesInUse": ["a", "b"]}}, "kube_node_volumes_in_use_count", "node=it", 2),
    ("persistentvolumes", {"spec": {"accessModes": ["ReadWriteOnce"]}}, "kube_persistentvolume_access_mode",
     "persistentvolume=it access_mode=ReadWriteOnce", 1),
    ("persistentvolumeclaims", {"spec": {"volumeAttributesClassName": "gold"}},
     "kube_persistentvolumeclaim_volume_attributes_class", "namespace=ns persistentvolumeclaim=it volume_attributes_class=gold", 1),
    ("persistentvolumeclaims",
     {"spec": {}, "status": {"conditions": [
         {"type": "Resizing", "status": "True", "lastTransitionTime": "2026-01-01T00:00:05Z"}]}},
     "kube_persistentvolumeclaim_status_condition_last_transition_timestamp_seconds",
     "namespace=ns persistentvolumeclaim=it condition=Resizing status=true", START + 5),
    ("pods", {"spec": {"volumes": [{"name": "tmp", "ephemeral": {}}]}}, "kube_pod_spec_volumes_persistentvolumeclaims_info",
     "namespace=ns pod=it uid=u1 volume=tmp persistentvolumeclaim=it-tmp", 1),
    ("pods", {"spec": {"runtimeClassName": "gvisor"}}, "kube_pod_runtimeclass_name_info",
     "namespace=ns pod=it uid=u1 runtimeclass_name=gvisor", 1),
    ("pods", {"spec": {}, "status": {"conditions": [
        {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}]}},
     "kube_pod_status_reason", "namespace=ns pod=it uid=u1 reason=PreemptionByScheduler", 1),
    ("pods", {"metadata": MEMBER, "spec": {}}, "quorate_statefulset_pod_ordinal",
     "namespace=ns pod=db-2 uid=u1 statefulset=db revision=db-1", 2),
    ("statefulsets.apps", {"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}},
     "quorate_statefulset_partition", "namespace=ns statefulset=it", 2),
    ("statefulsets.apps",
     {"spec": {"podManagementPolicy": "Parallel", "serviceName": "db", "updateStrategy": {"type": "OnDelete"}}},
     "quorate_statefulset_info",
     "namespace=ns statefulset=it pod_management_policy=Parallel update_strategy=OnDelete service_name=db", 1),
]  # fmt: skip


def samples(resource: str, obj: Obj) -> list[Any]:
    store = Collection()
    meta = {"name": "it", "namespace": "ns", "uid": "u1", **obj.get("metadata", {})}
    store.apply(resource, None, {"spec": {}, **obj, "metadata": meta}, 1)
    families = text_string_to_metric_families(render(store, EPOCH).decode())
    return [sample for family in families for sample in family.samples]


@pytest.mark.parametrize(("resource", "obj", "metric", "labels", "value"), CASES)
def test_a_metric_of_one_object(resource: str, obj: Obj, metric: str, labels: str, value: float) -> None:
    wanted = dict(pair.split("=", 1) for pair in labels.split())
    found = [s for s in samples(resource, obj) if s.name == metric and wanted.items() <= s.labels.items()]
    assert [s.value for s in found] == [value]
    if len(wanted) > 1:
        assert set(found[0].labels) == set(wanted)


def test_what_is_not_known_is_left_out() -> None:
    """A Secret of which only the metadata was read has no type; OnDelete has no partition; what is suspended is not due."""
    names = {s.name for s in samples("secrets", {})}
    assert "kube_secret_info" in names and "kube_secret_type" not in names
    assert "quorate_statefulset_partition" not in {
        s.name for s in samples("statefulsets.apps", {"spec": {"updateStrategy": {"type": "OnDelete"}}})
    }
    due = {"spec": {**CRON, "suspend": True}, "status": {"lastScheduleTime": "2026-01-01T06:00:00Z"}}
    assert "kube_cronjob_next_schedule_time" not in {s.name for s in samples("cronjobs.batch", due)}
    wrong = {"spec": {"schedule": "whenever"}, "status": {"lastScheduleTime": "2026-01-01T06:00:00Z"}}
    assert "kube_cronjob_next_schedule_time" not in {s.name for s in samples("cronjobs.batch", wrong)}


def test_only_our_own_names_are_not_kube_state_metrics() -> None:
    names = [family.name for kind in kinds() for family in kind.families]
    assert {n for n in names if not n.startswith("kube_")} == {n for n in names if n.startswith("quorate_")}


def test_what_is_kept_is_what_would_be_written() -> None:
    """An exposition that lived through changes writes what a new one does."""
    store, kept = Collection(), Exposition()

    def pod(name: str, node: str) -> Obj:
        return {"metadata": {"name": name, "namespace": "ns", "uid": name}, "spec": {"nodeName": node}}

    first, second = pod("a", "node-0"), pod("b", "node-0")
    store.apply("pods", None, first, 1)
    store.apply("pods", None, second, 2)
    assert kept.render(store, EPOCH) == render(store, EPOCH)
    store.apply("pods", first, pod("a", "node-1"), 3)
    store.apply("pods", second, None, 4)
    again = kept.render(store, EPOCH)
    assert again == render(store, EPOCH)
    assert b'node="node-1"' in again and b'pod="b"' not in again
