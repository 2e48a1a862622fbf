"""/metrics over HTTP: for those who have the token."""

import asyncio

import httpx
import pytest

from quorate.assemble.serving import WorldApi
from quorate.assemble.world import world
from quorate.edge.app import App
from quorate.edge.drive import Driver
from quorate.kernel.clock import Wall


@pytest.mark.parametrize(("token", "code"), [("secret", 200), ("other", 401), ("", 401)])
def test_it_wants_the_token(token: str, code: int) -> None:
    made = world(seed=2)

    async def ask() -> httpx.Response:
        app = App(WorldApi(made, "secret"), Driver(made.pump, Wall(made.now)))
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://world") as client:
            return await client.get("/metrics", headers=headers)

    answer = asyncio.run(ask())
    assert answer.status_code == code
    if code == 200:
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert 'kube_node_status_condition{node="node-0",condition="Ready",status="true"} 1' in answer.text
