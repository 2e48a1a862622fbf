"""What a ResourceSlice must keep to: the devices that a driver offers (Kubernetes: pkg/apis/resource/validation)."""

import re
from typing import Any

from quorate.apiserver.validation.device_requests import each, label
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
)  # fmt: skip
from quorate.apiserver.validation.persistentvolume import driver_name
from quorate.apiserver.validation.placement import node_selector
from quorate.contract.plan import Obj
from quorate.objects.names import (
    dns1123_label_errors,
    dns1123_subdomain_errors,
    label_value_errors,
    qualified_name_errors,
)

RESOURCE = "resourceslices.resource.k8s.io"

MOST_DEVICES, MOST_MARKED_DEVICES, MOST_SETS, MOST_COUNTERS, MOST_VALUES, MOST_TAINTS = 128, 64, 8, 32, 32, 16
MOST_VALUE, MOST_ID, MOST_POOL = 64, 32, 253
EFFECTS = ("NoExecute", "NoSchedule", "None")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_IDENTIFIER = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or "
    "'_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
)
_ID = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(
    rf"(0|[1-9]\d*)(\.(0|[1-9]\d*)){{2}}(-{_ID}(\.{_ID})*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?", re.ASCII
)
_ONE_OF = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
_ONE_PER_DEVICE = (
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in "
    "the ResourceSlice spec"
)


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = driver_name("spec.driver", spec.get("driver") or "") + _pool(spec.get("pool") or {}, "spec.pool")
    return errors + _content(spec, "spec")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec, was = new.get("spec") or {}, old.get("spec") or {}
    errors = driver_name("spec.driver", spec.get("driver") or "") + _pool(spec.get("pool") or {}, "spec.pool")
    pool = (spec.get("pool") or {}).get("name")
    if pool != (was.get("pool") or {}).get("name"):
        errors.append(immutable("spec.pool.name", pool))
    for key in ("driver", "nodeName"):
        if spec.get(key) != was.get(key):
            errors.append(immutable(f"spec.{key}", spec.get(key)))
    return errors + _content(spec, "spec")


def _content(spec: Obj, at: str) -> list[FieldError]:
    errors, chosen = _nodes(spec, at, "must be either unset or set to a non-empty string")
    terms = (spec.get("nodeSelector") or {}).get("nodeSelectorTerms") or []
    if spec.get("nodeSelector") is not None and len(terms) != 1:
        errors.append(
            invalid(f"{at}.nodeSelector.nodeSelectorTerms", terms, "must have exactly one node selector term")
        )
    if not chosen:
        errors.append(required(at, _ONE_OF))
    elif len(chosen) > 1:
        errors.append(invalid(at, _braced(chosen), f"{_ONE_OF}, but multiple fields are set"))
    devices, counters = spec.get("devices"), spec.get("sharedCounters")
    if devices is not None and counters is not None:
        errors.append(invalid(at, "", "only one of `sharedCounters` or `devices` is allowed"))
    marked = any(device.get("taints") or device.get("consumesCounters") for device in devices or ())

    def device(found: Obj, where: str) -> list[FieldError]:
        return _device(found, where, bool(spec.get("perDeviceNodeSelection")))

    errors += each(devices, f"{at}.devices", MOST_MARKED_DEVICES if marked else MOST_DEVICES, device, "name")
    return errors + each(counters, f"{at}.sharedCounters", MOST_SETS, _counter_set, "name")


def _braced(chosen: list[str]) -> str:
    return "{" + ", ".join(f"`{key}`" for key in chosen) + "}"


def _nodes(found: Obj, at: str, no_name: str) -> tuple[list[FieldError], list[str]]:
    """What is wrong with the choice of nodes, and the fields that make one."""
    errors: list[FieldError] = []
    chosen: list[str] = []
    name = found.get("nodeName")
    if name:
        chosen.append("nodeName")
        errors += each_invalid(f"{at}.nodeName", name, dns1123_subdomain_errors(name))
    elif name is not None:
        errors.append(invalid(f"{at}.nodeName", name, no_name))
    if found.get("nodeSelector") is not None:
        chosen.append("nodeSelector")
        errors += node_selector(f"{at}.nodeSelector", found["nodeSelector"])
    for key in ("allNodes", "perDeviceNodeSelection"):
        if found.get(key):
            chosen.append(key)
        elif found.get(key) is not None:
            errors.append(invalid(f"{at}.{key}", False, "must be either unset or set to true"))
    return errors, chosen


def _pool(pool: Obj, at: str) -> list[FieldError]:
    name, count, generation = pool.get("name") or "", pool.get("resourceSliceCount") or 0, pool.get("generation") or 0
    errors: list[FieldError] = []
    if not name:
        errors.append(required(f"{at}.name"))
    elif len(name) > MOST_POOL:
        errors.append(too_long(f"{at}.name", MOST_POOL))
    for part in name.split("/") if name else ():
        errors += each_invalid(f"{at}.name", part, dns1123_subdomain_errors(part))
    if count <= 0:
        errors.append(invalid(f"{at}.resourceSliceCount", count, "must be greater than zero"))
    if generation < 0:
        errors.append(invalid(f"{at}.generation", generation, "must be greater than or equal to zero"))
    return errors


def _device(device: Obj, at: str, chooses: bool) -> list[FieldError]:
    name, attributes = device.get("name") or "", device.get("attributes") or {}
    capacity, several = device.get("capacity") or {}, device.get("allowMultipleAllocations")
    errors = each_invalid(f"{at}.name", name, dns1123_label_errors(name))
    total = len(attributes) + len(capacity)
    if total > MOST_VALUES:
        why = f"the total number of attributes and capacities must not exceed {MOST_VALUES}"
        errors.append(invalid(at, total, why))
    for key, value in sorted(attributes.items()):
        errors += _qualified(key, f"{at}.attributes[{key}]") + _attribute(value or {}, f"{at}.attributes[{key}]")
    for key, value in sorted(capacity.items()):
        errors += _qualified(key, f"{at}.capacity[{key}]")
        if (value or {}).get("requestPolicy") is not None and not several:
            errors.append(forbidden(f"{at}.capacity[{key}].requestPolicy", "allowMultipleAllocations must be true"))
    errors += each(device.get("taints"), f"{at}.taints", MOST_TAINTS, _taint)
    errors += each(device.get("consumesCounters"), f"{at}.consumesCounters", MOST_SETS, _consumption, "counterSet")
    if chooses:
        wrong, chosen = _nodes(device, at, "must not be empty")
        errors += wrong
        if not chosen:
            errors.append(required(at, _ONE_PER_DEVICE))
        elif len(chosen) > 1:
            errors.append(invalid(at, _braced(chosen), _ONE_PER_DEVICE))
    elif any(device.get(key) is not None for key in ("nodeName", "nodeSelector", "allNodes")):
        why = "can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec"
        errors.append(invalid(at, None, f"`nodeName`, `nodeSelector` and `allNodes` {why}"))
    return errors


def _qualified(name: str, at: str) -> list[FieldError]:
    """[domain/]identifier."""
    parts = name.split("/")
    if len(parts) == 1:
        return _identifier(name, at)
    if len(parts) > 2:
        return []
    domain, last = parts
    errors = driver_name(at, domain) if domain else [invalid(at, "", "the domain must not be empty")]
    return errors + (_identifier(last, at) if last else [invalid(at, "", "the name must not be empty")])


def _identifier(name: str, at: str) -> list[FieldError]:
    errors = [too_long(at, MOST_ID)] if len(name) > MOST_ID else []
    return errors if _IDENTIFIER.fullmatch(name) else [*errors, invalid(at, name, _NO_IDENTIFIER)]


def _attribute(value: Obj, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    version = value.get("version")
    if version is not None and not _VERSION.fullmatch(version):
        why = "must be a string compatible with semver.org spec 2.0.0"
        errors.append(invalid(f"{at}.version", version, why))
    errors += [too_long(f"{at}.{k}", MOST_VALUE) for k in ("string", "version") if len(value.get(k) or "") > MOST_VALUE]
    given = {key: value[key] for key in ("int", "bool", "string", "version") if value.get(key) is not None}
    if len(given) != 1:
        errors.append(invalid(at, given or "", "exactly one value must be specified"))
    return errors


def _taint(taint: Obj, at: str) -> list[FieldError]:
    key, value, effect = taint.get("key") or "", taint.get("value") or "", taint.get("effect") or ""
    errors = each_invalid(f"{at}.key", key, qualified_name_errors(key))
    errors += each_invalid(f"{at}.value", value, label_value_errors(value))
    if not effect:
        errors.append(required(f"{at}.effect"))
    elif effect not in EFFECTS:
        errors.append(not_supported(f"{at}.effect", effect, EFFECTS))
    return errors


def _counter_set(found: Obj, at: str) -> list[FieldError]:
    return label(f"{at}.name", found.get("name") or "") + _counters(found.get("counters"), f"{at}.counters")


def _consumption(found: Obj, at: str) -> list[FieldError]:
    return label(f"{at}.counterSet", found.get("counterSet") or "") + _counters(found.get("counters"), f"{at}.counters")


def _counters(found: dict[str, Any] | None, at: str) -> list[FieldError]:
    if not found:
        return [required(at)]
    if len(found) > MOST_COUNTERS:
        return [too_many(at, len(found), MOST_COUNTERS)]
    return [error for key in sorted(found) for error in label(f"{at}[{key}]", key)]
