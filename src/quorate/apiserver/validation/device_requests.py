"""What is asked of devices: the spec of ResourceClaims and their templates (Kubernetes: pkg/apis/resource/validation)."""

from collections.abc import Callable, Sequence
from typing import Any

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
)  # fmt: skip
from quorate.apiserver.validation.persistentvolume import driver_name
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

MOST, MOST_ALTERNATIVES = 32, 8
MOST_EXPRESSION, MOST_COST = 10 * 1024, 1_000_000
MODES = ("All", "ExactCount")
_REFERENCE = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
Check = Callable[[Any, str], list[FieldError]]


def claim_spec(spec: Obj, at: str) -> list[FieldError]:
    devices, at = spec.get("devices") or {}, f"{at}.devices"
    requests = devices.get("requests") or ()
    names = {r.get("name") or "": {s.get("name") for s in r.get("firstAvailable") or ()} for r in requests}

    def constraint(found: Obj, where: str) -> list[FieldError]:
        errors = _references(found, names, where)
        if found.get("matchAttribute") is None and found.get("distinctAttribute") is None:
            why = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
            errors.append(required(where, why))
        return errors

    def config(found: Obj, where: str) -> list[FieldError]:
        return _references(found, names, where) + configuration(found, where)

    errors = each(requests, f"{at}.requests", MOST, _request, "name")
    errors += each(devices.get("constraints"), f"{at}.constraints", MOST, constraint)
    return errors + each(devices.get("config"), f"{at}.config", MOST, config)


def selectors(found: Sequence[Obj] | None, at: str) -> list[FieldError]:
    return each(found, at, MOST, _selector)


def configuration(found: Obj, at: str) -> list[FieldError]:
    opaque = found.get("opaque")
    if opaque is None:
        return [required(f"{at}.opaque")]
    errors = driver_name(f"{at}.opaque.driver", opaque.get("driver") or "")
    parameters = opaque.get("parameters")
    if parameters is None:
        errors.append(required(f"{at}.opaque.parameters"))
    elif not isinstance(parameters, dict):
        errors.append(invalid(f"{at}.opaque.parameters", "<value omitted>", "must be a valid JSON object"))
    return errors


def configurations(found: Sequence[Obj] | None, at: str) -> list[FieldError]:
    return each(found, at, MOST, configuration)


def each(found: Sequence[Any] | None, at: str, most: int, check: Check, key: str | None = None) -> list[FieldError]:
    """What is wrong with a list of at most so many; with `key` no two may be the same by it."""
    found = found or ()
    if len(found) > most:
        return [too_many(at, len(found), most)]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, item in enumerate(found):
        errors += check(item, f"{at}[{i}]")
        name = item.get(key) or "" if key else ""
        if key and name in seen:
            errors.append(duplicate(f"{at}[{i}]", name))
        seen.add(name)
    return errors


def label(field: str, name: str) -> list[FieldError]:
    """A name that has to be there and be a DNS label."""
    return each_invalid(field, name, dns1123_label_errors(name)) if name else [required(field)]


def _request(request: Obj, at: str) -> list[FieldError]:
    errors = label(f"{at}.name", request.get("name") or "")
    exactly, several = request.get("exactly"), request.get("firstAvailable")
    one_of = "exactly one of `exactly` or `firstAvailable` is required"
    if exactly is None and not several:
        errors.append(required(at, one_of))
    elif exactly is not None and several:
        errors.append(invalid(at, None, f"{one_of}, but multiple fields are set"))
    elif several:
        errors += each(several, f"{at}.firstAvailable", MOST_ALTERNATIVES, _alternative, "name")
    elif exactly is not None:
        errors += _wanted(exactly, f"{at}.exactly")
    return errors


def _alternative(request: Obj, at: str) -> list[FieldError]:
    return label(f"{at}.name", request.get("name") or "") + _wanted(request, at)


def _wanted(request: Obj, at: str) -> list[FieldError]:
    name, mode, count = (
        request.get("deviceClassName") or "",
        request.get("allocationMode") or "",
        request.get("count") or 0,
    )
    field = f"{at}.deviceClassName"
    errors = each_invalid(field, name, dns1123_subdomain_errors(name)) if name else [required(field)]
    errors += selectors(request.get("selectors"), f"{at}.selectors")
    if mode not in MODES:
        errors.append(not_supported(f"{at}.allocationMode", mode, MODES))
    elif mode == "All" and count:
        errors.append(invalid(f"{at}.count", count, "must not be specified when allocationMode is 'All'"))
    elif mode == "ExactCount" and count <= 0:
        errors.append(invalid(f"{at}.count", count, "must be greater than zero"))
    return errors


def _selector(selector: Obj, at: str) -> list[FieldError]:
    cel = selector.get("cel")
    if cel is None:
        return [required(f"{at}.cel")]
    text, field = cel.get("expression") or "", f"{at}.cel.expression"
    if len(text) > MOST_EXPRESSION:
        return [too_long(field, MOST_EXPRESSION)]
    return _expression(text, field)


def _expression(text: str, field: str) -> list[FieldError]:
    from quorate.apiserver.validation.device_types import DEVICE
    from quorate.objects.cel.program import CompileError, compile_text
    from quorate.objects.cel.types import BOOL, DYN

    try:
        program = compile_text(text, {"device": DEVICE})
    except CompileError as wrong:
        return [invalid(field, text, f"compilation failed: {wrong}")]
    if program.type not in (BOOL, DYN):
        return [invalid(field, text, "must evaluate to bool or the unknown type, not " + str(program.type))]
    return [forbidden(field, "too complex, exceeds cost limit")] if program.most(DEVICE) > MOST_COST else []


def _references(found: Obj, names: dict[str, set[Any]], at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, name in enumerate(found.get("requests") or ()):
        field, parts = f"{at}.requests[{i}]", name.split("/")
        if len(parts) > 2:
            errors.append(invalid(field, name, _REFERENCE))
            continue
        for part in parts:
            errors += label(field, part)
        if parts[0] not in names or (len(parts) == 2 and parts[1] not in names[parts[0]]):
            errors.append(invalid(field, name, _REFERENCE))
    return errors
