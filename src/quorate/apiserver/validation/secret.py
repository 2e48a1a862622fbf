"""Secrets (core/validation, ValidateSecret): each known type has keys that it cannot do without."""

from base64 import b64decode

import orjson

from quorate.apiserver.json_errors import syntax_error
from quorate.apiserver.validation.data_keys import MOST_BYTES, encoded_bytes, frozen, keys
from quorate.apiserver.validation.errors import FieldError, immutable, invalid, required, too_long
from quorate.contract.plan import Obj
from quorate.objects.patch.golang import json_kind

RESOURCE = "secrets"
ACCOUNT = "kubernetes.io/service-account.name"
_JSON = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}


def validate(obj: Obj) -> list[FieldError]:
    data = obj.get("data") or {}
    errors = keys("data", data)
    if encoded_bytes(data) > MOST_BYTES:
        errors.append(too_long("data", MOST_BYTES))
    return errors + _by_type(obj, data)


def _by_type(obj: Obj, data: Obj) -> list[FieldError]:
    match obj.get("type", ""):
        case "kubernetes.io/service-account-token":
            account = (obj["metadata"].get("annotations") or {}).get(ACCOUNT)
            return [] if account else [required(f"metadata.annotations[{ACCOUNT}]")]
        case "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson" as kind:
            return _json(f"data[{_JSON[kind]}]", data.get(_JSON[kind]))
        case "kubernetes.io/basic-auth":
            names = ("username", "password")
            return [] if any(name in data for name in names) else [required(f"data[{name}]") for name in names]
        case "kubernetes.io/ssh-auth":
            return [] if data.get("ssh-privatekey") else [required("data[ssh-privatekey]")]
        case "kubernetes.io/tls":
            return [required(f"data[{name}]") for name in ("tls.crt", "tls.key") if name not in data]
        case _:
            return []


def _json(field: str, encoded: str | None) -> list[FieldError]:
    if encoded is None:
        return [required(field)]
    wrong = _not_an_object(b64decode(encoded))
    return [invalid(field, "<secret contents redacted>", wrong)] if wrong else []


def _not_an_object(raw: bytes) -> str:
    """What Go's decoder says of text that is no JSON object; "" for one, and for null."""
    wrong = syntax_error(raw.decode("utf-8", "replace"))
    if wrong:
        return wrong
    found = orjson.loads(raw)
    if found is None or isinstance(found, dict):
        return ""
    return f"json: cannot unmarshal {json_kind(found)} into Go value of type map[string]interface {{}}"


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    if new.get("type", "") != old.get("type", ""):
        errors.append(immutable("type", new.get("type", "")))
    return errors + frozen(new, old, "data") + validate(new)
