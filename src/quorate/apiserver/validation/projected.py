"""Volumes made of keys, fields and tokens: their paths and modes (core/validation, validateProjectionSources)."""

from quorate.apiserver.validation.env import OF_FILES, field_ref, resource_ref
from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, required
from quorate.apiserver.validation.paths import local
from quorate.contract.plan import Obj

_MODE = "must be a number between 0 and 0777 (octal), both inclusive"
_TWICE = "conflicting duplicate paths"


def file_mode(field: str, mode: int | None) -> list[FieldError]:
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [invalid(field, mode, _MODE)]


def key_to_path(field: str, item: Obj) -> list[FieldError]:
    errors = [required(f"{field}.{name}") for name in ("key", "path") if not item.get(name)]
    errors += local(f"{field}.path", item.get("path", ""))
    return errors + file_mode(f"{field}.mode", item.get("mode"))


def downward(field: str, source: Obj) -> list[FieldError]:
    errors = file_mode(f"{field}.defaultMode", source.get("defaultMode"))
    for item in source.get("items") or ():
        errors += _downward_file(field, item)
    return errors


def _downward_file(field: str, item: Obj) -> list[FieldError]:
    errors = [] if item.get("path") else [required(f"{field}.path")]
    errors += local(f"{field}.path", item.get("path", ""))
    if "fieldRef" in item:
        errors += field_ref(f"{field}.fieldRef", item["fieldRef"], OF_FILES)
        if "resourceFieldRef" in item:
            why = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(invalid(field, "resource", why))
    elif "resourceFieldRef" in item:
        errors += resource_ref(f"{field}.resourceFieldRef", item["resourceFieldRef"], of_volume=True)
    else:
        errors.append(required(field, "one of fieldRef and resourceFieldRef is required"))
    return errors + file_mode(f"{field}.mode", item.get("mode"))


def projected(field: str, volume: Obj) -> list[FieldError]:
    errors = file_mode(f"{field}.defaultMode", volume.get("defaultMode"))
    paths: set[str] = set()
    for i, source in enumerate(volume.get("sources") or ()):
        at = f"{field}.sources[{i}]"
        for kind in ("secret", "configMap"):
            if kind in source:
                errors += _keys(field, f"{at}.{kind}", source[kind], paths)
        if "downwardAPI" in source:
            for item in source["downwardAPI"].get("items") or ():
                errors += _downward_file(f"{at}.downwardAPI", item)
                errors += _once(field, item.get("path", ""), item.get("path", ""), paths)
        if "serviceAccountToken" in source:
            errors += _token(field, f"{at}.serviceAccountToken", source["serviceAccountToken"])
        if len(source) > 1:
            errors.append(forbidden(at, "may not specify more than 1 volume type per source"))
    return errors


def _keys(field: str, at: str, source: Obj, paths: set[str]) -> list[FieldError]:
    errors = [] if source.get("name") else [required(f"{at}.name")]
    for i, item in enumerate(source.get("items") or ()):
        errors += key_to_path(f"{at}.items[{i}]", item)
        errors += _once(field, item.get("path", ""), source.get("name", ""), paths)
    return errors


def _once(field: str, path: str, shown: str, paths: set[str]) -> list[FieldError]:
    if path and path in paths:
        return [invalid(field, shown, _TWICE)]
    if path:
        paths.add(path)
    return []


def _token(field: str, at: str, token: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seconds = token.get("expirationSeconds", 0)
    if seconds < 600:
        why = "may not specify a duration less than 10 minutes"
        errors.append(invalid(f"{at}.expirationSeconds", seconds, why))
    if seconds > 1 << 32:
        why = "may not specify a duration larger than 2^32 seconds"
        errors.append(invalid(f"{at}.expirationSeconds", seconds, why))
    if not token.get("path"):
        return [*errors, required(f"{field}.path")]
    return errors + local(f"{field}.path", token["path"])
