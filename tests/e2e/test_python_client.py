"""The official Python client against `quorate up`: create, watch and resume, patch, evict, logs, refusals."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .serving import served

client = pytest.importorskip("kubernetes.client")
from kubernetes import config, watch  # noqa: E402  # after the check that it is there

LABELS = {"app": "web"}


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with served(tmp_path_factory.mktemp("up"), "--speed", "20") as made:
        yield made


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Iterator[Any]:
    with config.new_client_from_config(config_file=str(kubeconfig)) as made:
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

    before = apps.list_namespaced_stateful_set("default").metadata.resource_version
    apps.delete_namespaced_stateful_set("web", "default", propagation_policy="Foreground")
    for event in watch.Watch().stream(
        apps.list_namespaced_stateful_set, "default", resource_version=before, timeout_seconds=30
    ):
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


def test_versions_that_cannot_be_served(api: Any) -> None:
    core = client.CoreV1Api(api)
    with pytest.raises(client.ApiException) as future:
        core.list_namespaced_config_map("default", resource_version="999999999")
    assert (future.value.status, json.loads(future.value.body)["reason"]) == (504, "Timeout")
    with pytest.raises(client.ApiException) as nonsense:
        core.list_namespaced_config_map("default", _continue="nonsense")
    assert nonsense.value.status == 400


def test_a_version_that_is_forgotten_is_gone(api: Any, kubeconfig: Path) -> None:
    """Clients list again when they are told 410: the official one raises it out of the stream."""
    core = client.CoreV1Api(api)
    made = core.create_namespaced_config_map("default", {"metadata": {"name": "old"}})
    # Nodes renew their leases all day, and that alone fills the log that watches resume from.
    clock = [sys.executable, "-m", "quorate.cli.main", "clock", "advance", "24h", "--kubeconfig", str(kubeconfig)]
    subprocess.run(clock, check=True, capture_output=True, timeout=300)
    with pytest.raises(client.ApiException) as gone:
        for _ in watch.Watch().stream(
            core.list_namespaced_config_map,
            "default",
            resource_version=made.metadata.resource_version,
            timeout_seconds=9,
        ):
            pytest.fail("nothing can be sent from a version that is forgotten")
    assert gone.value.status == 410


def test_an_informer_keeps_a_cache(api: Any) -> None:
    """List, then watch from that version, as every informer does; bookmarks move it on."""
    core = client.CoreV1Api(api)
    for i in range(5):
        core.create_namespaced_config_map("default", {"metadata": {"name": f"kept-{i}", "labels": {"kept": "yes"}}})
    cache: dict[str, Any] = {}
    token, version = None, ""
    while True:
        page = core.list_namespaced_config_map("default", label_selector="kept=yes", limit=2, _continue=token)
        cache |= {item.metadata.name: item for item in page.items}
        token, version = page.metadata._continue, page.metadata.resource_version
        if not token:
            break
    assert sorted(cache) == [f"kept-{i}" for i in range(5)]

    core.patch_namespaced_config_map("kept-0", "default", {"data": {"k": "v"}})
    core.delete_namespaced_config_map("kept-1", "default")
    core.create_namespaced_config_map("default", {"metadata": {"name": "kept-5", "labels": {"kept": "yes"}}})
    core.patch_namespaced_config_map("kept-2", "default", {"metadata": {"labels": {"kept": None}}})
    types = []
    for event in watch.Watch().stream(
        core.list_namespaced_config_map, "default", label_selector="kept=yes", resource_version=version,
        allow_watch_bookmarks=True, timeout_seconds=4,
    ):  # fmt: skip
        types.append(event["type"])
        if event["type"] == "BOOKMARK":
            continue
        name = event["object"].metadata.name
        if event["type"] == "DELETED":
            del cache[name]
        else:
            cache[name] = event["object"]
    # The stream ends by itself, and shortly before it does it says how far it came.
    assert types == ["MODIFIED", "DELETED", "ADDED", "DELETED", "BOOKMARK"]
    assert sorted(cache) == ["kept-0", "kept-3", "kept-4", "kept-5"]
    assert cache["kept-0"].data == {"k": "v"}


def test_a_log_is_read_and_followed(api: Any) -> None:
    core = client.CoreV1Api(api)
    spec = {"containers": [{"name": "main", "image": "app:1"}], "terminationGracePeriodSeconds": 0}
    core.create_namespaced_pod("default", {"metadata": {"name": "talker"}, "spec": spec})
    for event in watch.Watch().stream(core.list_namespaced_pod, "default", timeout_seconds=30):
        status = event["object"].status
        if event["object"].metadata.name == "talker" and status.phase == "Running":
            break
    assert core.read_namespaced_pod_log("talker", "default").startswith("INFO  starting ")
    lines = watch.Watch().stream(core.read_namespaced_pod_log, "talker", "default")
    got = [next(lines), next(lines)]
    assert got[0].startswith("INFO  starting ") and got[1] == "INFO  up for 30s"
    core.delete_namespaced_pod("talker", "default", grace_period_seconds=0)
    # The stream ends with the container.
    assert all(line.startswith("INFO") for line in lines)
