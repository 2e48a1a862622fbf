"""Query parameters, and the body of a DELETE, as options (metav1.CreateOptions, UpdateOptions, PatchOptions, DeleteOptions,
ListOptions), with the checks that Kubernetes makes of them.

(Kubernetes: apimachinery/pkg/apis/meta/v1/validation, meta/internalversion/validation.)
"""

from typing import Any

from quorate.apiserver.access.user import User
from quorate.apiserver.bodies import media_type, parse_json
from quorate.apiserver.decoding import decoded_options
from quorate.apiserver.http import HttpRequest
from quorate.apiserver.listing import ListQuery
from quorate.apiserver.negotiate import JSON, PROTOBUF, YAML, unsupported
from quorate.apiserver.request import FieldValidation, Options
from quorate.apiserver.validation.errors import (
    FieldError,
    forbidden,
    invalid,
    not_supported,
    refusal,
    required,
    too_long,
)
from quorate.contract.failures import Refused, bad_request
from quorate.objects.kinds import Kind

MANAGER_MOST = 128
"""Bytes in the name of a field manager."""
_DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")


def write_options(request: HttpRequest, options_kind: str, patch_type: str = "") -> Options:
    """Of a create, update or patch; `options_kind` is "CreateOptions", ... Raises Refused (422)."""
    query = request.query
    if not query:
        return _plain_options(request.user, request.headers.get("user-agent", ""), patch_type)
    errors: list[FieldError] = []
    manager, dry, validation = query.get("fieldManager", ""), query.get("dryRun"), query.get("fieldValidation", "")
    force = flag(query.get("force"))
    if patch_type == "apply":
        if not manager:
            errors.append(required("fieldManager", "is required for apply patch"))
    elif patch_type and force is not None:
        errors.append(forbidden("force", "may not be specified for non-apply patch"))
    errors += _manager_errors(manager)
    errors += dry_run_errors(None if dry is None else [dry])
    if validation not in _VALIDATIONS:
        errors.append(not_supported("fieldValidation", validation, _VALIDATIONS))
    if errors:
        raise bad_options(options_kind, errors)
    checked: Any = validation or "Warn"
    return Options(
        user=request.user, manager=manager or agent(request.headers.get("user-agent", "")), dry_run=dry is not None,
        force=bool(force), field_validation=checked,
    )  # fmt: skip


def _plain_options(user: User, user_agent: str, patch_type: str) -> Options:
    if patch_type == "apply":
        raise bad_options("PatchOptions", [required("fieldManager", "is required for apply patch")])
    return Options(user=user, manager=agent(user_agent))


def validation_of(request: HttpRequest) -> FieldValidation:
    found: Any = request.query.get("fieldValidation") or "Warn"
    return found if found in _VALIDATIONS else "Warn"


def agent(user_agent: str) -> str:
    """A client that names no manager is known by its program: what stands before the "/" of its User-Agent."""
    name = user_agent.partition("/")[0]
    if name.isascii() and name.isprintable() and len(name) <= MANAGER_MOST:
        return name or "unknown"
    out = ""
    for letter in name:
        if not letter.isprintable():
            continue
        if len((out + letter).encode()) > MANAGER_MOST:
            break
        out += letter
    return out or "unknown"


def _manager_errors(manager: str) -> list[FieldError]:
    errors = []
    if len(manager.encode("utf-8", "replace")) > MANAGER_MOST:
        errors.append(too_long("fieldManager", MANAGER_MOST))
    at = 0
    for letter in manager:
        if not letter.isprintable():
            shown = f"U+{ord(letter):04X}"
            errors.append(invalid("fieldManager", manager, f"invalid character {shown} (at position {at})"))
        at += len(letter.encode("utf-8", "replace"))
    return errors


def dry_run_errors(given: list[Any] | None) -> list[FieldError]:
    if not given or all(one == "All" for one in given):
        return []
    return [not_supported("dryRun", given, ("All",))]


def bad_options(options_kind: str, errors: list[FieldError]) -> Refused:
    return refusal(Kind("meta.k8s.io", "v1", options_kind, "", "", False, ""), "", errors)


def delete_options(request: HttpRequest) -> Options:
    """From the DeleteOptions in the body; from the query only when there is no body. Raises Refused (400, 415, 422, 500)."""
    query = request.query
    if request.body:
        given = decoded_options(_options_tree(request), _DELETE_OPTIONS)
        expected = given.get("preconditions") or {}
        grace, propagation, orphan = (
            given.get("gracePeriodSeconds"), given.get("propagationPolicy"), given.get("orphanDependents"),
        )  # fmt: skip
        dry: list[Any] | None = given.get("dryRun")
    else:
        expected, propagation = {}, query.get("propagationPolicy")
        grace, orphan = number(query.get("gracePeriodSeconds")), flag(query.get("orphanDependents"))
        dry = [query["dryRun"]] if "dryRun" in query else None
    errors: list[FieldError] = []
    if orphan is not None and propagation is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        errors.append(invalid("propagationPolicy", propagation, why))
    if propagation not in (None, "Foreground", "Background", "Orphan"):
        errors.append(not_supported("propagationPolicy", propagation, ("Foreground", "Background", "Orphan", "nil")))
    errors += dry_run_errors(dry)
    if errors:
        raise bad_options("DeleteOptions", errors)
    return Options(
        user=request.user, manager=agent(request.headers.get("user-agent", "")), dry_run=bool(dry), grace_seconds=grace,
        propagation=propagation, orphan_dependents=orphan, uid=expected.get("uid"),
        resource_version=expected.get("resourceVersion"),
    )  # fmt: skip


def _options_tree(request: HttpRequest) -> Any:
    media = media_type(request.headers.get("content-type", ""))
    if media == YAML:
        from quorate.apiserver.yaml_body import parse_yaml

        return _or_nothing(parse_yaml(request.body))
    if media == PROTOBUF:
        return _from_protobuf(request.body)
    if media != JSON:
        raise unsupported((JSON, YAML, PROTOBUF))
    try:
        tree = parse_json(request.body)
    except ValueError as wrong:
        raise Refused("", f"couldn't get version/kind; json parse error: {wrong}", code=500) from None
    return _or_nothing(tree)


def _or_nothing(tree: Any) -> Any:
    return {} if tree is None else tree


def _from_protobuf(raw: bytes) -> Any:
    from quorate.objects.protobuf import Unreadable, envelope, read_message
    from quorate.objects.schema import type_named

    try:
        return read_message(type_named(_DELETE_OPTIONS), envelope(raw).raw)
    except Unreadable as wrong:
        raise Refused("", str(wrong), code=500) from None


def list_query(request: HttpRequest) -> ListQuery:
    """Raises Refused (400) for what is no number."""
    query = request.query
    if not query:
        return EVERYTHING
    return ListQuery(
        label_selector=query.get("labelSelector", ""), field_selector=query.get("fieldSelector", ""),
        resource_version=query.get("resourceVersion", ""), resource_version_match=query.get("resourceVersionMatch", ""),
        limit=number(query.get("limit")) or 0, continue_token=query.get("continue", ""),
        watch=bool(flag(query.get("watch"))), send_initial_events=flag(query.get("sendInitialEvents")),
        allow_bookmarks=bool(flag(query.get("allowWatchBookmarks"))), timeout_seconds=number(query.get("timeoutSeconds")),
    )  # fmt: skip


EVERYTHING = ListQuery()


def flag(text: str | None) -> bool | None:
    """A parameter that is there is true, unless it says "false" or "0"."""
    return None if text is None else text.lower() not in ("false", "0")


def number(text: str | None) -> int | None:
    """A whole number of 64 bits. Raises Refused (400)."""
    if text is None:
        return None
    digits = text[1:] if text[:1] in ("-", "+") else text
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not (digits.isascii() and digits.isdigit()):
        raise bad_request(f"strconv.ParseInt: parsing {quoted}: invalid syntax")
    if len(digits) > 20 or not -(1 << 63) <= int(text) < 1 << 63:
        raise bad_request(f"strconv.ParseInt: parsing {quoted}: value out of range")
    return int(text)
