"""What a webhook's answer comes to (Kubernetes: apiserver/pkg/admission/plugin/webhook/request, .../errors)."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson

from quorate.apiserver.admission.hooks.review import API_VERSION
from quorate.contract.declared import denied
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.webhooks import Call, CannotCall

REVIEW = f"{API_VERSION}, Kind=AdmissionReview"


class Failed(Exception):
    """The webhook did not answer, or not as a webhook does: its failurePolicy decides."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`patch` are JSON patch operations; `refused` is None for a request that may pass."""

    refused: Refused | None
    patch: list[Any]
    warnings: tuple[str, ...]


def internal(text: str) -> Refused:
    """A 500 as apimachinery makes it of any error."""
    return Refused("InternalError", f"Internal error occurred: {text}", {"causes": [{"message": text}]})


def verdict(call: Call, answered: Obj | CannotCall, mutating: bool) -> Verdict:
    """Raises Failed."""
    if isinstance(answered, CannotCall):
        raise Failed(f'failed calling webhook "{call.webhook}": failed to call webhook: {answered}')
    try:
        response, patch = _verified(call, answered, mutating)
    except ValueError as wrong:
        why = f"received invalid webhook response: {wrong}"
        raise Failed(f'failed calling webhook "{call.webhook}": {why}') from None
    told = tuple(str(w) for w in response.get("warnings") or ())
    refused = None if response.get("allowed") is True else denial(call.webhook, response.get("status"))
    return Verdict(refused, patch, told)


def _verified(call: Call, review: Obj, mutating: bool) -> tuple[Obj, list[Any]]:
    response = review.get("response")
    if not isinstance(response, dict):
        raise ValueError("webhook response was absent")
    group, _, version = str(review.get("apiVersion") or "").rpartition("/")
    kind = f"{group}/{version}, Kind={review.get('kind') or ''}"
    if kind != REVIEW:
        raise ValueError(f"expected webhook response of {REVIEW}, got {kind}")
    wanted, given = call.review["request"]["uid"], response.get("uid") or ""
    if given != wanted:
        raise ValueError(f'expected response.uid="{wanted}", got "{given}"')
    patch, type = response.get("patch") or [], response.get("patchType")
    if not mutating:
        if patch:
            raise ValueError("validating webhook may not return response.patch")
        if type is not None:
            raise ValueError("validating webhook may not return response.patchType")
        return response, []
    if isinstance(patch, list):
        return response, patch
    if type is None:
        raise ValueError("webhook returned response.patch but not response.patchType")
    if type != "JSONPatch":
        raise ValueError(f'webhook returned invalid response.patchType of "{type}"')
    return response, _operations(patch)


def _operations(patch: Any) -> list[Any]:
    try:
        found = orjson.loads(base64.b64decode(patch, validate=True))
    except (binascii.Error, TypeError, ValueError):
        raise internal("error decoding patch: Invalid JSON Patch") from None
    if not isinstance(found, list):
        raise internal("error decoding patch: Invalid JSON Patch")
    return found


def denial(webhook: str, status: Any) -> Refused:
    """The webhook's own Status under its name; never below 400."""
    given: Obj = status if isinstance(status, dict) else {}
    code = given.get("code") or 0
    message = denied(webhook, given.get("message") or given.get("reason") or "")
    details = given.get("details")
    return Refused(given.get("reason") or "", message, details, code if code >= 400 else 400)
