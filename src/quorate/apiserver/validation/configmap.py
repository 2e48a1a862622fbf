"""ConfigMaps (core/validation, ValidateConfigMap)."""

from quorate.apiserver.validation.data_keys import MOST_BYTES, encoded_bytes, frozen, keys, text_bytes
from quorate.apiserver.validation.errors import FieldError, invalid, too_long
from quorate.contract.plan import Obj

RESOURCE = "configmaps"


def validate(obj: Obj) -> list[FieldError]:
    data, binary = obj.get("data"), obj.get("binaryData")
    errors = keys("data", data)
    for key in (data or {}).keys() & (binary or {}).keys():
        errors.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
    errors += keys("binaryData", binary)
    if text_bytes(data) + encoded_bytes(binary) > MOST_BYTES:
        errors.append(too_long("", MOST_BYTES))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return frozen(new, old, "data", "binaryData") + validate(new)
