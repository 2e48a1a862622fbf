"""Asks a running world for its time, or to let time pass."""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from quorate.edge.kubeconfig import read_endpoint

WAIT_MOST = 600.0
"""Seconds: an advance is answered when the world has lived through it."""


class ClockError(Exception):
    """The world does not answer, or refuses; the message says why."""


def read_clock(kubeconfig: Path) -> dict[str, Any]:
    """{"now": RFC 3339, "speed": factor}. Raises ClockError, KubeconfigError."""
    return _call(kubeconfig, "GET", None)


def advance_clock(kubeconfig: Path, by: str) -> dict[str, Any]:
    """As read_clock, after `by` has passed in the world."""
    return _call(kubeconfig, "POST", json.dumps({"advance": by}).encode())


def _call(kubeconfig: Path, method: str, body: bytes | None) -> dict[str, Any]:
    server, token, authority = read_endpoint(kubeconfig)
    request = urllib.request.Request(f"{server}/quorate/clock", data=body, method=method)
    request.add_header("Authorization", f"Bearer {token}")
    context = ssl.create_default_context(cadata=authority.decode()) if authority else None
    try:
        with urllib.request.urlopen(request, timeout=WAIT_MOST, context=context) as reply:
            told: dict[str, Any] = json.load(reply)
            return told
    except urllib.error.HTTPError as wrong:
        try:
            why = json.load(wrong).get("message", wrong.reason)
        except ValueError:
            why = wrong.reason
        raise ClockError(f"{server} refused: {why}") from None
    except (urllib.error.URLError, OSError) as wrong:
        raise ClockError(
            f"no world answers at {server} (from {kubeconfig}): {getattr(wrong, 'reason', wrong)}"
        ) from None
