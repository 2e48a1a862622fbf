"""A served cluster, used from the test's thread."""

import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from quorate.contract.failures import Refused
from quorate.edge.background import Background, WorldFailed
from quorate.edge.manifests import ManifestError
from quorate.kernel.clock import MINUTE
from quorate.testing import ClientMissing, Cluster, NotYet
from quorate.testing.conditions import Wanted
from quorate.testing.rollout import rolled_out

POD = {
    "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
    "spec": {"containers": [{"name": "main", "image": "nginx"}]},
}  # fmt: skip


def test_it_is_ready_at_once_and_gone_at_the_end() -> None:
    before = set(threading.enumerate())
    with Cluster() as cluster:
        at = urlsplit(cluster.url)
        folder, kubeconfig = cluster.folder, cluster.kubeconfig
        assert kubeconfig.stat().st_mode & 0o777 == 0o600
        idle = socket.create_connection((at.hostname, at.port))
    assert not folder.exists()
    assert set(threading.enumerate()) == before
    with idle, pytest.raises(OSError):
        if not idle.recv(1):
            raise ConnectionError("hung up")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((at.hostname, at.port))


def test_a_stopped_cluster_says_so() -> None:
    with Cluster(nodes=1, tls=False) as cluster:
        assert cluster.url.startswith("http://")
    with pytest.raises(WorldFailed):
        cluster.get("node/node-0")
    cluster.stop()  # twice is no harm


def test_a_fault_of_the_world_is_told(cluster_factory) -> None:
    with pytest.raises(WorldFailed) as told, Cluster(nodes=0) as cluster:
        cluster.world.pump.after(MINUTE, _explode)
        with pytest.raises(WorldFailed):
            cluster.advance("2m")
        with pytest.raises(WorldFailed):
            cluster.get("pod/web")
    assert "boom" in str(told.value.__cause__)


def _explode() -> None:
    raise RuntimeError("boom")


def test_advance_and_within(cluster: Cluster) -> None:
    before = cluster.now
    cluster.advance("1h")
    assert 3600 <= (cluster.now - before).total_seconds() < 3660
    cluster.apply({**POD, "metadata": {"name": "slow", "annotations": {"sim.quorate.dev/start-after": "20m"}}})
    with pytest.raises(NotYet, match=r"pod/slow: not condition=Ready within that time(.|\n)*event: Normal Scheduled"):
        cluster.wait_for("pod/slow", "condition=Ready", within="10m")
    cluster.wait_for("pod/slow", "condition=Ready", within="20m")
    after = cluster.now
    time.sleep(0.05)
    assert cluster.now > after  # its clock goes on from where it was played to


def test_waiting_hears_of_changes_and_gives_up(cluster: Cluster) -> None:
    writer = threading.Timer(0.1, lambda: cluster.apply(POD))
    writer.start()
    made = cluster.wait_for("po/web", "jsonpath={.status.phase}=Running", timeout=60)
    writer.join()
    assert made["spec"]["nodeName"]
    with pytest.raises(NotYet, match=r"after 0.05 s(.|\n)*the function raised KeyError\('nowhere'\)"):
        cluster.wait_for("pod/web", lambda pod: pod["status"]["nowhere"], timeout=0.05)
    with pytest.raises(NotYet, match="there is no such object in namespace other"):
        cluster.wait_for("pod/web", namespace="other", timeout=0.05)
    cluster.world.client().delete("pods", "default", "web")
    assert cluster.wait_for("pod/web", "delete", within="1m") is None


def test_what_is_no_object_or_no_condition(cluster: Cluster) -> None:
    for what, until in (
        ("web", "create"),
        ("spaceship/web", "create"),
        ("pod/web", "ready"),
        ("pod/web", "condition="),
    ):
        with pytest.raises(ValueError):
            cluster.wait_for(what, until)


def test_apply_takes_all_forms(cluster: Cluster, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n" + text_of("d")
    made = cluster.apply([tmp_path, text, {**POD, "metadata": {"generateName": "e-"}}, str(tmp_path / "a.yaml")])
    assert [o["metadata"]["name"][:2] for o in made] == ["a", "b", "c", "d", "e-", "a"]
    assert {o["metadata"]["namespace"] for o in made} == {"default"}
    assert made[0] == made[-1]  # applied again: nothing changed
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    assert cluster.apply(text_of("x"), namespace="other")[0]["metadata"]["namespace"] == "other"
    with pytest.raises(ManifestError, match="Spaceship of v1 is not served"):
        cluster.apply({"apiVersion": "v1", "kind": "Spaceship", "metadata": {"name": "x"}})
    with pytest.raises(Refused, match="field not declared in schema"):
        cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "dada": {}})


def text_of(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"


def test_custom_resources_can_follow_their_definition(cluster: Cluster) -> None:
    if cluster.world.resource_of({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}) is None:
        pytest.skip("no CustomResourceDefinitions yet")
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "ships.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"kind": "Ship", "plural": "ships", "singular": "ship"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
        },
    }  # fmt: skip
    ship = {"apiVersion": "example.com/v1", "kind": "Ship", "metadata": {"name": "argo"}, "spec": {"oars": 50}}
    try:
        cluster.apply([definition, ship])
    except ManifestError:
        pytest.skip("CustomResourceDefinitions are not served yet")
    assert cluster.get("ship/argo")["spec"] == {"oars": 50}


def test_faults_end_with_the_with(cluster: Cluster) -> None:
    with cluster.faults.inject("node-down", node="node-0") as down:
        assert [f.id for f in cluster.faults.active()] == [down.id]
        cluster.wait_for("node/node-0", "condition=Ready=Unknown", within="5m")
    assert cluster.faults.active() == ()
    cluster.wait_for("node/node-0", "condition=Ready", within="5m")
    gone = cluster.faults.inject("node-down", node="node-1", lasting="1m")
    cluster.advance("2m")
    gone.end()  # it has ended already
    cluster.faults.inject("node-down", node="node-2")
    cluster.faults.clear()
    assert cluster.faults.active() == ()


def test_the_world_is_used_from_its_own_thread(cluster: Cluster) -> None:
    threads = []
    cluster.world.follow(lambda change: threads.append(threading.current_thread().name))
    client = cluster.world.client()
    client.create("pods", {**POD, "metadata": {"name": "web", "namespace": "default"}})
    assert set(threads) == {"quorate"}
    assert client.get("pods", "default", "web")["metadata"]["name"] == "web"
    assert [n["metadata"]["name"] for n in cluster.world.reader.list("nodes")] == ["node-0", "node-1", "node-2"]
    with pytest.raises(Refused, match="not found"):
        client.get("pods", "default", "nobody")
    with pytest.raises(AttributeError):
        _ = cluster.world.nonsense


def test_the_same_seed_makes_the_same_world(world) -> None:
    from quorate.testing.cluster import headless

    other = headless()
    assert other.now == world.now and other.reader.list("nodes") == world.reader.list("nodes")
    assert headless(seed=1).reader.list("nodes") != world.reader.list("nodes")


def test_a_client_that_is_missing_is_named(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("kubernetes", "kr8s", "lightkube"):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(ClientMissing, match=rf"pip install {library}"):
            getattr(cluster, library)()


def test_the_official_client(cluster: Cluster) -> None:
    kubernetes = pytest.importorskip("kubernetes")
    core = kubernetes.client.CoreV1Api(cluster.kubernetes())
    core.create_namespaced_pod("default", POD)
    cluster.wait_for("pod/web", "condition=Ready")
    assert core.read_namespaced_pod("web", "default").status.phase == "Running"


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_kr8s(cluster: Cluster) -> None:
    pytest.importorskip("kr8s")
    cluster.apply(POD)
    assert [pod.name for pod in cluster.kr8s().get("pods")] == ["web"]


def test_lightkube(cluster: Cluster) -> None:
    pytest.importorskip("lightkube")
    from lightkube.resources.core_v1 import Pod

    cluster.apply(POD)
    assert cluster.lightkube(namespace="default").get(Pod, "web").metadata.name == "web"


@pytest.mark.parametrize(("obj", "done"), [
    ({"kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 1}, "status": {
        "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}, False),
    ({"kind": "Deployment", "metadata": {"generation": 1}, "spec": {"replicas": 1}, "status": {
        "observedGeneration": 1, "replicas": 2, "updatedReplicas": 1, "availableReplicas": 2}}, False),
    ({"kind": "Deployment", "metadata": {"generation": 1}, "spec": {"replicas": 1}, "status": {
        "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}, True),
    ({"kind": "StatefulSet", "metadata": {"generation": 1}, "spec": {
        "replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}}, "status": {
        "observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"}}, True),
    ({"kind": "StatefulSet", "metadata": {"generation": 1}, "spec": {"replicas": 3}, "status": {
        "observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 3, "currentRevision": "a", "updateRevision": "b"}}, False),
    ({"kind": "DaemonSet", "metadata": {"generation": 1}, "spec": {}, "status": {
        "observedGeneration": 1, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": 2}}, False),
    ({"kind": "DaemonSet", "metadata": {"generation": 1}, "spec": {}, "status": {
        "observedGeneration": 1, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": 3}}, True),
])  # fmt: skip
def test_rolled_out(obj, done) -> None:
    assert rolled_out(obj) is done


def test_a_pod_is_not_rolled_out(world) -> None:
    from quorate.testing import apply

    apply(world, POD)
    with pytest.raises(ValueError, match="a Pod is not rolled out"):
        Wanted(world, "pod/web", "rollout", "default").holds()


def test_whoever_asks_while_it_ends_is_answered_or_told() -> None:
    """Never kept waiting: what a closing loop has not begun is forgotten by it."""
    for _ in range(5):
        cluster = Cluster(nodes=0, tls=False)
        served = cluster._served
        outcomes: list[str] = []

        def ask(served: Background = served, outcomes: list[str] = outcomes) -> None:
            try:
                while True:
                    served.do(lambda: None)
            except WorldFailed:
                outcomes.append("told")

        askers = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for asker in askers:
            asker.start()
        cluster.stop()
        for asker in askers:
            asker.join(60)
        assert outcomes == ["told"] * 4
