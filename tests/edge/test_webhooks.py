"""Admission webhooks over HTTPS: a server of the test's own is asked by a cluster that is served."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from quorate.testing.cluster import Cluster

from .webhook_server import ADMISSION, WebhookServer, patch

Obj = dict[str, Any]
MAPS = "/api/v1/namespaces/default/configmaps"
FAILED = 'Internal error occurred: failed calling webhook "check.ex.io": failed to call webhook: '


class Client:
    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        headers = {"authorization": f"Bearer {cluster.token}"}
        self.http = httpx.Client(base_url=cluster.url, headers=headers, timeout=30)

    def __call__(self, method: str, path: str, body: Any = None, type: str = "application/json", **query: str) -> Obj:
        made = self.http.request(method, path, json=body, headers={"content-type": type}, params=query)
        return {**made.json(), "_code": made.status_code, "_warnings": made.headers.get_list("warning")}

    def hook(
        self, client: Obj, kind: str = "Validating", resources: tuple[str, ...] = ("configmaps",), **more: Any
    ) -> Obj:
        rule = {
            "apiGroups": ["", "apps"], "apiVersions": ["v1"], "resources": list(resources),
            "operations": ["CREATE", "UPDATE", "DELETE"],
        }  # fmt: skip
        webhook = {
            "name": "check.ex.io", "clientConfig": client, "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "rules": [rule], "timeoutSeconds": 5, **more,
        }  # fmt: skip
        made = self("POST", f"{ADMISSION}/{kind.lower()}webhookconfigurations", {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": kind.lower()}, "webhooks": [webhook],
        })  # fmt: skip
        assert made["_code"] == 201, made
        return made

    def map(self, name: str = "a", **data: str) -> Obj:
        return self("POST", MAPS, {"metadata": {"name": name}, "data": data})


@pytest.fixture
def client() -> Iterator[Client]:
    with Cluster(nodes=1, tls=False) as cluster:
        made = Client(cluster)
        yield made
        made.http.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebhookServer]:
    made = WebhookServer(tmp_path)
    yield made
    made.close()


@pytest.fixture
def named_server(tmp_path: Path) -> Iterator[WebhookServer]:
    made = WebhookServer(tmp_path, ("policy.default.svc",))
    yield made
    made.close()


def by_url(server: WebhookServer, path: str = "/check") -> Obj:
    return {"url": server.url + path, "caBundle": server.bundle}


def test_it_is_asked_and_its_no_is_told(client: Client, server: WebhookServer) -> None:
    server.decide = lambda r: {
        "allowed": "bad" not in r["name"],
        "status": {"message": "no such name"},
        "warnings": ["careful"],
    }
    client.hook(by_url(server))
    assert client.map("good")["_code"] == 201
    said = client.map("bad")
    assert (said["_code"], said["message"]) == (400, 'admission webhook "check.ex.io" denied the request: no such name')
    assert said["_warnings"] == ['299 - "careful"']
    assert client("GET", f"{MAPS}/bad")["_code"] == 404
    assert [(a["operation"], a["name"], a["_path"]) for a in server.asked] == [
        ("CREATE", "good", "/check?timeout=5s"), ("CREATE", "bad", "/check?timeout=5s"),
    ]  # fmt: skip


def test_it_changes_what_is_written_and_is_asked_once(client: Client, server: WebhookServer) -> None:
    change = patch({"op": "add", "path": "/data", "value": {"by": "webhook"}})
    server.decide = lambda r: change if len(server.asked) == 1 else {"allowed": True}
    client.hook(by_url(server), "Mutating")
    client.hook(by_url(server), "Validating")
    made = client.map("a", mine="1")
    assert made["data"] == {"by": "webhook"} and made["_code"] == 201, made
    assert [a["object"].get("data") for a in server.asked] == [{"mine": "1"}, {"by": "webhook"}]
    assert server.asked[1]["object"]["metadata"]["uid"] == made["metadata"]["uid"]


def test_a_patch_and_a_deletion_wait_too(client: Client, server: WebhookServer) -> None:
    client.map("a")
    server.decide = lambda r: {"allowed": r["operation"] != "DELETE"}
    client.hook(by_url(server))
    assert client("PATCH", f"{MAPS}/a", {"data": {"k": "v"}}, "application/merge-patch+json")["data"] == {"k": "v"}
    assert client("DELETE", f"{MAPS}/a")["message"].endswith("denied the request without explanation")
    assert client("GET", f"{MAPS}/a")["_code"] == 200
    assert client("DELETE", MAPS)["_code"] == 400
    server.decide = lambda r: {"allowed": True}
    client.map("b")
    assert len(client("DELETE", MAPS)["items"]) == 3  # kube-root-ca.crt is one of them
    assert [m["metadata"]["name"] for m in client("GET", MAPS)["items"]] in ([], ["kube-root-ca.crt"])


def test_others_are_answered_while_one_waits(client: Client, server: WebhookServer) -> None:
    asked, go = threading.Event(), threading.Event()

    def decide(_: Obj) -> Obj:
        asked.set()
        assert go.wait(20)
        return {"allowed": True}

    server.decide = decide
    client.hook(by_url(server), timeoutSeconds=20)
    answers: list[Obj] = []
    slow = Client(client.cluster)
    waiting = threading.Thread(target=lambda: answers.append(slow.map("slow")))
    waiting.start()
    assert asked.wait(20)
    before = client("GET", MAPS)["metadata"]["resourceVersion"]
    assert client("POST", "/api/v1/namespaces/default/secrets", {"metadata": {"name": "s"}})["_code"] == 201
    listed = client("GET", MAPS)
    assert "slow" not in [m["metadata"]["name"] for m in listed["items"]]
    assert not answers
    go.set()
    waiting.join(20)
    slow.http.close()
    assert answers[0]["_code"] == 201
    assert int(answers[0]["metadata"]["resourceVersion"]) > int(before)


def test_what_changed_meanwhile_is_told_again(client: Client, server: WebhookServer) -> None:
    client.map("a", k="0")
    other = Client(client.cluster)

    def decide(request: Obj) -> Obj:
        if len(server.asked) == 1:
            patched = other(
                "PATCH", f"{MAPS}/a", {"metadata": {"annotations": {"x": "y"}}}, "application/merge-patch+json"
            )
            assert patched["_code"] == 200
        return {"allowed": True}

    server.decide = decide
    client.hook(by_url(server), matchConditions=[{"name": "c", "expression": "object.data.k != oldObject.data.k"}])
    made = client("PATCH", f"{MAPS}/a", {"data": {"k": "1"}}, "application/merge-patch+json")
    assert made["data"] == {"k": "1"} and made["metadata"]["annotations"] == {"x": "y"}
    other.http.close()
    assert ["annotations" in a["oldObject"]["metadata"] for a in server.asked] == [False, True]


def broken(server: WebhookServer, how: str) -> str:
    """Makes it answer wrongly; how Kubernetes tells of it."""
    post = f'Post "{server.url}/check?timeout=5s": '
    match how:
        case "gone":
            server.close()
            return f"{post}dial tcp 127.0.0.1:{server.port}: connect: connection refused"
        case "404":
            server.reply = lambda _: (404, b"what?")
            return "the server could not find the requested resource"
        case "500":
            server.reply = lambda _: (500, b"my fault")
            return 'an error on the server ("my fault") has prevented the request from succeeding'
        case "403":
            server.reply = lambda _: (403, b"keep out")
            return "keep out"
        case "empty":
            server.reply = lambda _: (200, b"")
            return "0-length response with status code: 200 and content type: application/json"
    raise AssertionError(how)


@pytest.mark.parametrize("how", ["404", "500", "403", "empty"])
def test_who_answers_wrongly_fails(client: Client, server: WebhookServer, how: str) -> None:
    why = broken(server, how)
    client.hook(by_url(server))
    said = client.map()
    assert (said["_code"], said["reason"], said["message"]) == (500, "InternalError", FAILED + why)
    assert client("GET", f"{MAPS}/a")["_code"] == 404


def test_nobody_there(client: Client) -> None:
    client.hook({"url": "https://127.0.0.1:1/x"})
    said = client.map()
    why = 'Post "https://127.0.0.1:1/x?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused'
    assert said["message"] == FAILED + why


def test_a_failure_may_be_ignored(client: Client) -> None:
    client.hook({"url": "https://127.0.0.1:1/x"}, failurePolicy="Ignore")
    assert client.map()["_code"] == 201


def test_it_has_its_time(client: Client, server: WebhookServer) -> None:
    def decide(_: Obj) -> Obj:
        time.sleep(1.5)
        return {"allowed": True}

    server.decide = decide
    client.hook(by_url(server), timeoutSeconds=1)
    said = client.map()
    assert said["message"] == f'{FAILED}Post "{server.url}/check?timeout=1s": context deadline exceeded'


def test_its_certificate_must_be_of_the_bundle(client: Client, server: WebhookServer) -> None:
    client.hook({"url": server.url})
    why = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    assert client.map()["message"] == f'{FAILED}Post "{server.url}?timeout=5s": {why}'
    assert not server.asked


def test_its_certificate_must_be_of_its_name(client: Client, named_server: WebhookServer) -> None:
    client.hook(by_url(named_server))
    why = "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"
    post = f'Post "{named_server.url}/check?timeout=5s": '
    assert client.map()["message"] == f"{FAILED}{post}tls: failed to verify certificate: x509: {why}"
    assert not named_server.asked


def service(client: Client, annotations: Obj | None = None, **spec: Any) -> None:
    made = client("POST", "/api/v1/namespaces/default/services", {
        "metadata": {"name": "policy", "annotations": annotations or {}}, "spec": {"ports": [{"port": 443}], **spec},
    })  # fmt: skip
    assert made["_code"] == 201, made


REFERENCE = {"name": "policy", "namespace": "default", "path": "/v"}
POST = 'Post "https://policy.default.svc:443/v?timeout=5s": '


def test_a_service_must_be_there(client: Client) -> None:
    client.hook({"service": REFERENCE})
    assert client.map()["message"] == f'{FAILED}{POST}service "policy" not found'
    service(client, selector={"app": "policy"})
    assert client.map()["message"] == f'{FAILED}{POST}no endpoints available for service "policy"'


def test_a_service_may_say_where_it_is_served(client: Client, named_server: WebhookServer) -> None:
    service(client, {"sim.quorate.dev/served-at": named_server.url}, selector={"app": "policy"})
    client.hook({"service": REFERENCE, "caBundle": named_server.bundle})
    assert client.map()["_code"] == 201
    assert [a["_path"] for a in named_server.asked] == ["/v?timeout=5s"]


def test_a_service_may_stand_for_a_name(client: Client, named_server: WebhookServer) -> None:
    service(client, type="ExternalName", externalName="localhost", ports=[{"port": named_server.port}])
    client.hook({"service": {**REFERENCE, "port": named_server.port}, "caBundle": named_server.bundle})
    assert client.map()["_code"] == 201
    assert len(named_server.asked) == 1


def test_pods_that_are_played_let_everything_pass_once_they_are_ready(client: Client) -> None:
    service(client, selector={"app": "policy"})
    client("POST", "/api/v1/namespaces/default/pods", {
        "metadata": {"name": "policy", "labels": {"app": "policy"}}, "spec": {"containers": [{"name": "c", "image": "i"}]},
    })  # fmt: skip
    client.hook({"service": REFERENCE})
    client.cluster.advance("1m")
    assert client.map()["_code"] == 201


def test_controllers_wait_for_their_webhooks(client: Client, server: WebhookServer) -> None:
    server.decide = lambda r: patch(
        {"op": "add", "path": "/metadata/annotations", "value": {"seen": r["userInfo"]["username"]}}
    )
    client.hook(by_url(server), "Mutating", ("pods",))
    template = {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    client("POST", "/apis/apps/v1/namespaces/default/replicasets", {
        "metadata": {"name": "w"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "w"}}, "template": template},
    })  # fmt: skip
    until = time.monotonic() + 30
    while True:
        pods = client("GET", "/api/v1/namespaces/default/pods")["items"]
        if len(pods) == 3 or time.monotonic() > until:
            break
        time.sleep(0.02)
    assert [p["metadata"]["annotations"]["seen"] for p in pods] == [
        "system:serviceaccount:kube-system:replicaset-controller"
    ] * 3
    events = client("GET", "/api/v1/namespaces/default/events")["items"]
    assert (
        sorted(e["reason"] for e in events if e["involvedObject"]["kind"] == "ReplicaSet") == ["SuccessfulCreate"] * 3
    )
    assert len([a for a in server.asked if a["operation"] == "CREATE"]) == 3
