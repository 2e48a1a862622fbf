"""A front door with no controllers behind it: what a request is answered depends on the API server alone."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from quorate.apiserver.front import Front
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.store.store import Store
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Clock
from quorate.kernel.pump import Pump

MERGE, STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"
JSON_PATCH, APPLY = "application/json-patch+json", "application/apply-patch+yaml"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Door:
    """`ask` gives (code, parsed answer); `raw` the HttpAnswer itself."""

    def __init__(self) -> None:
        self.server = ApiServer(Store(1000), Pump(Clock()), Chance(1))
        self.front = Front(self.server)
        self.post("/api/v1/namespaces", {"metadata": {"name": "default"}})

    def raw(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpAnswer:  # fmt: skip
        sent = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        heads = {"user-agent": "tests/1", **(headers or {})}
        made = self.front.handle(HttpRequest(method, path, query or {}, heads, sent))
        assert isinstance(made, HttpAnswer)
        return made

    def stream(self, path: str, query: dict[str, str], send: Callable[[bytes], None]) -> Any:
        made = self.front.handle(HttpRequest("GET", path, query, {}))
        assert not isinstance(made, HttpAnswer), made
        return made.open(self.server.store, send)

    def ask(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None, accept: str = "",
        content_type: str = "",
    ) -> tuple[int, Any]:  # fmt: skip
        headers = {k: v for k, v in (("accept", accept), ("content-type", content_type)) if v}
        made = self.raw(method, path, body, query, headers)
        return made.code, orjson.loads(made.body) if made.content_type == "application/json" else made.body.decode()

    def get(self, path: str, query: dict[str, str] | None = None, accept: str = "") -> Any:
        code, obj = self.ask("GET", path, None, query, accept)
        assert code == 200, obj
        return obj

    def post(self, path: str, body: Any, query: dict[str, str] | None = None) -> Any:
        code, obj = self.ask("POST", path, body, query)
        assert code == 201, obj
        return obj

    def patch(self, path: str, body: Any, type: str = MERGE, query: dict[str, str] | None = None) -> Any:
        code, obj = self.ask("PATCH", path, body, query, content_type=type)
        assert code in (200, 201), obj
        return obj

    def refused(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None, accept: str = "",
        content_type: str = "",
    ) -> tuple[int, str, str]:  # fmt: skip
        """(code, reason, message); and the world is as it was."""
        before = self.server.store.revision
        code, status = self.ask(method, path, body, query, accept, content_type)
        assert code >= 400, status
        assert self.server.store.revision == before
        assert status["kind"] == "Status" and status["code"] == code
        return code, status.get("reason", ""), status["message"]


@pytest.fixture
def door() -> Door:
    return Door()


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def deployment(name: str = "d") -> dict[str, Any]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def pod(name: str = "p", **spec: Any) -> dict[str, Any]:
    inner = {"containers": [{"name": "c", "image": "i"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": inner}
