"""Metrics as kube-state-metrics has them; read by Prometheus' own parser."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from quorate.assemble.world import World, world
from quorate.kernel.clock import EPOCH, MINUTE, SECOND
from quorate.objects.collection import Collection
from quorate.observe.metrics import kinds, render

from .documented import NAMES

Obj = dict[str, Any]
Found = dict[str, dict[frozenset[tuple[str, str]], float]]


def read(text: bytes) -> Found:
    out: Found = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            labels = frozenset(sample.labels.items())
            values = out.setdefault(sample.name, {})
            assert labels not in values, f"{sample.name}{sample.labels} is there twice"
            values[labels] = sample.value
    return out


def of(resource: str, obj: Obj) -> Found:
    """The metrics of one object."""
    store = Collection()
    meta = {"name": "it", "namespace": "ns", "uid": "u1", **obj.get("metadata", {})}
    store.apply(resource, None, {**obj, "metadata": meta}, 1)
    return read(render(store, EPOCH))


def value(found: Found, name: str, **labels: str) -> float:
    """The one sample that has these labels."""
    wanted = set(labels.items())
    hits = [v for has, v in found[name].items() if wanted <= has]
    assert len(hits) == 1, f"{name} {labels}: {found[name]}"
    return hits[0]


def ones(found: Found, name: str, label: str) -> set[str]:
    """The values of a label for which the metric is 1."""
    return {dict(has)[label] for has, v in found[name].items() if v == 1}


LABELS = {
    "kube_statefulset_status_observed_generation": "namespace statefulset",
    "kube_statefulset_metadata_generation": "namespace statefulset",
    "kube_statefulset_replicas": "namespace statefulset",
    "kube_statefulset_status_replicas_ready": "namespace statefulset",
    "kube_statefulset_status_current_revision": "namespace statefulset revision",
    "kube_statefulset_persistentvolumeclaim_retention_policy": "namespace statefulset when_deleted when_scaled",
    "kube_deployment_status_condition": "namespace deployment reason condition status",
    "kube_deployment_spec_strategy_rollingupdate_max_surge": "namespace deployment",
    "kube_replicaset_owner": "namespace replicaset owner_kind owner_name owner_is_controller",
    "kube_pod_info": "namespace pod uid host_ip pod_ip node created_by_kind created_by_name priority_class host_network",
    "kube_pod_owner": "namespace pod uid owner_kind owner_name owner_is_controller",
    "kube_pod_status_phase": "namespace pod uid phase",
    "kube_pod_status_ready": "namespace pod uid condition",
    "kube_pod_status_qos_class": "namespace pod uid qos_class",
    "kube_pod_restart_policy": "namespace pod uid type",
    "kube_pod_container_info": "namespace pod uid container image_spec image image_id container_id",
    "kube_pod_container_status_restarts_total": "namespace pod uid container",
    "kube_pod_container_state_started": "namespace pod uid container",
    "kube_pod_container_resource_requests": "namespace pod uid container node resource unit",
    "kube_pod_spec_volumes_persistentvolumeclaims_info": "namespace pod uid volume persistentvolumeclaim",
    "kube_persistentvolumeclaim_info": "namespace persistentvolumeclaim storageclass volumename volumemode",
    "kube_persistentvolumeclaim_status_phase": "namespace persistentvolumeclaim phase",
    "kube_persistentvolumeclaim_access_mode": "namespace persistentvolumeclaim access_mode",
    "kube_persistentvolume_claim_ref": "persistentvolume name claim_namespace",
    "kube_persistentvolume_status_phase": "persistentvolume phase",
    "kube_persistentvolume_info": "persistentvolume storageclass gce_persistent_disk_name ebs_volume_id azure_disk_name fc_wwids "
    "fc_lun fc_target_wwns iscsi_target_portal iscsi_iqn iscsi_lun iscsi_initiator_name nfs_server nfs_path csi_driver "
    "csi_volume_handle local_path local_fs host_path host_path_type reclaim_policy",
    "kube_node_info": "node kernel_version os_image container_runtime_version kubelet_version kubeproxy_version provider_id "
    "pod_cidr system_uuid internal_ip",
    "kube_node_status_condition": "node condition status",
    "kube_node_status_capacity": "node resource unit",
    "kube_namespace_status_phase": "namespace phase",
    "kube_service_info": "namespace service uid cluster_ip external_name load_balancer_ip external_traffic_policy",
    "kube_storageclass_info": "storageclass provisioner reclaim_policy volume_binding_mode",
    "kube_lease_owner": "lease owner_kind owner_name namespace lease_holder",
    "kube_lease_renew_time": "lease",
    "kube_poddisruptionbudget_status_pod_disruptions_allowed": "namespace poddisruptionbudget",
}


def workloads() -> list[tuple[str, Obj]]:
    container = {"name": "main", "image": "app:1", "resources": {"requests": {"cpu": "100m", "memory": "1Mi"}}}
    mounting = {**container, "volumeMounts": [{"name": "data", "mountPath": "/data"}]}

    def template(app: str, main: Obj) -> Obj:
        return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [main]}}

    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return [
        ("statefulsets.apps", {
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "namespace": "default"},
            "spec": {
                "replicas": 2, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}},
                "template": template("db", mounting),
                "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
            },
        }),
        ("deployments.apps", {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
            "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template("web", container)},
        }),
        ("poddisruptionbudgets.policy", {
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "db", "namespace": "default"},
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "db"}}},
        }),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def it() -> World:
    made = world(seed=11)
    for resource, obj in workloads():
        made.client().create(resource, obj)
    made.run_for(2 * MINUTE)
    return made


@pytest.fixture(scope="module")
def found(it: World) -> Found:
    return read(render(it.reader, it.now))


@pytest.mark.parametrize("name", sorted(LABELS))
def test_labels_are_those_of_kube_state_metrics(found: Found, name: str) -> None:
    for labels in found[name]:
        assert {label for label, _ in labels} == set(LABELS[name].split())


def test_a_healthy_world(found: Found, it: World) -> None:
    for metric in (
        "replicas",
        "status_replicas",
        "status_replicas_ready",
        "status_replicas_available",
        "status_replicas_updated",
    ):
        assert value(found, f"kube_statefulset_{metric}", statefulset="db") == 2
    assert value(found, "kube_statefulset_created", statefulset="db") == EPOCH // SECOND
    assert value(found, "kube_deployment_status_replicas_available", deployment="web") == 3
    assert value(found, "kube_deployment_spec_strategy_rollingupdate_max_surge", deployment="web") == 1
    assert value(found, "kube_deployment_spec_strategy_rollingupdate_max_unavailable", deployment="web") == 0
    assert value(found, "kube_deployment_status_condition", condition="Available", status="true") == 1
    assert value(found, "kube_deployment_status_condition", condition="Available", status="unknown") == 0
    assert value(found, "kube_poddisruptionbudget_status_pod_disruptions_allowed", poddisruptionbudget="db") == 1
    assert value(found, "kube_pod_status_phase", pod="db-0", phase="Running") == 1
    assert value(found, "kube_pod_status_ready", pod="db-0", condition="true") == 1
    assert value(found, "kube_pod_container_resource_requests", pod="db-0", resource="cpu", unit="core") == 0.1
    assert value(found, "kube_pod_container_resource_requests", pod="db-0", resource="memory", unit="byte") == 1 << 20
    assert value(found, "kube_pod_owner", pod="db-0", owner_kind="StatefulSet", owner_is_controller="true") == 1
    assert (
        value(found, "kube_persistentvolumeclaim_status_phase", persistentvolumeclaim="data-db-0", phase="Bound") == 1
    )
    assert value(found, "kube_node_status_condition", node="node-0", condition="Ready", status="true") == 1
    assert (
        value(found, "kube_node_status_capacity", node="node-0", resource="ephemeral_storage", unit="byte") == 100 << 30
    )
    assert value(found, "quorate_world_time_seconds") == pytest.approx(it.now / SECOND, abs=0.001)


def test_a_stopped_controller_shows_as_a_mismatch(it: World) -> None:
    """What KubeStatefulSetGenerationMismatch compares."""
    fork = it.fork()
    fork.inject("controller-stopped", controller="statefulset")
    fork.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 3}})
    fork.run_for(MINUTE)
    found = read(render(fork.reader, fork.now))
    assert value(found, "kube_statefulset_metadata_generation", statefulset="db") == 2
    assert value(found, "kube_statefulset_status_observed_generation", statefulset="db") == 1


def test_a_crash_shows_as_waiting_reason_and_restarts(it: World) -> None:
    fork = it.fork()
    fork.inject("pod-crashing", pod="db-0", exit_code=137)
    fork.run_for(2 * MINUTE)
    found = read(render(fork.reader, fork.now))
    assert value(found, "kube_pod_container_status_waiting_reason", pod="db-0", reason="CrashLoopBackOff") == 1
    assert value(found, "kube_pod_container_status_last_terminated_reason", pod="db-0", reason="OOMKilled") == 1
    assert value(found, "kube_pod_container_status_last_terminated_exitcode", pod="db-0") == 137
    assert value(found, "kube_pod_container_status_restarts_total", pod="db-0") >= 3
    assert value(found, "kube_pod_status_ready", pod="db-0", condition="false") == 1
    assert not any(("pod", "db-1") in labels for labels in found["kube_pod_container_status_waiting_reason"])


def test_the_same_world_renders_the_same_bytes(it: World) -> None:
    assert render(it.reader, it.now) == render(it.fork().reader, it.now)


# -- one object at a time


@pytest.mark.parametrize(
    ("given", "replicas", "surge", "unavailable"),
    [({"maxSurge": "25%", "maxUnavailable": "25%"}, 10, 3, 2), ({"maxSurge": 2, "maxUnavailable": 0}, 10, 2, 0)],
)
def test_percentages_are_of_the_replicas(given: Obj, replicas: int, surge: int, unavailable: int) -> None:
    found = of("deployments.apps", {"spec": {"replicas": replicas, "strategy": {"rollingUpdate": given}}})
    assert value(found, "kube_deployment_spec_strategy_rollingupdate_max_surge") == surge
    assert value(found, "kube_deployment_spec_strategy_rollingupdate_max_unavailable") == unavailable


def test_recreate_has_no_rolling_update() -> None:
    found = of("deployments.apps", {"spec": {"replicas": 1, "strategy": {"type": "Recreate"}}})
    assert "kube_deployment_spec_strategy_rollingupdate_max_surge" not in found


def test_reasons_that_are_not_kubernetes_own_are_unknown() -> None:
    conditions = [{"type": "Progressing", "status": "False", "reason": "Whatever"}]
    found = of("deployments.apps", {"status": {"conditions": conditions}})
    assert value(found, "kube_deployment_status_condition", reason="unknown", status="false") == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, {(): 0}),
        ({"failed": 2}, {(("reason", ""),): 2}),
        (
            {"failed": 2, "conditions": [{"type": "Failed", "status": "True", "reason": "DeadlineExceeded"}]},
            {
                (("reason", "BackoffLimitExceeded"),): 0,
                (("reason", "DeadlineExceeded"),): 1,
                (("reason", "Evicted"),): 0,
            },
        ),
    ],
)
def test_why_a_job_failed(status: Obj, expected: dict[Any, int]) -> None:
    found = of("jobs.batch", {"status": status})["kube_job_status_failed"]
    own = {("namespace", "ns"), ("job_name", "it")}
    assert {tuple(labels - own): v for labels, v in found.items()} == expected


def test_a_quota_is_in_whole_units() -> None:
    status = {"hard": {"requests.cpu": "1500m", "pods": "10"}, "used": {"requests.cpu": "1", "pods": "3"}}
    found = of("resourcequotas", {"status": status})
    assert value(found, "kube_resourcequota", resource="requests.cpu", type="hard") == 1.5
    assert value(found, "kube_resourcequota", resource="pods", type="used") == 3


def test_amounts_have_units_and_names_fit_for_labels() -> None:
    capacity = {"cpu": "250m", "hugepages-2Mi": "4Mi", "example.com/gpu": "2", "pods": "110", "odd": "1"}
    found = of("nodes", {"status": {"capacity": capacity}})["kube_node_status_capacity"]
    assert {(dict(k)["resource"], dict(k)["unit"]): v for k, v in found.items()} == {
        ("cpu", "core"): 0.25, ("hugepages_2Mi", "byte"): 4 << 20, ("example_com_gpu", "integer"): 2, ("pods", "integer"): 110,
    }  # fmt: skip


def test_phases_are_one_and_the_others_zero() -> None:
    found = of("persistentvolumes", {"spec": {}, "status": {"phase": "Released"}})
    assert ones(found, "kube_persistentvolume_status_phase", "phase") == {"Released"}
    assert len(found["kube_persistentvolume_status_phase"]) == 5
    assert "kube_persistentvolumeclaim_status_phase" not in of("persistentvolumeclaims", {"spec": {}})


def test_without_owner_the_labels_are_empty() -> None:
    assert value(of("pods", {"spec": {}}), "kube_pod_owner", owner_kind="", owner_name="", owner_is_controller="") == 1


def test_an_unschedulable_pod() -> None:
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]
    found = of("pods", {"spec": {}, "status": {"phase": "Pending", "conditions": conditions}})
    assert value(found, "kube_pod_status_unschedulable") == 1
    assert value(found, "kube_pod_status_scheduled", condition="false") == 1
    assert "kube_pod_status_scheduled_time" not in found


def test_leases_say_when_they_were_renewed() -> None:
    found = of(
        "leases.coordination.k8s.io", {"spec": {"holderIdentity": "me", "renewTime": "2026-01-01T00:00:10.500000Z"}}
    )
    assert value(found, "kube_lease_renew_time", lease="it") == EPOCH // SECOND + 10
    assert value(found, "kube_lease_owner", lease_holder="me", namespace="ns") == 1


def test_text_is_escaped() -> None:
    labels = {"key": 'a"b', "value": "c\\d\ne", "effect": "NoSchedule"}
    found = of("nodes", {"spec": {"taints": [labels]}})
    assert value(found, "kube_node_spec_taint", **labels) == 1


def test_every_metric_has_a_name_of_its_own() -> None:
    names = [family.name for kind in kinds() for family in kind.families]
    assert len(names) == len(set(names))


def test_they_are_those_that_kube_state_metrics_documents() -> None:
    """None is left out, and none is made up: what is ours says so."""
    served = {family.name for kind in kinds() for family in kind.families}
    assert {name for name in served if not name.startswith("quorate_")} == NAMES


def test_pods_that_go_are_counted() -> None:
    """By the controllers of 1.36; older ones say nothing of it, and then nothing is shown."""
    for resource, kind in (("replicasets.apps", "replicaset"), ("deployments.apps", "deployment")):
        metric = f"kube_{kind}_status_terminating_replicas"
        assert value(of(resource, {"spec": {}, "status": {"terminatingReplicas": 2}}), metric) == 2
        assert metric not in of(resource, {"spec": {}, "status": {}})


@pytest.mark.parametrize(
    ("resource", "kind"), [("daemonsets.apps", "daemonset"), ("poddisruptionbudgets.policy", "poddisruptionbudget")]
)
def test_what_is_being_deleted_says_since_when(resource: str, kind: str) -> None:
    found = of(resource, {"metadata": {"deletionTimestamp": "2026-01-01T00:00:10Z"}, "spec": {}})
    assert value(found, f"kube_{kind}_deletion_timestamp") == EPOCH // SECOND + 10


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.resource)
def test_bare_objects_do_no_harm(kind: Any) -> None:
    of(kind.resource, {"spec": {}})
