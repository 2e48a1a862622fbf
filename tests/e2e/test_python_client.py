"""The official Python client against `quorate up`: create, watch and resume, patch, evict, logs, refusals."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from serving import served

client = pytest.importorskip("kubernetes.client")
from kubernetes import config, watch  # noqa: E402  # after the check that it is there

LABELS = {"app": "web"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("up")
    with (
        served(folder, "--speed", "20") as kubeconfig,
        config.new_client_from_config(config_file=str(kubeconfig)) as made,
    ):
        yield made


def stateful_set(name: str, replicas: int = 3) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name},
        "spec": {
            "serviceName": name, "replicas": replicas, "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "main", "image": "app:1"}]}},
            "volumeClaimTemplates": [{
                "metadata": {"name": "data"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            }],
        },
    }  # fmt: skip


def test_a_set_is_created_watched_patched_evicted_and_deleted(api: Any) -> None:
    apps, core, policy = client.AppsV1Api(api), client.CoreV1Api(api), client.PolicyV1Api(api)
    start = core.list_namespaced_pod("default").metadata.resource_version
    apps.create_namespaced_stateful_set("default", stateful_set("web"))

    born: list[str] = []
    seen = start
    watcher = watch.Watch()
    for event in watcher.stream(core.list_namespaced_pod, "default", resource_version=start, timeout_seconds=30):
        seen = event["object"].metadata.resource_version
        if event["type"] == "ADDED":
            born.append(event["object"].metadata.name)
        if len(born) == 2:
            watcher.stop()
    # The rest comes from where the first watch stopped: nothing is missed, nothing comes twice.
    watcher = watch.Watch()
    for event in watcher.stream(core.list_namespaced_pod, "default", resource_version=seen, timeout_seconds=30):
        pod = event["object"]
        if event["type"] == "ADDED":
            born.append(pod.metadata.name)
        ready = any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])
        if pod.metadata.name == "web-2" and ready:
            watcher.stop()
    assert born == ["web-0", "web-1", "web-2"]
    assert {c.status.phase for c in core.list_namespaced_persistent_volume_claim("default").items} == {"Bound"}

    patched = apps.patch_namespaced_stateful_set("web", "default", {"metadata": {"labels": {"team": "a"}}})
    assert (patched.metadata.labels, patched.metadata.generation) == ({"team": "a"}, 1)

    budget = {"metadata": {"name": "web"}, "spec": {"minAvailable": 3, "selector": {"matchLabels": LABELS}}}
    policy.create_namespaced_pod_disruption_budget("default", budget)
    for event in watch.Watch().stream(policy.list_namespaced_pod_disruption_budget, "default", timeout_seconds=30):
        if event["object"].status.observed_generation == 1:
            break
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name="web-0", namespace="default"))
    with pytest.raises(client.ApiException) as refused:
        core.create_namespaced_pod_eviction("web-0", "default", eviction)
    assert refused.value.status == 429
    cause = json.loads(refused.value.body)["details"]["causes"][0]
    assert cause["message"] == "The disruption budget web needs 3 healthy pods and has 3 currently"

    policy.delete_namespaced_pod_disruption_budget("web", "default")
    uid = core.read_namespaced_pod("web-0", "default").metadata.uid
    core.create_namespaced_pod_eviction("web-0", "default", eviction)
    for event in watch.Watch().stream(core.list_namespaced_pod, "default", timeout_seconds=30):
        if (
            event["type"] == "ADDED"
            and event["object"].metadata.name == "web-0"
            and event["object"].metadata.uid != uid
        ):
            break
    else:
        pytest.fail("web-0 did not come back after its eviction")

    apps.delete_namespaced_stateful_set("web", "default", propagation_policy="Foreground")
    for event in watch.Watch().stream(apps.list_namespaced_stateful_set, "default", timeout_seconds=30):
        if event["type"] == "DELETED":
            break
    assert core.list_namespaced_pod("default").items == []


def test_refusals_are_statuses(api: Any) -> None:
    core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
    with pytest.raises(client.ApiException) as missing:
        core.read_namespaced_pod("nobody", "default")
    assert (missing.value.status, json.loads(missing.value.body)["reason"]) == (404, "NotFound")
    bad = stateful_set("bad")
    bad["spec"]["replicas"] = -1
    with pytest.raises(client.ApiException) as invalid:
        apps.create_namespaced_stateful_set("default", bad)
    assert json.loads(invalid.value.body)["message"] == (
        'StatefulSet.apps "bad" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'
    )


def test_a_stale_update_is_a_conflict(api: Any) -> None:
    core = client.CoreV1Api(api)
    made = core.create_namespaced_config_map("default", {"metadata": {"name": "stale"}, "data": {"k": "1"}})
    core.patch_namespaced_config_map("stale", "default", {"data": {"k": "2"}})
    made.data = {"k": "3"}
    with pytest.raises(client.ApiException) as conflict:
        core.replace_namespaced_config_map("stale", "default", made)
    assert conflict.value.status == 409
    assert core.read_namespaced_config_map("stale", "default").data == {"k": "2"}
