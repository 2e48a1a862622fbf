"""What webhook configurations must keep to (Kubernetes: pkg/apis/admissionregistration/validation, apiserver/pkg/util/webhook)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from quorate.apiserver.validation.admission_rules import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    match_conditions,
    rule_with_operations,
)  # fmt: skip
from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.selectors import label_selector
from quorate.apiserver.validation.texts import port_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1035_label_errors, dns1123_subdomain_errors

REVIEWS = ("v1", "v1beta1")
HARMLESS = ("None", "NoneOnDryRun")
REINVOCATION = ("IfNeeded", "Never")
FORM = "; desired format: https://host[/path]"


def webhooks(obj: Obj, old: Obj | None, mutating: bool) -> list[FieldError]:
    """Conditions that are as they were are not looked at again."""
    errors: list[FieldError] = []
    names: set[str] = set()
    before = [h.get("matchConditions") for h in (old or {}).get("webhooks") or ()]
    found = obj.get("webhooks") or ()
    same = old is not None and [h.get("matchConditions") for h in found] == before
    for i, hook in enumerate(found):
        at = f"webhooks[{i}]"
        errors += _webhook(hook, at, mutating, same)
        why = f"must specify one of {', '.join(REVIEWS)}"
        errors += review_versions(f"{at}.admissionReviewVersions", hook.get("admissionReviewVersions") or (), why)
        name = hook.get("name")
        if name and name in names:
            errors.append(duplicate(f"{at}.name", name))
        names.add(name)
    return errors


def _webhook(hook: Obj, at: str, mutating: bool, same_conditions: bool) -> list[FieldError]:
    errors = _full_name(f"{at}.name", hook.get("name") or "")
    for i, rule in enumerate(hook.get("rules") or ()):
        errors += rule_with_operations(rule, f"{at}.rules[{i}]")
    errors += _one_of(f"{at}.failurePolicy", hook.get("failurePolicy"), FAILURE_POLICIES)
    errors += _one_of(f"{at}.matchPolicy", hook.get("matchPolicy"), MATCH_POLICIES)
    effects = hook.get("sideEffects")
    if effects is None:
        errors.append(required(f"{at}.sideEffects", f"must specify one of {', '.join(HARMLESS)}"))
    errors += _one_of(f"{at}.sideEffects", effects, HARMLESS)
    seconds = hook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        errors.append(invalid(f"{at}.timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds"))
    errors += label_selector(f"{at}.namespaceSelector", hook.get("namespaceSelector"))
    errors += label_selector(f"{at}.objectSelector", hook.get("objectSelector"))
    if mutating:
        errors += _one_of(f"{at}.reinvocationPolicy", hook.get("reinvocationPolicy"), REINVOCATION)
    errors += client_errors(hook.get("clientConfig") or {}, f"{at}.clientConfig")
    if not same_conditions:
        errors += match_conditions(hook.get("matchConditions"), f"{at}.matchConditions", params=None)
    return errors


def _one_of(field: str, value: Any, choices: Sequence[str]) -> list[FieldError]:
    return [] if value is None or value in choices else [not_supported(field, value, choices)]


def _full_name(field: str, name: str) -> list[FieldError]:
    if not name:
        return [required(field)]
    wrong = dns1123_subdomain_errors(name)
    if wrong:
        return [invalid(field, name, ",".join(wrong))]
    if name.count(".") < 2:
        return [invalid(field, name, "should be a domain with at least three segments separated by dots")]
    return []


def client_errors(client: Obj, at: str) -> list[FieldError]:
    """What is wrong with where a webhook is called, once its defaults are filled in."""
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        return [required(at, "exactly one of url or service is required")]
    return _url(f"{at}.url", url) if url is not None else _service(f"{at}.service", service or {})


def _url(field: str, text: str) -> list[FieldError]:
    try:
        url = urlsplit(text)
    except ValueError as wrong:
        return [required(field, f"url must be a valid URL: {wrong}{FORM}")]
    errors = []
    if url.scheme != "https":
        errors.append(invalid(field, url.scheme, f"'https' is the only allowed URL scheme{FORM}"))
    user, at, host = url.netloc.rpartition("@")
    if not host:
        errors.append(invalid(field, host, f"host must be provided{FORM}"))
    if at:
        errors.append(invalid(field, user, "user information is not permitted in the URL"))
    if url.fragment:
        errors.append(invalid(field, url.fragment, "fragments are not permitted in the URL"))
    if url.query:
        errors.append(invalid(field, url.query, "query parameters are not permitted in the URL"))
    return errors


def _service(at: str, service: Obj) -> list[FieldError]:
    """Kubernetes mixes up name and namespace here: it asks for the one when the other is missing."""
    errors = []
    if not service.get("namespace"):
        errors.append(required(f"{at}.name", "service name is required"))
    if not service.get("name"):
        errors.append(required(f"{at}.namespace", "service namespace is required"))
    port = service.get("port") or 0
    wrong = port_errors(port)
    if wrong:
        errors.append(invalid(f"{at}.port", port, f"port is not valid: {', '.join(wrong)}"))
    path = service.get("path") or ""
    if path in ("", "/"):
        return errors
    field = f"{at}.path"
    if path == "//":
        return [*errors, invalid(field, path, "segment[0] may not be empty")]
    if not path.startswith("/"):
        errors.append(invalid(field, path, "must start with a '/'"))
    for i, step in enumerate(path[1:].removesuffix("/").split("/")):
        if not step:
            errors.append(invalid(field, path, f"segment[{i}] may not be empty"))
        else:
            errors += each_invalid(field, path, [f"segment[{i}]: {why}" for why in dns1123_subdomain_errors(step)])
    return errors


def review_versions(field: str, versions: Sequence[str], missing: str = "") -> list[FieldError]:
    """The versions of reviews that a webhook understands; `missing` is said where there are none."""
    if not versions:
        return [required(field, missing)]
    errors: list[FieldError] = []
    for i, version in enumerate(versions):
        if version in versions[:i]:
            errors.append(invalid(f"{field}[{i}]", version, "duplicate version"))
        else:
            errors += each_invalid(f"{field}[{i}]", version, dns1035_label_errors(version))
    if not any(version in REVIEWS for version in versions):
        errors.append(invalid(field, list(versions), f"must include at least one of {', '.join(REVIEWS)}"))
    return errors
