"""Asks a running world what Kubernetes' API has no words for: its clock and its faults (see edge.own)."""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quorate.edge.kubeconfig import KubeconfigError, read_endpoint

WAIT_MOST = 600.0
"""Seconds: an advance is answered when the world has lived through it."""
Told = dict[str, Any]


class WorldError(Exception):
    """The world does not answer, or refuses; the message says why."""


class WorldClient:
    """Speaks to the world of a kubeconfig that `quorate up` wrote. Every method raises WorldError."""

    def __init__(self, kubeconfig: Path, wait: float = WAIT_MOST) -> None:
        self.kubeconfig, self.wait = kubeconfig, wait

    def clock(self) -> Told:
        """{"now": RFC 3339, "speed": factor}"""
        return self._call("GET", "clock")

    def advance(self, by: str) -> Told:
        """As `clock`, after `by` has passed in the world."""
        return self._call("POST", "clock", {"advance": by})

    def faults(self) -> list[Told]:
        """Those in force: `id`, `fault`, `arguments`, `since`, `until`."""
        items: list[Told] = self._call("GET", "faults")["items"]
        return items

    def fault(self, id: str) -> Told:
        return self._call("GET", f"faults/{quote(id, safe='')}")

    def inject(self, fault: str, arguments: dict[str, Any], lasting: str | None) -> Told:
        body = {"fault": fault, "arguments": arguments}
        return self._call("POST", "faults", body if lasting is None else {**body, "for": lasting})

    def clear(self, id: str) -> Told:
        return self._call("DELETE", f"faults/{quote(id, safe='')}")

    def clear_all(self) -> list[Told]:
        items: list[Told] = self._call("DELETE", "faults")["items"]
        return items

    def snapshot(self) -> bytes:
        """The whole world, as edge.snapshot packs it."""
        return self._asked("GET", "snapshot", None)

    def _call(self, method: str, path: str, body: Told | None = None) -> Told:
        try:
            told: Told = json.loads(self._asked(method, path, body))
        except ValueError:
            raise WorldError(f"what answers at {path} of {self.kubeconfig} is no world of quorate") from None
        return told

    def _asked(self, method: str, path: str, body: Told | None) -> bytes:
        try:
            server, token, authority = read_endpoint(self.kubeconfig)
        except KubeconfigError as wrong:
            raise WorldError(str(wrong)) from None
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{server}/quorate/{path}", data=data, method=method)
        request.add_header("Authorization", f"Bearer {token}")
        try:
            context = ssl.create_default_context(cadata=authority.decode()) if authority else None
            with urllib.request.urlopen(request, timeout=self.wait, context=context) as reply:
                told: bytes = reply.read()
                return told
        except urllib.error.HTTPError as wrong:
            raise WorldError(_why(wrong)) from None
        except (urllib.error.URLError, OSError, ValueError) as wrong:
            raise WorldError(
                f"no world answers at {server} (from {self.kubeconfig}): {getattr(wrong, 'reason', wrong)}"
            ) from None


def _why(wrong: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(wrong)["message"])
    except (ValueError, KeyError, TypeError):
        return str(wrong.reason)
