"""A cluster's objects, kept up to date by list and watch, and served as metrics."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from quorate.assemble.exporting import Exported, ExportOptions
from quorate.cli.main import app
from quorate.edge import mirror as mirror_module
from quorate.edge.exporter import Exporter
from quorate.edge.listwatch import Denied, ListWatch
from quorate.edge.live import ClusterError
from quorate.edge.serve import CannotListen
from quorate.observe.metrics import CONTENT_TYPE
from quorate.testing.cluster import Cluster

Lines = list[str]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(nodes=2, start="2031-05-05T00:00:00Z") as made:
        yield made


@pytest.fixture
def told() -> Lines:
    return []


@pytest.fixture
def exported(cluster: Cluster, told: Lines) -> Iterator[Exported]:
    made = Exported(ExportOptions(kubeconfig=cluster.kubeconfig), told.append)
    assert made.mirror.settled(30)
    yield made
    made.close()


def until(call: Callable[[], Any]) -> Any:
    """What `call` answers once it answers something."""
    end = time.monotonic() + 30
    while not (found := call()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.02)
    return found


def value(shown: Exported, name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(shown.metrics().decode()):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return None


def config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


def test_it_follows_what_happens(cluster: Cluster, exported: Exported, told: Lines) -> None:
    assert value(exported, "kube_node_status_condition", node="node-0", condition="Ready", status="true") == 1
    cluster.apply(config_map("one"))
    until(lambda: value(exported, "kube_configmap_info", configmap="one"))
    cluster.world.client().delete("configmaps", "default", "one")
    until(lambda: value(exported, "kube_configmap_info", configmap="one") is None)
    assert not told
    assert value(exported, "kube_state_metrics_list_total", resource="*v1.Pod", result="success") == 1


def test_it_has_the_clock_of_the_cluster(cluster: Cluster, exported: Exported) -> None:
    before = value(exported, "quorate_world_time_seconds")
    cluster.advance("1h")
    after = value(exported, "quorate_world_time_seconds")
    assert before is not None and after is not None
    assert 3600 <= after - before < 3700
    assert abs(after - cluster.now.timestamp()) < 60


def test_what_secrets_and_config_maps_hold_is_never_read(cluster: Cluster, exported: Exported) -> None:
    """Neither when they are listed nor when they change."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}}
    cluster.apply({**secret, "stringData": {"password": "hunter2"}})
    until(lambda: value(exported, "kube_secret_info", secret="s"))
    for resource in ("secrets", "configmaps"):
        held = exported.mirror.look(lambda objects, resource=resource: list(objects.list(resource)))  # type: ignore[misc]
        assert held
        assert not any({"data", "stringData", "binaryData"} & obj.keys() for obj in held)


def test_a_watch_that_is_cut_off_is_taken_up_again(
    cluster: Cluster, told: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From where it was: nothing is listed twice, and nothing is missed in between."""
    monkeypatch.setattr("quorate.edge.listwatch.WATCH_SECONDS", 1)
    made = Exported(ExportOptions(kubeconfig=cluster.kubeconfig), told.append)
    try:
        assert made.mirror.settled(30)
        until(lambda: made.mirror.attempts.watches["configmaps", "success"] >= 2)
        cluster.apply(config_map("later"))
        until(lambda: value(made, "kube_configmap_info", configmap="later"))
        assert made.mirror.attempts.lists["configmaps", "success"] == 1
        assert not told
    finally:
        made.close()


def test_a_version_that_is_forgotten_is_listed_anew(
    cluster: Cluster, told: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {"configmaps"}
    watch = ListWatch.watch

    def forgetful(self: ListWatch, kind: Any, version: str) -> Any:
        if kind.resource in gone:
            gone.discard(kind.resource)
            raise Denied(410, "too old resource version")
        return watch(self, kind, version)

    monkeypatch.setattr(ListWatch, "watch", forgetful)
    made = Exported(ExportOptions(kubeconfig=cluster.kubeconfig), told.append)
    try:
        until(lambda: made.mirror.attempts.lists["configmaps", "success"] == 2)
        assert made.mirror.attempts.lists["pods", "success"] == 1
        assert not told
    finally:
        made.close()


@pytest.fixture(scope="module")
def guarded() -> Iterator[Cluster]:
    with Cluster(nodes=1, authorization="rbac") as made:
        yield made


def reader(cluster: Cluster, name: str, *resources: str) -> Path:
    """The kubeconfig of an account that may read these resources, in all namespaces."""
    cluster.apply([
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default"}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name},
         "rules": [{"apiGroups": [""], "resources": list(resources), "verbs": ["list", "watch"]}]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name},
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
         "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "default"}]},
    ])  # fmt: skip
    return cluster.kubeconfig_of(name)


def test_what_is_forbidden_is_told_and_left_out(guarded: Cluster, told: Lines) -> None:
    made = Exported(ExportOptions(kubeconfig=reader(guarded, "nodes-only", "nodes")), told.append)
    try:
        assert made.mirror.settled(30)
        assert value(made, "kube_node_info", node="node-0") == 1
        assert value(made, "quorate_unread", resource="pods") == 1
        assert value(made, "kube_state_metrics_list_total", resource="*v1.Pod", result="error") == 1
        assert "pods: forbidden" in told
        assert not any(line.startswith("nodes:") for line in told)
        ready, why = made.readiness()
        assert ready and "pods: forbidden" in why
    finally:
        made.close()


def test_what_is_allowed_later_is_read_then(guarded: Cluster, told: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror_module, "FORBIDDEN_AGAIN", 0.2)
    made = Exported(ExportOptions(kubeconfig=reader(guarded, "growing", "pods")), told.append)
    try:
        assert made.mirror.settled(30)
        assert value(made, "kube_node_info", node="node-0") is None
        guarded.world.client().patch(
            "clusterroles.rbac.authorization.k8s.io", "", "growing",
            {"rules": [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]}]},
        )  # fmt: skip
        until(lambda: value(made, "kube_node_info", node="node-0"))
        assert "nodes: can be read again" in told
    finally:
        made.close()


# -- over HTTP


def get(url: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["content-type"], refused.read()


def test_it_is_served(exported: Exported) -> None:
    server = Exporter("127.0.0.1", 0, exported, CONTENT_TYPE)
    end = server.in_background()
    try:
        code, content_type, body = get(f"{server.url}/metrics")
        assert (code, content_type) == (200, CONTENT_TYPE)
        assert b"kube_node_info{" in body
        assert get(f"{server.url}/livez")[0] == 200
        assert get(f"{server.url}/readyz")[::2] == (200, b"ok\n")
        assert get(f"{server.url}/secrets")[0] == 404
        with pytest.raises(CannotListen, match="--port"):
            Exporter("127.0.0.1", int(server.url.rpartition(":")[2]), exported, CONTENT_TYPE)
    finally:
        end()


class Waiting:
    def metrics(self) -> bytes:
        return b""

    def readiness(self) -> tuple[bool, str]:
        return False, "still to be listed: pods\n"


def test_it_is_not_ready_before_everything_is_listed() -> None:
    server = Exporter("127.0.0.1", 0, Waiting(), CONTENT_TYPE)
    end = server.in_background()
    try:
        assert get(f"{server.url}/readyz")[::2] == (503, b"still to be listed: pods\n")
        assert get(f"{server.url}/livez")[0] == 200
    finally:
        end()


# -- the command


def test_once(cluster: Cluster) -> None:
    done = CliRunner().invoke(app, ["metrics", "--once", "--kubeconfig", str(cluster.kubeconfig)])
    assert done.exit_code == 0, done.output
    assert 'kube_node_info{node="node-0"' in done.stdout


def test_one_namespace(cluster: Cluster) -> None:
    cluster.apply(config_map("here"))
    words = ["metrics", "--once", "-n", "default", "--kubeconfig", str(cluster.kubeconfig)]
    done = CliRunner().invoke(app, words)
    assert 'kube_configmap_info{namespace="default",configmap="here"}' in done.stdout
    assert 'kube_configmap_info{namespace="kube-system"' not in done.stdout


def test_who_is_not_known_is_told_so_at_once(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    text = cluster.kubeconfig.read_text().replace(cluster.token, "wrong")
    file.write_text("\n".join(line for line in text.splitlines() if "client-" not in line))
    with pytest.raises(ClusterError, match="does not know who asks"):
        Exported(ExportOptions(kubeconfig=file), print)


def test_nobody_there_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n"
    )
    done = CliRunner().invoke(app, ["metrics", "--kubeconfig", str(file)])
    assert done.exit_code != 0
    assert "nobody answers there" in str(done.exception)
