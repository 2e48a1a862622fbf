"""Validation of a value by an OpenAPI schema (kube-openapi: pkg/validation/validate, and what Kubernetes makes of it).

Errors of what an update leaves as it was do not count (ratcheting): a schema may become stricter than stored objects.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson

from quorate.apiserver.validation.errors import FieldError, invalid, not_supported, required, too_long, too_many
from quorate.contract.plan import Obj
from quorate.objects import string_formats
from quorate.objects.go_regexp import compile_regexp

ABSENT: Any = object()
"""No old value to compare with."""
NOWHERE = "<nil>"
"""How an error names the whole object."""


@dataclass(slots=True)
class _Found:
    """`matches` counts what was fine: of several alternatives, the errors of the best are told."""

    errors: list[FieldError] = field(default_factory=list)
    matches: int = 0

    def merge(self, other: "_Found") -> None:
        self.errors += other.errors
        self.matches += other.matches


def validate(schema: Obj, value: Any, old: Any = ABSENT, prefix: str = "") -> list[FieldError]:
    """What is wrong with the value; `prefix` is the field under which it stands, e.g. "status"."""
    return _Look(prefix).at(schema, value, "", old).errors


class _Look:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def _field(self, path: str) -> str:
        name = path.removeprefix(".")
        return ".".join(part for part in (self.prefix, name) if part) or NOWHERE

    def _invalid(self, path: str, value: Any, text: str) -> FieldError:
        return invalid(self._field(path), value, f"{path} in body {text}")

    def _composed(self, text: str) -> FieldError:
        return invalid(self.prefix or NOWHERE, "", text)

    def at(self, schema: Obj, value: Any, path: str, old: Any) -> _Found:
        found = self._looked(schema, value, path, old)
        if found.errors and old is not ABSENT and same(value, old):
            found.errors = []
        return found

    def _looked(self, schema: Obj, value: Any, path: str, old: Any) -> _Found:
        out = _Found()
        if value is None:
            if not schema.get("nullable"):
                out.errors += self._type(schema, value, path)
            out.errors += self._enum(schema, value, path)
            return out
        for errors in (self._type(schema, value, path),):
            out.errors += errors
            out.matches += 1 if errors else 2
        self._combined(schema, value, path, old, out)
        if isinstance(value, str):
            out.errors += self._string(schema, value, path)
            out.matches += 1
        elif isinstance(value, int | float) and not isinstance(value, bool):
            out.errors += self._number(schema, value, path)
            out.matches += 2
        elif isinstance(value, list):
            self._list(schema, value, path, old, out)
        out.errors += self._enum(schema, value, path)
        out.matches += 1
        if isinstance(value, dict):
            self._object(schema, value, path, old, out)
        out.matches += 1
        return out

    # -- one value

    def _type(self, schema: Obj, value: Any, path: str) -> list[FieldError]:
        types = _types(schema)
        format = _format(schema)
        if value is None:
            return [self._mistyped(path, ",".join(types), "null")] if types else []
        if not types and not format:
            return []
        found, found_format = _type_of(value)
        fits = found in types or (found == "integer" and "number" in types)
        fits = fits or (found == "number" and "integer" in types and float(value).is_integer())
        if found not in ("string", "array") and format and not fits and found_format != format:
            return [self._mistyped(path, format, found_format)]
        if format and found in ("string", "array") and not {"number", "integer"} & set(types):
            return []
        return [] if fits else [self._mistyped(path, ",".join(types), found)]

    def _mistyped(self, path: str, wanted: str, found: str) -> FieldError:
        text = f'{path} in body must be of type {wanted}: "{found}"'
        made = invalid(self._field(path), found, text)
        return FieldError("FieldValueTypeInvalid", made.field, made.message)

    def _enum(self, schema: Obj, value: Any, path: str) -> list[FieldError]:
        choices = schema.get("enum")
        if not choices or any(same(value, choice) for choice in choices if choice is not None):
            return []
        texts = [c if isinstance(c, str) else orjson.dumps(c).decode() for c in choices]
        return [not_supported(self._field(path), "" if value is None else value, texts)]

    def _string(self, schema: Obj, value: str, path: str) -> list[FieldError]:
        most, least, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
        if most is not None and len(value) > most:
            return [*self._formatted(schema, value, path), too_long(self._field(path), most)]
        if least is not None and len(value) < least:
            return [self._invalid(path, value, f"should be at least {least} chars long")]
        if pattern and not compile_regexp(pattern).search(value):
            return [self._invalid(path, value, f"should match '{pattern}'"), *self._formatted(schema, value, path)]
        return self._formatted(schema, value, path)

    def _formatted(self, schema: Obj, value: str, path: str) -> list[FieldError]:
        format = _format(schema)
        if not format or format in ("int32", "int64", "float", "double") or string_formats.accepts(format, value):
            return []
        text = f"{path} in body must be of type {format}: {orjson.dumps(value).decode()}"
        made = invalid(self._field(path), value, text)
        return [FieldError("FieldValueTypeInvalid", made.field, made.message)]

    def _number(self, schema: Obj, value: float, path: str) -> list[FieldError]:
        out: list[FieldError] = []
        format = _format(schema)
        if format == "int32" and "integer" in _types(schema) and not -(2**31) <= value < 2**31:
            out.append(self._composed(f"Checked value must be of type integer with format int32 in {path}"))
        factor = schema.get("multipleOf")
        if factor and not _is_multiple(value, factor):
            out.append(self._invalid(path, value, f"should be a multiple of {_number_text(factor, value)}"))
        least, most = schema.get("minimum"), schema.get("maximum")
        if least is not None and (value < least or (value == least and schema.get("exclusiveMinimum"))):
            words = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
            out.append(self._invalid(path, value, f"should be {words} {_number_text(least, value)}"))
        if most is not None and (value > most or (value == most and schema.get("exclusiveMaximum"))):
            words = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
            out.append(self._invalid(path, value, f"should be {words} {_number_text(most, value)}"))
        return out

    # -- what holds others

    def _list(self, schema: Obj, value: list[Any], path: str, old: Any, out: _Found) -> None:
        items = schema.get("items")
        if isinstance(items, dict):
            correlate = correlation(schema, old)
            for i, item in enumerate(value):
                out.merge(self.at(items, item, f"{path}[{i}]", correlate(item)))
        least, most = schema.get("minItems"), schema.get("maxItems")
        if least is not None and len(value) < least:
            out.errors.append(self._invalid(path, len(value), f"should have at least {least} items"))
        if most is not None and len(value) > most:
            out.errors.append(too_many(self._field(path), len(value), most))
        out.matches += 2

    def _object(self, schema: Obj, value: Obj, path: str, old: Any, out: _Found) -> None:
        least, most = schema.get("minProperties"), schema.get("maxProperties")
        if least is not None and len(value) < least:
            out.errors.append(self._invalid(path, len(value), f"should have at least {least} properties"))
            return
        if most is not None and len(value) > most:
            out.errors.append(too_many(self._field(path), len(value), most))
            return
        properties = schema.get("properties") or {}
        before = old if isinstance(old, dict) else {}
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            for name, item in value.items():
                if name not in properties:
                    out.merge(self.at(extra, item, f"{path}.{name}", before.get(name, ABSENT)))
        elif extra is False:
            out.errors += [
                invalid(self._field(path), name, f"{path}.{name} in body is a forbidden property")
                for name in value if name not in properties
            ]  # fmt: skip
        for name, inner in properties.items():
            if name in value:
                at = f"{path}.{name}" if path else name
                out.merge(self.at(inner, value[name], at, before.get(name, ABSENT)))
        for name in schema.get("required") or ():
            if name not in value:
                out.errors.append(required(self._field(f"{path}.{name}")))

    def _combined(self, schema: Obj, value: Any, path: str, old: Any, out: _Found) -> None:
        """anyOf, oneOf, allOf, not."""
        any_of, one_of, all_of = schema.get("anyOf"), schema.get("oneOf"), schema.get("allOf")
        if any_of:
            tried = [self.at(one, value, path, old) for one in any_of]
            fine = next((one for one in tried if not one.errors), None)
            if fine is None:
                out.errors.append(self._composed(f'"{path}" must validate at least one schema (anyOf)'))
            out.merge(fine or _best(tried))
        if one_of:
            tried = [self.at(one, value, path, old) for one in one_of]
            count = sum(not one.errors for one in tried)
            if count == 1:
                out.merge(next(one for one in tried if not one.errors))
            else:
                why = "Found none valid" if count == 0 else f"Found {count} valid alternatives"
                out.errors.append(self._composed(f'"{path}" must validate one and only one schema (oneOf). {why}'))
                if count == 0:
                    out.merge(_best(tried))
        if all_of:
            tried = [self.at(one, value, path, old) for one in all_of]
            for one in tried:
                out.merge(one)
            failed = sum(bool(one.errors) for one in tried)
            if failed:
                none = ". None validated" if failed == len(tried) else ""
                out.errors.append(self._composed(f'"{path}" must validate all the schemas (allOf){none}'))
        refused = schema.get("not")
        if refused is not None and not self.at(refused, value, path, old).errors:
            out.errors.append(self._composed(f'"{path}" must not validate the schema (not)'))
        out.matches += 1


def _best(tried: list[_Found]) -> _Found:
    return max(tried, key=lambda one: one.matches)


def _types(schema: Obj) -> tuple[str, ...]:
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    type = schema.get("type")
    return (type,) if type else ()


def _format(schema: Obj) -> str:
    """The format, as far as it means something."""
    format: str = schema.get("format") or ""
    if not format:
        return ""
    types = _types(schema)
    return format if string_formats.is_known(types[0] if len(types) == 1 else "", format) else ""


def _type_of(value: Any) -> tuple[str, str]:
    match value:
        case bool():
            return "boolean", ""
        case str():
            return "string", ""
        case int():
            return "integer", "int64"
        case float():
            return "number", "float64"
        case list():
            return "array", ""
        case _:
            return "object", ""


def _is_multiple(value: float, factor: float) -> bool:
    if isinstance(value, int):
        whole = int(factor)
        return whole == 0 or value % whole == 0
    ratio = 1 / factor * value if factor < 1 else value / factor
    return float(ratio).is_integer()


def _number_text(bound: float, value: float) -> str:
    """A bound as Go prints it beside this value: whole beside whole numbers."""
    if isinstance(value, int) or float(bound).is_integer():
        return str(int(bound))
    return repr(bound)


def same(a: Any, b: Any) -> bool:
    """JSON equality: true is not 1."""
    if a is b:
        return True
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(v, b[k]) for k, v in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b) and isinstance(a, str) == isinstance(b, str)


class correlation:
    """The old item that an item of a list is compared with: by its keys in lists of type "map", none in others."""

    def __init__(self, schema: Obj, old: Any) -> None:
        self.keys: tuple[str, ...] = ()
        self.old: dict[tuple[Any, ...], Any] = {}
        if isinstance(old, list) and schema.get("x-kubernetes-list-type") == "map":
            self.keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
            self.old = {self._key(item): item for item in old}

    def _key(self, item: Any) -> tuple[Any, ...]:
        return tuple(orjson.dumps(item.get(k)) if isinstance(item, dict) else b"" for k in self.keys)

    def __call__(self, item: Any) -> Any:
        return self.old.get(self._key(item), ABSENT) if self.keys else ABSENT
