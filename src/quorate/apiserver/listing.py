"""Lists: selection, chunks of one moment, resourceVersion rules.

(Kubernetes: apimachinery/pkg/apis/meta/internalversion/validation, apiserver/pkg/storage.)
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from quorate.apiserver.fields import FieldTerms, field_filter, field_terms
from quorate.apiserver.store.store import Store
from quorate.apiserver.validation.errors import FieldError, forbidden, not_supported, refusal
from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj
from quorate.objects.collection import key_of
from quorate.objects.kinds import Kind
from quorate.objects.selectors import Selector, parse

LIST_OPTIONS = Kind("meta.k8s.io", "v1", "ListOptions", "", "", False, "")
_INVALID = "invalid continue token: continue key is not valid"


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
    """Raises Refused (422) for combinations that Kubernetes does not allow."""
    match, version, send = query.resource_version_match, query.resource_version, query.send_initial_events
    if not match and send is None:
        return
    field = "resourceVersionMatch"
    errors: list[FieldError] = []
    if query.watch:
        if send is not None and match != "NotOlderThan":
            errors.append(forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
        if match and send is None:
            why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            errors.append(forbidden(field, why))
        if match and match != "NotOlderThan":
            errors.append(not_supported(field, match, ["NotOlderThan"]))
        if match and query.continue_token:
            errors.append(forbidden(field, "resourceVersionMatch is forbidden when continue is provided"))
    else:
        if match:
            if not version:
                errors.append(forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
            if query.continue_token:
                errors.append(forbidden(field, "resourceVersionMatch is forbidden when continue is provided"))
            if match not in ("Exact", "NotOlderThan"):
                errors.append(not_supported(field, match, ["Exact", "NotOlderThan", ""]))
            elif match == "Exact" and version == "0":
                errors.append(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
        if send is not None:
            errors.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if errors:
        raise refusal(LIST_OPTIONS, "", errors)


def parse_version(text: str, *, watch: bool = False) -> int:
    """A resourceVersion as a number; 0 for "". Raises Refused as the real server words it."""
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 20:
        return int(text)
    quoted = orjson.dumps(text).decode()
    wrong = "value out of range" if text.isascii() and text.isdigit() else "invalid syntax"
    why = f"resourceVersion: Invalid value: {quoted}: strconv.ParseUint: parsing {quoted}: {wrong}"
    if watch:
        raise Refused("", why, code=500)
    raise bad_request(f"invalid resource version: {why}")


def select(store: Store, kind: Kind, namespace: str | None, query: ListQuery, keep: "Keep | None" = None) -> Listed:
    """The objects asked for, in order of (namespace, name), as they are stored. Raises Refused: 400, 410, 422, 504."""
    keep = keep or keeps(kind, query)
    version = parse_version(query.resource_version)
    after: tuple[str, str] | None = None
    at = store.revision
    if query.continue_token:
        if version:
            raise bad_request("specifying resource version is not allowed when using continue")
        at, after = _read_token(query.continue_token, namespace)
        at = store.revision if at < 0 else at
    elif version > store.revision:
        raise too_large(version, store.revision, query.resource_version_match == "Exact")
    elif version and (
        query.resource_version_match == "Exact" or (query.limit > 0 and not query.resource_version_match)
    ):
        at = version
    resource = kind.stored_resource
    found: Sequence[Obj]
    if at >= store.revision:
        found = store.objects.list(resource, namespace)
    elif at < store.compacted:
        raise _compacted(store, query, after, namespace)
    else:
        found = store.as_of(at, resource, namespace)
    if keep is not None:
        found = [o for o in found if keep(o)]
    if after is not None:
        found = [o for o in found if key_of(o) > after]
    # What is served from the watch cache as of any time comes whole.
    limit = query.limit if query.resource_version != "0" else 0
    if 0 < limit < len(found):
        page = found[:limit]
        remaining = None if keep is not None else len(found) - limit
        return Listed(page, at, _token(at, key_of(page[-1]), namespace), remaining)
    return Listed(found, at, "", None)


class Keep:
    """Label and field selectors as one test of stored objects. Raises Refused (400, 422)."""

    __slots__ = ("fields", "labels")

    def __init__(self, kind: Kind, query: ListQuery) -> None:
        self.labels: Selector | None = None
        self.fields: Callable[[Obj], bool] | None = None
        terms: FieldTerms = ()
        try:
            if query.label_selector:
                self.labels = parse(query.label_selector)
            if query.field_selector:
                terms = field_terms(query.field_selector)
        except ValueError as wrong:
            raise bad_request(str(wrong)) from None
        check(query)
        if terms:
            self.fields = field_filter(kind, terms)

    def __call__(self, obj: Obj) -> bool:
        if self.labels is not None and not self.labels.matches(obj["metadata"].get("labels")):
            return False
        return self.fields is None or self.fields(obj)


def keeps(kind: Kind, query: ListQuery) -> Keep | None:
    """None when everything is asked for."""
    if not query.label_selector and not query.field_selector:
        check(query)
        return None
    return Keep(kind, query)


def _token(revision: int, last: tuple[str, str], namespace: str | None) -> str:
    """Where the next page begins, relative to what is listed."""
    start = last[1] if namespace is not None or not last[0] else f"{last[0]}/{last[1]}"
    raw = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": f"{start}\u0000"})
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_token(token: str, namespace: str | None) -> tuple[int, tuple[str, str]]:
    """(revision or -1 for the newest, the last key seen). Raises Refused (400)."""
    for at, letter in enumerate(token):
        if not (letter.isascii() and (letter.isalnum() or letter in "-_")):
            raise bad_request(f"{_INVALID}: illegal base64 data at input byte {at}")
    try:
        made = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        version, revision, start = made["v"], made["rv"], made["start"]
        if version != "meta.k8s.io/v1":
            raise bad_request(
                f"{_INVALID}: server does not recognize this encoded version {orjson.dumps(version).decode()}"
            )
        if not isinstance(revision, int) or not isinstance(start, str) or not start:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise bad_request(f"{_INVALID}: {token}") from None
    start = start.removesuffix("\u0000")
    if namespace is not None:
        return revision, (namespace, start)
    space, slash, name = start.partition("/")
    return revision, (space, name) if slash else ("", start)


def _compacted(store: Store, query: ListQuery, after: tuple[str, str] | None, namespace: str | None) -> Refused:
    """The 410 of a list as of a moment that is forgotten; a chunked one may go on, if less consistently."""
    if after is None:
        return Refused("Expired", "The resourceVersion for the provided list is too old.")
    return Refused(
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
        "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
        "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
        "deleted between the time the first chunk was returned and now may show up in the list.",
        continue_token=_token(-1, after, namespace),
    )


def too_large(version: int, current: int, exact: bool = False) -> Refused:
    details: Obj = {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]}
    if not exact:
        details["retryAfterSeconds"] = 1
    return Refused("Timeout", f"Timeout: Too large resource version: {version}, current: {current}", details)
