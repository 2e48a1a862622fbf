"""Probes and lifecycle handlers (core/validation, validateProbe and validateHandler)."""

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    not_supported,
    required,
)
from quorate.apiserver.validation.texts import header_name_errors, port_errors, port_name_errors
from quorate.contract.plan import Obj

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_OF_PROBES = ("exec", "httpGet", "tcpSocket", "grpc")
_OF_LIFECYCLE = ("exec", "httpGet", "tcpSocket", "sleep")
_MORE_THAN_ONE = "may not specify more than 1 handler type"


def probe(field: str, kind: str, found: Obj) -> list[FieldError]:
    """One of PROBES, with its defaults."""
    errors = _handler(field, found, _OF_PROBES, None)
    for name in _NUMBERS:
        if found.get(name, 0) < 0:
            errors += not_negative(f"{field}.{name}", found[name])
    grace = found.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        errors.append(invalid(f"{field}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    if kind == "readinessProbe":
        if grace is not None:
            why = "must not be set for readinessProbes"
            errors.append(invalid(f"{field}.terminationGracePeriodSeconds", grace, why))
    elif found.get("successThreshold", 0) != 1:
        errors.append(invalid(f"{field}.successThreshold", found.get("successThreshold", 0), "must be 1"))
    return errors


def lifecycle(field: str, found: Obj, grace: int | None) -> list[FieldError]:
    """`grace` is the pod's, in seconds: no handler may sleep longer."""
    errors: list[FieldError] = []
    for name in ("postStart", "preStop"):
        if name in found:
            errors += _handler(f"{field}.{name}", found[name], _OF_LIFECYCLE, grace)
    return errors


def _handler(field: str, found: Obj, kinds: tuple[str, ...], grace: int | None) -> list[FieldError]:
    given = [kind for kind in kinds if kind in found]
    if not given:
        return [required(field, "must specify a handler type")]
    first = given[0]
    errors = _action(f"{field}.{first}", first, found[first], grace)
    return errors + [forbidden(f"{field}.{kind}", _MORE_THAN_ONE) for kind in given[1:]]


def _action(field: str, kind: str, action: Obj, grace: int | None) -> list[FieldError]:
    match kind:
        case "exec":
            return [] if action.get("command") else [required(f"{field}.command")]
        case "httpGet":
            return _http_get(field, action)
        case "sleep":
            seconds = action.get("seconds", 0)
            if grace is not None and not 0 <= seconds <= grace:
                why = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
                return [invalid(field, seconds, why)]
            return []
        case _:
            return port(f"{field}.port", action.get("port", 0))


def _http_get(field: str, action: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    if not action.get("path"):
        errors.append(required(f"{field}.path"))
    errors += port(f"{field}.port", action.get("port", 0))
    scheme = action.get("scheme", "")
    if scheme not in ("HTTP", "HTTPS"):
        errors.append(not_supported(f"{field}.scheme", scheme, ["HTTP", "HTTPS"]))
    for header in action.get("httpHeaders") or ():
        name = header.get("name", "")
        errors += each_invalid(f"{field}.httpHeaders", name, header_name_errors(name))
    return errors


def port(field: str, found: int | str) -> list[FieldError]:
    """A port's number, or the name that a container gives it."""
    wrong = port_errors(found) if isinstance(found, int) else port_name_errors(found)
    return each_invalid(field, found, wrong) if wrong else []
