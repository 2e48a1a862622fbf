"""HTTP without sockets: a request in, an answer or a watch out. The edge only moves the bytes."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from quorate.apiserver.listing import ListQuery
from quorate.apiserver.request import Options
from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj

JSON = "application/json"
PATCH_TYPES = {
    "application/json-patch+json": "json", "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic", "application/apply-patch+yaml": "apply",
    "application/apply-patch+cbor": "apply",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`query` maps each parameter to its last value; header names are lower-case. `user` is who the edge found it to be."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    user: str = "system:admin"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    code: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())


def answer(code: int, obj: Any, warnings: tuple[str, ...] = ()) -> HttpAnswer:
    return HttpAnswer(code, orjson.dumps(obj), headers=warning_headers(warnings))


def warning_headers(warnings: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """RFC 7234 Warning headers with code 299, as kubectl prints them."""
    out = []
    for text in dict.fromkeys(warnings):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        out.append(("Warning", f'299 - "{quoted}"'))
    return tuple(out)


def refused(status: Refused) -> HttpAnswer:
    headers: tuple[tuple[str, str], ...] = ()
    seconds = (status.details or {}).get("retryAfterSeconds")
    if seconds is not None:
        headers = (("Retry-After", str(seconds)),)
    return HttpAnswer(status.code, orjson.dumps(status.status()), headers=headers)


def not_served() -> Refused:
    return Refused("NotFound", "the server could not find the requested resource", {})


def not_allowed() -> Refused:
    return Refused("MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def body_of(request: HttpRequest) -> Obj:
    """The body as an object, from JSON or YAML. Raises Refused (400, 415)."""
    kind = request.headers.get("content-type", JSON).split(";")[0].strip().lower() or JSON
    if kind in ("application/yaml", "application/apply-patch+yaml"):
        return _yaml(request.body)
    if kind == "application/vnd.kubernetes.protobuf":
        raise unsupported(kind)
    if kind not in (JSON, *PATCH_TYPES) and "json" not in kind:
        raise unsupported(kind)
    return _json(request.body)


def unsupported(kind: str) -> Refused:
    known = "application/json, application/yaml"
    return Refused(
        "UnsupportedMediaType",
        f"the body of the request was in an unknown format - accepted media types include: {known}",
    )


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        raise bad_request(f"couldn't get version/kind; json parse error: {wrong}") from None


def _yaml(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)  # kubectl sends JSON under the YAML type: the quick way first
    except orjson.JSONDecodeError:
        pass
    import yaml

    try:
        # Through JSON, so that dates and other YAML-only values become what the API has.
        return yaml.load(raw, Loader=_loader())
    except yaml.YAMLError as wrong:
        raise bad_request(f"error decoding YAML: {' '.join(str(wrong).split())}") from None


def _loader() -> Any:
    """YAML's C loader without dates, which the API has as text."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in base.yaml_implicit_resolvers.items()
    }
    return type("ApiLoader", (base,), {"yaml_implicit_resolvers": resolvers})


def manager_of(request: HttpRequest) -> str:
    """The field manager: as asked, else the program of the User-Agent."""
    given = request.query.get("fieldManager")
    if given:
        return given
    return request.headers.get("user-agent", "unknown").split("/")[0].split(" ")[0] or "unknown"


def _flag(text: str | None) -> bool | None:
    if text is None or text == "":
        return None
    if text.lower() in ("true", "1", "t"):
        return True
    if text.lower() in ("false", "0", "f"):
        return False
    raise bad_request(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _number(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def options_of(request: HttpRequest, delete: Obj | None = None) -> Options:
    """Options from the query and, for a DELETE, from its DeleteOptions body. Raises Refused (400, 422)."""
    query, body = request.query, delete or {}
    dry = query.get("dryRun") or (body.get("dryRun") or [""])[0]
    if dry not in ("", "All"):
        from quorate.apiserver.deletion import bad_options

        raise bad_options(request.method, dry)
    validation: Any = query.get("fieldValidation") or "Warn"
    if validation not in ("Ignore", "Warn", "Strict"):
        raise bad_request(f"fieldValidation parameter value not supported: {validation}")
    from_body = body.get("preconditions") or {}
    grace = body.get("gracePeriodSeconds")
    if grace is None:
        grace = _number(query.get("gracePeriodSeconds"))
    orphan = body.get("orphanDependents")
    return Options(
        user=request.user, manager=manager_of(request), dry_run=dry == "All", force=bool(_flag(query.get("force"))),
        field_validation=validation, grace_seconds=grace,
        propagation=body.get("propagationPolicy") or query.get("propagationPolicy") or None,
        orphan_dependents=orphan if orphan is not None else _flag(query.get("orphanDependents")),
        uid=from_body.get("uid"), resource_version=from_body.get("resourceVersion"),
    )  # fmt: skip


def list_query(request: HttpRequest) -> ListQuery:
    query = request.query
    return ListQuery(
        label_selector=query.get("labelSelector", ""), field_selector=query.get("fieldSelector", ""),
        resource_version=query.get("resourceVersion", ""), resource_version_match=query.get("resourceVersionMatch", ""),
        limit=_number(query.get("limit")) or 0, continue_token=query.get("continue", ""),
        watch=bool(_flag(query.get("watch"))), send_initial_events=_flag(query.get("sendInitialEvents")),
        allow_bookmarks=bool(_flag(query.get("allowWatchBookmarks"))), timeout_seconds=_number(query.get("timeoutSeconds")),
    )  # fmt: skip
