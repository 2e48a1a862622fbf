"""Keys and sizes of ConfigMaps and Secrets, and what `immutable` forbids."""

from quorate.apiserver.validation.errors import FieldError, each_invalid, forbidden
from quorate.apiserver.validation.texts import config_key_errors
from quorate.contract.plan import Obj

MOST_BYTES = 1024 * 1024


def keys(field: str, data: Obj | None) -> list[FieldError]:
    if not data:
        return []
    return [e for key in data for e in each_invalid(f"{field}[{key}]", key, config_key_errors(key))]


def text_bytes(data: Obj | None) -> int:
    return sum(len(value) if value.isascii() else len(value.encode()) for value in data.values()) if data else 0


def encoded_bytes(data: Obj | None) -> int:
    """The size of what base64 texts stand for."""
    return sum(len(value) * 3 // 4 - value[-2:].count("=") for value in data.values()) if data else 0


def frozen(new: Obj, old: Obj, *fields: str) -> list[FieldError]:
    """What may not change once `immutable` has been set."""
    if not old.get("immutable"):
        return []
    why = "field is immutable when `immutable` is set"
    errors = [] if new.get("immutable") else [forbidden("immutable", why)]
    return errors + [forbidden(field, why) for field in fields if (new.get(field) or {}) != (old.get(field) or {})]
