"""The pages that Prometheus reads through the API server's proxy."""

from typing import Any

import orjson
import pytest

from quorate.apiserver.http import HttpRequest
from quorate.apiserver.subresources.log import LogRequest
from quorate.assemble.shape import Shape
from quorate.assemble.world import World, world
from quorate.kernel.clock import SECOND

NO_PROCESS = "proxy is not possible here: the nodes of this cluster are simulated, and no process runs in pod web"
PODS = "/api/v1/namespaces/default/pods"


def get(made: World, path: str, method: str = "GET") -> tuple[int, str]:
    answer: Any = made.front.handle(HttpRequest(method, path, {}, {}))
    assert not isinstance(answer, LogRequest)
    text = answer.body.decode()
    return answer.code, text if answer.code == 200 else orjson.loads(text)["message"]


@pytest.fixture
def made() -> World:
    made = world(1, Shape(nodes=2))
    two = [
        {"name": "main", "image": "app:1", "ports": [{"containerPort": 9090}, {"containerPort": 80}]},
        {"name": "side", "image": "side:1", "ports": [{"containerPort": 81}]},
    ]
    annotations = {"sim.quorate.dev/metrics": "# TYPE requests_total counter\nrequests_total 7"}
    pod = {"metadata": {"name": "web", "namespace": "default", "annotations": annotations}, "spec": {"containers": two}}
    made.run_for(5 * SECOND)
    made.client().create("pods", pod)
    made.run_for(5 * SECOND)
    return made


def test_a_pod_tells_what_its_annotation_says(made: World) -> None:
    code, text = get(made, f"{PODS}/web:9090/proxy/metrics")
    assert code == 200
    assert text.endswith("# TYPE requests_total counter\nrequests_total 7\n")
    started = made.reader.get("pods", "default", "web")["status"]["startTime"]  # type: ignore[index]
    assert started.startswith("2026-01-01T00:00:0")
    assert "process_start_time_seconds 17672256" in text
    made.client().patch(
        "pods", "default", "web", {"metadata": {"annotations": {"sim.quorate.dev/metrics": "requests_total 8"}}}
    )
    assert get(made, f"{PODS}/http:web:80/proxy/metrics")[1].endswith("requests_total 8\n")
    assert 'container="side"' in get(made, f"{PODS}/web:81/proxy/metrics")[1]
    assert get(made, f"{PODS}/web/proxy/metrics") == get(made, f"{PODS}/web:9090/proxy/metrics")


@pytest.mark.parametrize(
    ("name", "path", "code", "message"),
    [
        ("web:7", "metrics", 503, "error trying to reach service: dial tcp 10.244.{}:7: connect: connection refused"),
        ("none:80", "metrics", 404, 'pods "none" not found'),
        ("a:b:c:d", "metrics", 400, 'invalid pod request "a:b:c:d"'),
        (":80", "metrics", 400, 'invalid pod request ":80"'),
        ("ftp:web:80", "metrics", 400, 'invalid pod request "ftp:web:80"'),
        ("web:80", "", 400, NO_PROCESS),
        ("web:80", "healthz", 400, NO_PROCESS),
    ],
)  # fmt: skip
def test_what_is_not_there(made: World, name: str, path: str, code: int, message: str) -> None:
    address = made.reader.get("pods", "default", "web")["status"]["podIP"].removeprefix("10.244.")  # type: ignore[index]
    assert get(made, f"{PODS}/{name}/proxy/{path}") == (code, message.format(address))


def test_only_reading(made: World) -> None:
    assert get(made, f"{PODS}/web:80/proxy/metrics", "POST")[0] == 400


def test_who_does_not_run_does_not_answer(made: World) -> None:
    fault = {"metadata": {"annotations": {"sim.quorate.dev/fault": "CrashLoopBackOff"}}}
    containers = [{"name": "main", "image": "app:1", "ports": [{"containerPort": 80}]}]
    pod = {**fault, "spec": {"containers": containers}}
    pod["metadata"] |= {"name": "down", "namespace": "default"}
    made.client().create("pods", pod)
    assert get(made, f"{PODS}/down:80/proxy/metrics") == (400, "address not allowed")
    made.run_for(20 * SECOND)
    code, message = get(made, f"{PODS}/down:80/proxy/metrics")
    assert (code, message.rsplit(": ", 1)[-1]) == (503, "connection refused")


def test_a_kubelet_counts_its_pods_and_a_lost_node_is_silent(made: World) -> None:
    node = made.reader.get("pods", "default", "web")["spec"]["nodeName"]  # type: ignore[index]
    code, text = get(made, f"/api/v1/nodes/{node}/proxy/metrics")
    assert code == 200
    assert f'kubelet_node_name{{node="{node}"}} 1\n' in text
    assert 'kubelet_running_containers{container_state="running"} 2\n' in text
    assert text.endswith("kubelet_running_pods 1\n")
    made.inject("node-down", node=node)
    for path in (f"{PODS}/web:80/proxy/metrics", f"/api/v1/nodes/{node}:10250/proxy/metrics"):
        code, message = get(made, path)
        assert (code, message.rsplit(": ", 1)[-1]) == (503, "i/o timeout")
