"""What is in use on a node: addresses, images, requests."""

from typing import Any

from quorate.nodes.simulated.use import SLOTS, NodeUse, requests


def pod(uid: str, node: str = "node-0", status: dict[str, Any] | None = None, cpu: str = "100m") -> dict[str, Any]:
    containers = [{"name": "c", "image": "app:1", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}]
    return {"metadata": {"uid": uid}, "spec": {"nodeName": node, "containers": containers}, "status": status or {}}


def test_addresses_are_not_shared_and_not_given_again_at_once() -> None:
    use = NodeUse()
    made = [pod(f"u{i}") for i in range(SLOTS + 5)]
    for one in made:
        use.apply("pods", None, one)
    addresses = [use.address("node-0", one["metadata"]["uid"]) for one in made]
    assert len(set(addresses)) == len(made) and addresses[0] == "10.244.0.2"
    use.apply("pods", made[3], None)
    use.apply("pods", None, pod("new"))
    assert use.address("node-0", "new") not in addresses


def test_each_node_has_its_own_subnet() -> None:
    use = NodeUse()
    for i, node in enumerate(("node-0", "node-12", "other-12", "plain")):
        use.apply("pods", None, pod(f"u{i}", node))
    found = [use.address(n, f"u{i}") for i, n in enumerate(("node-0", "node-12", "other-12", "plain"))]
    assert found[:2] == ["10.244.0.2", "10.244.12.2"] and len({a.rsplit(".", 1)[0] for a in found}) == 4


def test_an_address_outlives_a_restart() -> None:
    use = NodeUse()
    use.apply("pods", None, pod("a", status={"podIP": "10.244.0.9"}))
    use.apply("pods", None, pod("b"))
    assert use.address("node-0", "a") == "10.244.0.9" and use.address("node-0", "b") == "10.244.0.2"


def test_sums_follow_pods_until_they_finish() -> None:
    use = NodeUse()
    one = pod("a", cpu="1500m")
    use.apply("pods", None, one)
    use.apply("pods", None, pod("b"))
    assert use.asked("node-0") == (1600, 2 << 30, 2)
    done = {**one, "status": {"phase": "Succeeded"}}
    use.apply("pods", one, done)
    use.apply("pods", done, None)
    assert use.asked("node-0") == (100, 1 << 30, 1) and use.address("node-0", "a") == ""


def test_init_containers_count_where_they_ask_for_more() -> None:
    def one(cpu: str, **more: Any) -> dict[str, Any]:
        return {"resources": {"requests": {"cpu": cpu}}, **more}

    spec = {"containers": [one("1"), one("1")], "initContainers": [one("3"), one("500m", restartPolicy="Always")]}
    assert requests(spec) == (3500, 0)
