"""What a PriorityLevelConfiguration must keep to (Kubernetes: pkg/apis/flowcontrol/validation)."""

import math

from quorate.apiserver.validation import flow_conditions
from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, not_supported, required
from quorate.contract.plan import Obj

RESOURCE = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"
TYPES = ("Exempt", "Limited")
RESPONSES = ("Queue", "Reject")
MOST_QUEUES = 10_000_000
MOST_BITS = 60
"""Choosing a hand of queues may take this many bits of a flow's hash."""


def validate(obj: Obj) -> list[FieldError]:
    spec, name = obj.get("spec") or {}, obj["metadata"].get("name") or ""
    type, limited, exempt = spec.get("type") or "", spec.get("limited"), spec.get("exempt")
    errors: list[FieldError] = []
    if (name == "exempt") != (type == "Exempt"):
        errors.append(invalid("spec.type", type, "type must be 'Exempt' if and only if name is 'exempt'"))
    match type:
        case "Exempt":
            if limited is not None:
                errors.append(forbidden("spec.limited", "must be nil if the type is not Limited"))
            if exempt is not None:
                errors += _shares(exempt, "spec.exempt") + _percent(exempt, "spec.exempt")
        case "Limited":
            if exempt is not None:
                errors.append(forbidden("spec.exempt", "must be nil if the type is Limited"))
            if limited is None:
                errors.append(required("spec.limited", "must not be empty when type is Limited"))
            else:
                errors += _limited(limited)
        case _:
            errors.append(not_supported("spec.type", type, TYPES))
    return errors + flow_conditions.validate(obj)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return flow_conditions.validate(new)


def _shares(part: Obj, at: str) -> list[FieldError]:
    given = part.get("nominalConcurrencyShares") or 0
    return [invalid(f"{at}.nominalConcurrencyShares", given, "must be a non-negative integer")] if given < 0 else []


def _percent(part: Obj, at: str) -> list[FieldError]:
    given = part.get("lendablePercent")
    if given is None or 0 <= given <= 100:
        return []
    return [invalid(f"{at}.lendablePercent", given, "must be between 0 and 100, inclusive")]


def _limited(limited: Obj) -> list[FieldError]:
    errors = _shares(limited, "spec.limited") + _response(limited.get("limitResponse") or {})
    errors += _percent(limited, "spec.limited")
    borrowing = limited.get("borrowingLimitPercent")
    if borrowing is not None and borrowing < 0:
        why = "if specified, must be a non-negative integer"
        errors.append(invalid("spec.limited.borrowingLimitPercent", borrowing, why))
    return errors


def _response(response: Obj) -> list[FieldError]:
    at, queuing = "spec.limited.limitResponse", response.get("queuing")
    match response.get("type") or "":
        case "Reject":
            why = "must be nil if limited.limitResponse.type is not Limited"
            return [] if queuing is None else [forbidden(f"{at}.queuing", why)]
        case "Queue":
            if queuing is None:
                return [required(f"{at}.queuing", "must not be empty if limited.limitResponse.type is Limited")]
            return _queuing(queuing, f"{at}.queuing")
        case other:
            return [not_supported(f"{at}.type", other, RESPONSES)]


def _queuing(queuing: Obj, at: str) -> list[FieldError]:
    length, queues, hand = (queuing.get(f) or 0 for f in ("queueLengthLimit", "queues", "handSize"))
    errors = [] if length > 0 else [invalid(f"{at}.queueLengthLimit", length, "must be positive")]
    if queues <= 0:
        errors.append(invalid(f"{at}.queues", queues, "must be positive"))
    elif queues > MOST_QUEUES:
        errors.append(invalid(f"{at}.queues", queues, f"must not be greater than {MOST_QUEUES}"))
    if hand <= 0:
        errors.append(invalid(f"{at}.handSize", hand, "must be positive"))
    elif hand > queues:
        errors.append(invalid(f"{at}.handSize", hand, f"should not be greater than queues ({queues})"))
    elif _bits(queues, hand) > MOST_BITS:
        why = f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MOST_BITS}"
        errors.append(invalid(f"{at}.handSize", hand, why))
    return errors


def _bits(queues: int, hand: int) -> int:
    """What dealing the hand takes (apiserver/pkg/util/shufflesharding)."""
    return math.ceil(math.log2(queues) * hand)
