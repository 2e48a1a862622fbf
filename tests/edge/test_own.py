"""Quorate's own endpoints, without a socket."""

import asyncio
from functools import partial
from typing import Any

import orjson
import pytest

from quorate.assemble.reviving import freeze
from quorate.assemble.world import World, world
from quorate.edge.drive import Driver
from quorate.edge.own import Own
from quorate.kernel.clock import Wall


class Bench:
    def __init__(self) -> None:
        self.world: World = world(seed=5)
        self.driver = Driver(self.world.pump, Wall(self.world.now, read=lambda: 0))
        self.own = Own(self.driver, self.world.faults, partial(freeze, self.world))

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        async def ask() -> tuple[int, dict[str, Any]]:
            playing = asyncio.ensure_future(self.driver.run())
            try:
                return await self.own.answer(method, f"/quorate/{path}", b"" if body is None else orjson.dumps(body))
            finally:
                playing.cancel()

        return asyncio.run(ask())


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def test_the_clock_is_read_and_advanced() -> None:
    bench = Bench()
    assert bench.call("GET", "clock") == (200, {"now": "2026-01-01T00:00:00Z", "speed": 1.0})
    assert bench.call("POST", "clock", {"advance": "10m"})[1]["now"] == "2026-01-01T00:10:00Z"


def test_a_fault_comes_and_goes() -> None:
    bench = Bench()
    code, made = bench.call("POST", "faults", {"fault": "node-down", "arguments": {"node": "node-0"}, "for": "10m"})
    assert (code, made["id"], made["until"]) == (201, "node-down-1", "2026-01-01T00:10:00Z")
    assert bench.call("GET", "faults") == (200, {"items": [made]})
    assert bench.call("GET", "faults/node-down-1") == (200, made)
    assert bench.call("DELETE", "faults/node-down-1") == (200, made)
    assert bench.call("GET", "faults") == (200, {"items": []})


def test_all_are_cleared_and_options_may_have_hyphens() -> None:
    bench = Bench()
    bench.call("POST", "faults", {"fault": "provisioner-slow", "arguments": {"storage-class": "standard", "by": "1m"}})
    bench.call("POST", "faults", {"fault": "informer-lag"})
    code, done = bench.call("DELETE", "faults")
    assert code == 200
    assert [i["id"] for i in done["items"]] == ["informer-lag-2", "provisioner-slow-1"]


def test_the_catalogue_says_what_each_is_told(bench: Bench) -> None:
    items = {i["name"]: i for i in bench.call("GET", "faults/catalogue")[1]["items"]}
    assert items["controller-slow"]["parameters"][1] == {
        "name": "by", "about": "how long each decision waits", "type": "duration", "default": "30s", "required": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "why"),
    [
        ("GET", "fault", None, 404, "nothing is served at /quorate/fault"),
        ("GET", "faultsmore", None, 404, "nothing is served"),
        ("GET", "faults/node-down-9", None, 404, "no fault in force"),
        ("DELETE", "faults/node-down-9", None, 404, "no fault in force"),
        ("PUT", "faults", {}, 405, "PUT is not served here"),
        ("DELETE", "clock", None, 405, "DELETE is not served here"),
        ("POST", "faults", {"fault": "nodedown"}, 404, "did you mean node-down"),
        ("POST", "faults", {"fault": "node-down", "arguments": ["node-0"]}, 400, "arguments are an object"),
        ("POST", "faults", {"fault": "node-down", "arguments": {"node": "n"}}, 400, "no node is named"),
        ("POST", "faults", {"fault": "node-down", "for": "soon"}, 400, "not a duration"),
        ("POST", "faults", {"fault": "node-down", "for": 5}, 400, "'for'"),
        ("POST", "faults", {}, 400, "'fault'"),
        ("POST", "faults", [], 400, "JSON object"),
        ("POST", "clock", {"advance": "soon"}, 400, "not a duration"),
    ],
)
def test_bad_requests_are_answered_with_a_status(
    bench: Bench, method: str, path: str, body: Any, code: int, why: str
) -> None:
    before = bench.world.store.revision
    got, status = bench.call(method, path, body)
    assert (got, status["kind"], status["code"]) == (code, "Status", code)
    assert why in status["message"]
    assert bench.world.store.revision == before


def test_what_is_no_json_is_refused(bench: Bench) -> None:
    code, status = asyncio.run(bench.own.answer("POST", "/quorate/faults", b"{"))
    assert (code, status["reason"]) == (400, "BadRequest")
