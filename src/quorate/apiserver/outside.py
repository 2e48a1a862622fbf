"""Paths that are no resource: health, version, discovery, schemas."""

from functools import lru_cache, partial
from hashlib import sha512

import orjson

from quorate import __version__
from quorate.apiserver import discovery, openapi
from quorate.apiserver.custom.ways import schema_of
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest, not_allowed, not_served
from quorate.apiserver.negotiate import wanted_by
from quorate.apiserver.respond import in_media

VERSION = {
    "major": "1", "minor": "36", "gitVersion": "v1.36.0", "gitCommit": f"quorate-{__version__}", "gitTreeState": "clean",
    "buildDate": "2026-04-22T00:00:00Z", "goVersion": "go1.25", "compiler": "python", "platform": "linux/amd64",
    "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1", "minCompatibilityMinor": "35",
}  # fmt: skip
HEALTH = ("/healthz", "/livez", "/readyz")
CHECKS = ("ping", "log", "etcd", "informer-sync")
TEXT = "text/plain; charset=utf-8"
NOSNIFF = (("X-Content-Type-Options", "nosniff"),)
ROOT = ("/api", "/apis", *HEALTH, "/openapi/v2", "/openapi/v3", "/version")


def answer_other(server: ApiServer, request: HttpRequest, ready: bool) -> HttpAnswer:
    """Raises Refused for what is nearly a resource."""
    path = request.path.rstrip("/") or "/"
    if path.startswith(HEALTH):
        return _health(request, path, ready)
    if path in ("/", "/version"):
        return _told(request, VERSION if path == "/version" else {"paths": [*_roots(server)]})
    if path.startswith(("/api", "/openapi")):
        found = _described(server, request, path)
        if found is not None:
            return found
    parts = path.split("/")
    if parts[1] == "api" and len(parts) > 2:
        if parts[2] == "v1":
            raise not_served()
    elif parts[1] == "apis" and len(parts) > 3 and parts[2] in server.kinds.groups():
        raise not_served()
    return HttpAnswer(404, b"404 page not found\n", TEXT, NOSNIFF)


def _roots(server: ApiServer) -> list[str]:
    groups = {"/apis/" + kind.group for kind in server.kinds.all() if kind.group}
    versions = {"/apis/" + kind.api_version for kind in server.kinds.all() if kind.group}
    return sorted({*ROOT, "/api/v1", *groups, *versions})


def _health(request: HttpRequest, path: str, ready: bool) -> HttpAnswer:
    root, _, check = path[1:].partition("/")
    if f"/{root}" not in HEALTH or (check and check not in CHECKS):
        return HttpAnswer(404, b"404 page not found\n", TEXT, NOSNIFF)
    if request.method not in ("GET", "HEAD"):
        raise not_allowed()
    if root == "readyz" and not ready:
        why = "[+]ping ok\n[-]informer-sync failed: reason withheld\nreadyz check failed\n"
        return HttpAnswer(500, why.encode(), TEXT, NOSNIFF)
    if "verbose" in request.query and not check:
        lines = [*(f"[+]{name} ok" for name in CHECKS), f"{root} check passed", ""]
        return HttpAnswer(200, "\n".join(lines).encode(), TEXT, NOSNIFF)
    return HttpAnswer(200, b"ok", TEXT, NOSNIFF)


def _described(server: ApiServer, request: HttpRequest, path: str) -> HttpAnswer | None:
    accept = request.headers.get("accept", "")
    for serve in (discovery.answer, partial(openapi.answer, schema_of=schema_of)):
        made = serve(server.kinds, path, accept)
        if made is None:
            continue
        if request.method not in ("GET", "HEAD"):
            raise not_allowed()
        body, content_type = made
        if isinstance(body, bytes):
            return _tagged(request, body, content_type)
        if content_type == "application/json":
            return _told(request, body)
        return _tagged(request, orjson.dumps(body), content_type)
    return None


def _tagged(request: HttpRequest, body: bytes, content_type: str) -> HttpAnswer:
    """What clients keep: kubectl asks with the tag of what it has, and gets it again only when it has changed."""
    tag = f'"{_digest(body)}"'
    headers = (("Etag", tag), ("Vary", "Accept"))
    known = request.headers.get("if-none-match", "")
    if known == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return HttpAnswer(304, b"", content_type, headers)
    return HttpAnswer(200, body, content_type, headers)


@lru_cache(maxsize=64)
def _digest(body: bytes) -> str:
    return sha512(body).hexdigest().upper()


def _told(request: HttpRequest, obj: object) -> HttpAnswer:
    """In JSON or YAML, as the client reads; discovery knows no other shapes."""
    if request.method not in ("GET", "HEAD"):
        raise not_allowed()
    return in_media(200, orjson.dumps(obj), wanted_by(request.headers, request.query))
