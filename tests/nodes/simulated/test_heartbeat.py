"""The signs of life of a node."""

from typing import Any

from quorate.contract.failures import conflict
from quorate.kernel.clock import EPOCH, SECOND
from quorate.nodes.simulated.node import internal_ip, node
from quorate.objects.times import micro_time_text, time_text

LEASES = "leases.coordination.k8s.io"


def lease(cluster: Any) -> dict[str, Any]:
    found: dict[str, Any] = cluster.get(LEASES, "kube-node-lease", "node-0")
    return found


def conditions(cluster: Any) -> dict[str, dict[str, Any]]:
    return {c["type"]: c for c in cluster.get("nodes", "", "node-0")["status"]["conditions"]}


def test_a_lease_is_made_and_renewed_every_ten_seconds(cluster: Any) -> None:
    assert lease(cluster)["spec"] == {
        "holderIdentity": "node-0", "leaseDurationSeconds": 40, "renewTime": micro_time_text(EPOCH),
    }  # fmt: skip
    assert lease(cluster)["metadata"]["ownerReferences"][0]["kind"] == "Node"
    cluster.run(25)
    assert lease(cluster)["spec"]["renewTime"] == micro_time_text(EPOCH + 20 * SECOND)


def test_the_status_is_posted_every_five_minutes(cluster: Any) -> None:
    cluster.run(299)
    assert cluster.writes.count(("update", "nodes")) == 0
    cluster.run(302)
    assert cluster.writes.count(("update", "nodes")) == 2
    ready = conditions(cluster)["Ready"]
    assert ready["lastHeartbeatTime"] == time_text(EPOCH + 600 * SECOND)
    assert ready["lastTransitionTime"] == time_text(EPOCH)


def test_a_stopped_kubelet_is_silent_and_comes_back_with_events(cluster: Any) -> None:
    cluster.stop_node()
    cluster.run(100)
    assert lease(cluster)["spec"]["renewTime"] == micro_time_text(EPOCH)
    found = cluster.get("nodes", "", "node-0")
    unknown = [{**c, "status": "Unknown"} for c in found["status"]["conditions"]]
    cluster.put("nodes", {**found, "status": {**found["status"], "conditions": unknown}})
    cluster.stop_node(down=False)
    assert lease(cluster)["spec"]["renewTime"] == micro_time_text(EPOCH + 100 * SECOND)
    assert conditions(cluster)["Ready"]["status"] == "True"
    assert conditions(cluster)["Ready"]["lastTransitionTime"] == time_text(EPOCH + 100 * SECOND)
    assert cluster.reasons() == [
        "Starting", "NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID", "NodeReady",
    ]  # fmt: skip


def test_what_others_say_of_it_is_put_right_with_the_next_beat(cluster: Any) -> None:
    found = cluster.get("nodes", "", "node-0")
    other = {"type": "NetworkUnavailable", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    wrong = [{**c, "status": "False"} if c["type"] == "Ready" else c for c in found["status"]["conditions"]]
    cluster.put("nodes", {**found, "status": {**found["status"], "conditions": [other, *wrong]}})
    cluster.run(10)
    assert conditions(cluster)["Ready"]["status"] == "True"
    assert conditions(cluster)["NetworkUnavailable"] == other


def test_registration() -> None:
    made = node("node-7", "zone-b", "region-1", cpu="8", memory="32Gi", pods=50, ephemeral="1Ti", now=EPOCH)
    assert made["status"]["capacity"] == {"cpu": "8", "memory": "32Gi", "pods": "50", "ephemeral-storage": "1Ti"}
    assert made["metadata"]["labels"]["topology.kubernetes.io/zone"] == "zone-b"
    assert made["status"]["nodeInfo"]["kubeletVersion"].startswith("v1.36.")
    assert len({internal_ip(f"node-{i}") for i in range(2000)}) == 2000


def test_a_node_made_by_hand_gets_a_machine_and_labels(cluster: Any) -> None:
    meta = {"name": "mine", "labels": {"disk": "gold", "kubernetes.io/os": "linux"}}
    cluster.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": {}})
    cluster.run(0)
    found = cluster.get("nodes", "", "mine")
    assert found["status"]["allocatable"]["pods"] == "110" and found["status"]["addresses"]
    assert {c["type"]: c["status"] for c in found["status"]["conditions"]}["Ready"] == "True"
    assert (
        found["metadata"]["labels"]["kubernetes.io/hostname"] == "mine"
        and found["metadata"]["labels"]["disk"] == "gold"
    )


def test_a_refused_post_is_made_again_at_once(cluster: Any) -> None:
    refused = []

    def update(resource: str, obj: dict[str, Any], subresource: str = "") -> Any:
        if resource == "nodes" and not refused:
            refused.append(obj)
            raise conflict("nodes", "", "mine", "the object has been modified")
        return real(resource, obj, subresource)

    real, cluster.update = cluster.update, update
    cluster.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "mine"}, "spec": {}})
    cluster.run(0.1)
    assert refused and cluster.get("nodes", "", "mine")["status"]["conditions"]
    assert len([m for _, m in cluster.events if m.endswith("NodeReady")]) == 1
