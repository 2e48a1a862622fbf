"""Lists: selection, chunks of one moment, resourceVersion rules, and the bytes of the answer.

Object bytes are made once, at their first need after the commit, and joined here.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from quorate.apiserver.fields import field_filter
from quorate.apiserver.store.store import Store
from quorate.apiserver.validation.errors import FieldError, forbidden, not_supported, refusal
from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj
from quorate.objects.collection import key_of
from quorate.objects.kinds import Kind
from quorate.objects.selectors import parse

LIST_OPTIONS = Kind("meta.k8s.io", "v1", "ListOptions", "", "", False, "")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """metav1.ListOptions as the query string has them; "" where absent."""

    label_selector: str = ""
    field_selector: str = ""
    resource_version: str = ""
    resource_version_match: str = ""
    limit: int = 0
    continue_token: str = ""
    watch: bool = False
    send_initial_events: bool | None = None
    allow_bookmarks: bool = False
    timeout_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    objects: Sequence[Obj]
    revision: int
    continue_token: str
    remaining: int | None


def check(query: ListQuery) -> None:
    """Raises Refused (422, 400) for combinations that Kubernetes does not allow."""
    errors: list[FieldError] = []
    match, version, send = query.resource_version_match, query.resource_version, query.send_initial_events
    if match:
        field = "resourceVersionMatch"
        if query.watch and send is None:
            errors.append(
                forbidden(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
            )
        elif not version and not query.watch:
            errors.append(forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        if query.continue_token:
            errors.append(forbidden(field, "resourceVersionMatch is forbidden when continue is provided"))
        if match not in ("Exact", "NotOlderThan"):
            errors.append(not_supported(field, match, ["Exact", "NotOlderThan", ""]))
        elif match == "Exact" and version == "0":
            errors.append(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    if send is not None:
        if not query.watch:
            errors.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
        elif match != "NotOlderThan":
            errors.append(
                forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                )
            )
    if errors:
        raise refusal(LIST_OPTIONS, "", errors)


def parse_version(text: str, *, watch: bool = False) -> int:
    """A resourceVersion as a number; 0 for "". Raises Refused as the real server words it."""
    if not text:
        return 0
    if text.isascii() and text.isdigit():
        return int(text)
    quoted = orjson.dumps(text).decode()
    why = f"resourceVersion: Invalid value: {quoted}: strconv.ParseUint: parsing {quoted}: invalid syntax"
    if watch:
        raise Refused("", why, code=500)
    raise bad_request(f"invalid resource version: {why}")


def select(store: Store, kind: Kind, namespace: str | None, query: ListQuery) -> Listed:
    """The objects asked for, in order of (namespace, name). Raises Refused: 400, 410, 422, 504."""
    check(query)
    version = parse_version(query.resource_version)
    after: tuple[str, str] | None = None
    at = store.revision
    if query.continue_token:
        if version:
            raise bad_request("specifying resource version is not allowed when using continue")
        at, after = _read_token(query.continue_token)
    elif version > store.revision:
        raise _too_large(version, store.revision, query.resource_version_match == "Exact")
    elif version and (query.resource_version_match == "Exact" or (query.limit and not query.resource_version_match)):
        at = version
    found: Sequence[Obj]
    if at == store.revision:
        found = store.objects.list(kind.resource, namespace)
    else:
        found = store.as_of(at, kind.resource, namespace)
    keep = _keeps(kind, query)
    if keep is not None:
        found = [o for o in found if keep(o)]
    if after is not None:
        found = [o for o in found if key_of(o) > after]
    if query.limit and len(found) > query.limit:
        page = found[: query.limit]
        selective = bool(query.label_selector or query.field_selector)
        remaining = None if selective else len(found) - query.limit
        return Listed(page, at, _token(at, key_of(page[-1])), remaining)
    return Listed(found, at, "", None)


class Keep:
    """Label and field selectors as one test."""

    def __init__(self, kind: Kind, label_selector: str, field_selector: str) -> None:
        try:
            self.labels = parse(label_selector) if label_selector else None
        except ValueError as wrong:
            raise bad_request(str(wrong)) from None
        self.fields = field_filter(kind, field_selector) if field_selector else None

    def __call__(self, obj: Obj) -> bool:
        if self.labels is not None and not self.labels.matches(obj["metadata"].get("labels")):
            return False
        return self.fields is None or self.fields(obj)


def _keeps(kind: Kind, query: ListQuery) -> Keep | None:
    if not query.label_selector and not query.field_selector:
        return None
    return Keep(kind, query.label_selector, query.field_selector)


def list_json(store: Store, kind: Kind, listed: Listed) -> bytes:
    """The bytes of the List. Items of built-in kinds carry neither kind nor apiVersion, as in Kubernetes."""
    meta: Obj = {"resourceVersion": str(listed.revision)}
    if listed.continue_token:
        meta["continue"] = listed.continue_token
    if listed.remaining is not None:
        meta["remainingItemCount"] = listed.remaining
    head = orjson.dumps({"kind": kind.list_name, "apiVersion": kind.api_version, "metadata": meta})
    raws = [store.json(kind.resource, o) for o in listed.objects]
    if kind.type:
        typed = orjson.dumps({"kind": kind.kind, "apiVersion": kind.api_version})[:-1] + b","
        raws = [b"{" + raw[len(typed) :] if raw.startswith(typed) else raw for raw in raws]
    items = b",".join(raws)
    return b"".join((head[:-1], b',"items":[', items, b"]}"))


def _token(revision: int, last: tuple[str, str]) -> str:
    raw = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "after": list(last)})
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, tuple[str, str]]:
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, name = raw["after"]
        return int(raw["rv"]), (namespace, name)
    except (ValueError, KeyError, TypeError):
        raise bad_request(f"continue key is not valid: {token}") from None


def _too_large(version: int, current: int, exact: bool) -> Refused:
    details: Obj = {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]}
    if not exact:
        details["retryAfterSeconds"] = 1
    return Refused("Timeout", f"Timeout: Too large resource version: {version}, current: {current}", details)
