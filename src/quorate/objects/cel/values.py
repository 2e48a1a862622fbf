"""CEL values in Python: bool, int, float, str, bytes, None, list and dict are themselves; the others are here."""

from dataclasses import dataclass
from typing import Any, ClassVar


class CelError(Exception):
    """An evaluation that came to no value, in CEL's words: "no such key: min", "division by zero"."""


def no_overload() -> CelError:
    return CelError("no such overload")


class UInt(int):
    """An unsigned whole number."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """Nanoseconds since the Unix epoch."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    nanoseconds: int


@dataclass(frozen=True, slots=True)
class Optional:
    """optional.of(value), or optional.none() when there is none."""

    present: bool
    value: Any = None


NONE = Optional(False)


@dataclass(frozen=True, slots=True)
class TypeValue:
    """What type(x) gives."""

    name: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of one of Kubernetes' own types; `kind` is its type's name, `value` what the functions need."""

    kind: str
    value: Any


class SetList(list[Any]):
    """A list of x-kubernetes-list-type "set": order does not matter when compared, + is a union."""

    kind: ClassVar[str] = "set"


class MapList(list[Any]):
    """A list of x-kubernetes-list-type "map": compared by its keys, + merges."""

    def __init__(self, items: list[Any], keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys

    def key_of(self, item: Any) -> tuple[Any, ...]:
        return tuple(item.get(k) if isinstance(item, dict) else None for k in self.keys)


def equal(a: Any, b: Any) -> bool:
    """CEL's ==, across numeric types; values of different types are not equal."""
    if a is b:
        return not (isinstance(a, float) and a != a)
    if isinstance(a, bool) or isinstance(b, bool):
        return isinstance(a, bool) and isinstance(b, bool) and a == b
    if isinstance(a, list) and isinstance(b, list):
        return _equal_lists(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return len(a) == len(b) and all(k in b and equal(v, b[k]) for k, v in a.items())
    if isinstance(a, Optional) and isinstance(b, Optional):
        return a.present == b.present and (not a.present or equal(a.value, b.value))
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b
    return type(a) is type(b) and bool(a == b)


def _equal_lists(a: list[Any], b: list[Any]) -> bool:
    if len(a) != len(b):
        return False
    if isinstance(a, MapList) or isinstance(b, MapList):
        keyed = a if isinstance(a, MapList) else b
        assert isinstance(keyed, MapList)
        others = [(keyed.key_of(item), item) for item in b]
        return all(any(key == keyed.key_of(x) and equal(x, item) for key, item in others) for x in a)
    if isinstance(a, SetList) or isinstance(b, SetList):
        return all(any(equal(x, y) for y in b) for x in a)
    return all(equal(x, y) for x, y in zip(a, b, strict=True))


def joined(a: list[Any], b: list[Any]) -> list[Any]:
    """CEL's + on lists."""
    if isinstance(a, SetList):
        out = SetList(a)
        out.extend(y for y in b if not any(equal(x, y) for x in a))
        return out
    if isinstance(a, MapList):
        later = {a.key_of(item): item for item in b}
        merged = [later.pop(a.key_of(item), item) for item in a]
        return MapList([*merged, *(item for item in b if a.key_of(item) in later)], a.keys)
    return [*a, *b]
