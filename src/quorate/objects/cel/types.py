"""CEL's types, and how types fit together when an expression is checked (cel-go: the checker's rules)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from quorate.objects.cel.values import Duration, Opaque, Optional, Timestamp, TypeValue, UInt


@dataclass(frozen=True)
class Type:
    """`kind` is a scalar's name, or "list", "map", "optional", "type", "object", "opaque", "param".

    An object has `fields` by the name that an expression uses, and `raw` gives the name that they have in the value.
    A field of it that is null counts as absent, unless it is `nullable`. `most` is how many items, entries, characters
    or bytes a value of it has at most, where its schema tells; only estimates of costs ask.
    """

    kind: str
    params: "tuple[Type, ...]" = ()
    name: str = ""
    fields: "Mapping[str, Type]" = field(default_factory=dict, compare=False, hash=False)
    raw: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    nullable: bool = False
    most: int = field(default=0, compare=False, hash=False)

    def __str__(self) -> str:
        match self.kind:
            case "list" | "map" | "type":
                inner = ", ".join(map(str, self.params))
                return f"{self.kind}({inner})" if inner else self.kind
            case "optional":
                return f"optional_type({self.params[0]})"
            case "object" | "opaque" | "param":
                return self.name
            case _:
                return self.kind


DYN, BOOL, INT, UINT, DOUBLE = Type("dyn"), Type("bool"), Type("int"), Type("uint"), Type("double")
STRING, BYTES, NULL = Type("string"), Type("bytes"), Type("null")
TIMESTAMP, DURATION, ERROR = Type("timestamp"), Type("duration"), Type("!error!")
SCALARS = {t.kind: t for t in (DYN, BOOL, INT, UINT, DOUBLE, STRING, BYTES, NULL, TIMESTAMP, DURATION)}
NAMES = {
    "bool": BOOL, "int": INT, "uint": UINT, "double": DOUBLE, "string": STRING, "bytes": BYTES, "null_type": NULL,
    "google.protobuf.Timestamp": TIMESTAMP, "google.protobuf.Duration": DURATION, "list": Type("list", (DYN,)),
    "map": Type("map", (DYN, DYN)), "dyn": DYN, "type": Type("type", (DYN,)),
    "net.IP": Type("opaque", name="net.IP"), "net.CIDR": Type("opaque", name="net.CIDR"),
}  # fmt: skip
"""Types that an expression can name."""


def list_of(element: Type) -> Type:
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    return Type("map", (key, value))


def optional_of(inner: Type) -> Type:
    return Type("optional", (inner,))


def opaque(name: str) -> Type:
    return Type("opaque", name=name)


@lru_cache(maxsize=512)
def read(text: str) -> Type:
    """A type as declarations write it: "int", "list(A)", "map(string, dyn)", "kubernetes.URL". Capitals are parameters."""
    text = text.strip()
    if text in SCALARS:
        return SCALARS[text]
    if len(text) == 1 and text.isupper():
        return Type("param", name=text)
    if text.endswith(")"):
        head, _, rest = text[:-1].partition("(")
        return Type(head, tuple(read(part) for part in split(rest)))
    return opaque(text)


def split(text: str) -> list[str]:
    """Parts between commas that are in no parenthesis."""
    out, depth, start = [], 0, 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            out.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return [*out, last] if last else out


Binding = dict[str, Type]


def fits(formal: Type, actual: Type, binding: Binding) -> bool:
    """Whether `actual` can stand where `formal` is asked for; parameters get bound on the way."""
    if formal.kind == "param":
        bound = binding.get(formal.name)
        if bound is None:
            binding[formal.name] = actual
            return True
        if fits(bound, actual, binding):
            binding[formal.name] = _more_general(bound, actual)
            return True
        if fits(actual, bound, binding):
            binding[formal.name] = actual
            return True
        return False
    if actual.kind == "param":
        return True
    if "dyn" in (formal.kind, actual.kind) or "!error!" in (formal.kind, actual.kind):
        return True
    if formal.kind == "null":
        return actual.kind in ("null", "object", "opaque", "optional", "timestamp", "duration")
    if actual.kind == "null":
        return formal.kind in ("object", "opaque", "optional", "timestamp", "duration")
    if formal.kind != actual.kind:
        return False
    if formal.kind in ("object", "opaque"):
        return formal.name == actual.name
    if formal.kind == "type":
        return True
    return len(formal.params) == len(actual.params) and all(
        fits(f, a, binding) for f, a in zip(formal.params, actual.params, strict=True)
    )


def _more_general(a: Type, b: Type) -> Type:
    if "dyn" in (a.kind, b.kind):
        return DYN
    if a.kind == "null":
        return b
    if a.params and b.params and a.kind == b.kind:
        return Type(a.kind, tuple(_more_general(x, y) for x, y in zip(a.params, b.params, strict=True)))
    return a


def bound(type: Type, binding: Binding) -> Type:
    """The type with its parameters filled in; what stays open is dyn."""
    if type.kind == "param":
        found = binding.get(type.name)
        return DYN if found is None or found.kind == "param" else found
    if not type.params:
        return type
    return Type(type.kind, tuple(bound(p, binding) for p in type.params), type.name)


def has_dyn(type: Type) -> bool:
    """Whether what the value is cannot be told from the type."""
    return type.kind in ("dyn", "param", "!error!") or type.kind == "null"


def is_value_of(type: Type, value: Any) -> bool:
    """Whether a value is of this type, as far as overloads are told apart."""
    match type.kind:
        case "dyn" | "param":
            return True
        case "bool":
            return isinstance(value, bool)
        case "int":
            return value.__class__ is int
        case "uint":
            return isinstance(value, UInt)
        case "double":
            return isinstance(value, float)
        case "string":
            return isinstance(value, str)
        case "bytes":
            return isinstance(value, bytes)
        case "null":
            return value is None
        case "timestamp":
            return isinstance(value, Timestamp)
        case "duration":
            return isinstance(value, Duration)
        case "list":
            return isinstance(value, list)
        case "map" | "object":
            return isinstance(value, dict)
        case "optional":
            return isinstance(value, Optional)
        case "type":
            return isinstance(value, TypeValue)
        case _:
            return isinstance(value, Opaque) and value.kind == type.name


def type_name(value: Any) -> str:
    """The name that type(value) has."""
    if isinstance(value, bool):
        return "bool"
    names: list[tuple[Any, str]] = [
        (UInt, "uint"), (int, "int"), (float, "double"), (str, "string"), (bytes, "bytes"), (list, "list"), (dict, "map"),
        (Timestamp, "google.protobuf.Timestamp"), (Duration, "google.protobuf.Duration"), (Optional, "optional_type"),
        (TypeValue, "type"),
    ]  # fmt: skip
    for kind, name in names:
        if isinstance(value, kind):
            return name
    return value.kind if isinstance(value, Opaque) else "null_type"
