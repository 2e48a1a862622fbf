"""HTTP without sockets: a request in, an answer or a stream out. The edge only moves the bytes."""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from quorate.apiserver.access.user import ADMIN, User
from quorate.contract.failures import Refused

JSON = "application/json"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`path` is without percent signs that escape; `query` maps each parameter to its last value; header names are
    lower-case. `user` is who the edge found it to be."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    user: User = ADMIN


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    code: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())


def answer(code: int, obj: Any, warnings: tuple[str, ...] = ()) -> HttpAnswer:
    return HttpAnswer(code, orjson.dumps(obj), headers=warning_headers(warnings))


def warning_headers(warnings: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """RFC 7234 Warning headers with code 299, as kubectl prints them; each text once, as UTF-8."""
    out = []
    for text in dict.fromkeys(warnings):
        if _CONTROL.search(text):
            continue  # as Kubernetes does: such a text is no header
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        out.append(("Warning", f'299 - "{quoted}"'.encode().decode("latin-1")))
    return tuple(out)


def refused(status: Refused) -> HttpAnswer:
    return HttpAnswer(status.code, orjson.dumps(status.status()), headers=retry_after(status))


def retry_after(status: Refused) -> tuple[tuple[str, str], ...]:
    seconds = (status.details or {}).get("retryAfterSeconds")
    return () if seconds is None else (("Retry-After", str(seconds)),)


def not_served() -> Refused:
    return Refused("NotFound", "the server could not find the requested resource", {})


def not_allowed() -> Refused:
    return Refused("MethodNotAllowed", "the server does not allow this method on the requested resource", {})
