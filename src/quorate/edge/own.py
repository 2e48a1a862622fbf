"""Quorate's own endpoints, beside the Kubernetes API:

    GET    /quorate/clock               {"now", "speed"}
    POST   /quorate/clock               {"advance": "10m"}; answered once the world has lived through it
    GET    /quorate/snapshot            the whole world as one file (edge.snapshot)
    GET    /quorate/faults              {"items": [...]}: those in force
    GET    /quorate/faults/catalogue    {"items": [...]}: those there are
    GET    /quorate/faults/ID
    POST   /quorate/faults              {"fault": "node-down", "arguments": {"node": "node-0"}, "for": "10m"}
    DELETE /quorate/faults[/ID]         ends one, or all; answers what they were

Refusals are Statuses, as the API's are.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from quorate.contract.failures import Refused, bad_request
from quorate.edge.drive import Driver
from quorate.edge.snapshot import Snapshot, pack
from quorate.faults.switchboard.board import Board
from quorate.faults.switchboard.catalogue import catalogue
from quorate.faults.switchboard.fault import CannotInject, NoSuchFault
from quorate.objects.times import parse_duration, time_text

Answer = tuple[int, dict[str, Any] | bytes]


class Own:
    def __init__(self, driver: Driver, faults: Board, freeze: Callable[[], Snapshot]) -> None:
        self.driver, self.faults, self._freeze = driver, faults, freeze

    async def answer(self, method: str, path: str, body: bytes) -> Answer:
        """(code, JSON; bytes are a snapshot)"""
        try:
            if path == "/quorate/clock":
                return await self._clock(method, body)
            if path == "/quorate/snapshot":
                return await self._snapshot(method)
            if path == "/quorate/faults" or path.startswith("/quorate/faults/"):
                made = self._faults(method, path.removeprefix("/quorate/faults").strip("/"), body)
                self.driver.poke()
                return made
            raise Refused("NotFound", f"nothing is served at {path}")
        except NoSuchFault as wrong:
            return 404, Refused("NotFound", str(wrong)).status()
        except ValueError as wrong:
            return 400, bad_request(str(wrong)).status()
        except Refused as refused:
            return refused.code, refused.status()

    async def _clock(self, method: str, body: bytes) -> Answer:
        match method:
            case "GET":
                pass
            case "POST":
                await self.driver.advance(parse_duration(_text(_object(body), "advance")))
            case _:
                raise _not_allowed(method)
        return 200, {"now": time_text(self.driver.pump.now()), "speed": self.driver.wall.speed}

    async def _snapshot(self, method: str) -> Answer:
        if method != "GET":
            raise Refused(
                "MethodNotAllowed",
                "a running world is not put back, since its clients have seen what came later: start one with quorate up --from",
            )
        frozen = self._freeze()  # one moment; packing it takes longer
        return 200, await asyncio.to_thread(pack, frozen)

    def _faults(self, method: str, id: str, body: bytes) -> Answer:
        board = self.faults
        match method:
            case "GET" if not id:
                return 200, {"items": [u.shown() for u in board.active()]}
            case "GET" if id == "catalogue":
                return 200, {"items": [f.described() for f in catalogue()]}
            case "GET":
                return 200, board.get(id).shown()
            case "POST" if not id:
                asked = _object(body)
                lasting = parse_duration(_text(asked, "for")) if asked.get("for") is not None else None
                arguments = asked.get("arguments") or {}
                if not isinstance(arguments, dict):
                    raise CannotInject(f"arguments are an object, not {arguments!r}")
                return 201, board.inject(_text(asked, "fault"), arguments, lasting).shown()
            case "DELETE" if not id:
                return 200, {"items": [u.shown() for u in board.clear()]}
            case "DELETE":
                return 200, board.undo(id).shown()
        raise _not_allowed(method)


def _object(body: bytes) -> dict[str, Any]:
    found = orjson.loads(body or b"{}")
    if not isinstance(found, dict):
        raise ValueError("the body is a JSON object")
    return found


def _text(asked: dict[str, Any], field: str) -> str:
    found = asked.get(field)
    if not isinstance(found, str):
        raise ValueError(f"the body has no text as {field!r}")
    return found


def _not_allowed(method: str) -> Refused:
    return Refused("MethodNotAllowed", f"{method} is not served here")
