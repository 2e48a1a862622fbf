"""The functions that Kubernetes adds: regex, URLs, quantities, addresses, named formats, semantic versions."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from quorate.objects import quantity, string_formats
from quorate.objects.cel.addresses import library as address_library
from quorate.objects.cel.declarations import Library, declare, merged
from quorate.objects.cel.semver import library as semver_library
from quorate.objects.cel.values import NONE, CelError, Opaque, Optional
from quorate.objects.go_regexp import compile_regexp
from quorate.objects.names import (
    dns1035_label_errors,
    dns1123_label_errors,
    dns1123_subdomain_errors,
    label_value_errors,
    qualified_name_errors,
)  # fmt: skip

URL, QUANTITY, FORMAT = "kubernetes.URL", "kubernetes.Quantity", "kubernetes.NamedFormat"
Row = tuple[str, str, Callable[..., Any]]


def _regexp(pattern: str) -> re.Pattern[str]:
    try:
        return compile_regexp(pattern)
    except ValueError as wrong:
        raise CelError(f"Illegal regex: {wrong!s}") from None


def _find(text: str, pattern: str) -> str:
    found = _regexp(pattern).search(text)
    return found.group() if found else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    out = [found.group() for found in _regexp(pattern).finditer(text)]
    return out if most < 0 else out[:most]


# -- URLs


def _url(text: str) -> Opaque:
    if not string_formats.is_uri(text):
        raise CelError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return Opaque(URL, text)


def _host(url: Opaque) -> str:
    host: str = urlsplit(url.value).netloc.rpartition("@")[2]
    return host


def _hostname(url: Opaque) -> str:
    host = _host(url)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _port(url: Opaque) -> str:
    host = _host(url)
    rest = host.partition("]")[2] if host.startswith("[") else host
    return rest.partition(":")[2]


def _query(url: Opaque) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url.value).query, keep_blank_values=True)


def _escaped_path(url: Opaque) -> str:
    return quote(urlsplit(url.value).path, safe="%/:@!$&'()*+,;=~-._")


_URLS: tuple[Row, ...] = (
    ("url(string)", URL, _url), ("isURL(string)", "bool", string_formats.is_uri),
    (f"{URL}|getScheme()", "string", lambda u: urlsplit(u.value).scheme), (f"{URL}|getHost()", "string", _host),
    (f"{URL}|getHostname()", "string", _hostname), (f"{URL}|getPort()", "string", _port),
    (f"{URL}|getEscapedPath()", "string", _escaped_path), (f"{URL}|getQuery()", "map(string, list(string))", _query),
)  # fmt: skip


# -- quantities


def _quantity(text: str) -> Opaque:
    try:
        return Opaque(QUANTITY, quantity.parse(text))
    except ValueError as wrong:
        raise CelError(str(wrong)) from None


def _is_whole(q: Opaque) -> bool:
    return q.value.denominator == 1 and -(2**63) <= q.value < 2**63


def _as_integer(q: Opaque) -> int:
    if not _is_whole(q):
        raise CelError("cannot convert value to integer")
    return int(q.value)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _amount(value: Any) -> Fraction:
    return value.value if isinstance(value, Opaque) else Fraction(value)


def _plus(a: Opaque, b: Any) -> Opaque:
    return Opaque(QUANTITY, a.value + _amount(b))


def _minus(a: Opaque, b: Any) -> Opaque:
    return Opaque(QUANTITY, a.value - _amount(b))


_QUANTITIES: tuple[Row, ...] = (
    ("quantity(string)", QUANTITY, _quantity), ("isQuantity(string)", "bool", string_formats.is_quantity),
    (f"{QUANTITY}|sign()", "int", lambda q: _sign(q.value)), (f"{QUANTITY}|isInteger()", "bool", _is_whole),
    (f"{QUANTITY}|asInteger()", "int", _as_integer),
    (f"{QUANTITY}|asApproximateFloat()", "double", lambda q: float(q.value)),
    (f"{QUANTITY}|isLessThan({QUANTITY})", "bool", lambda a, b: a.value < b.value),
    (f"{QUANTITY}|isGreaterThan({QUANTITY})", "bool", lambda a, b: a.value > b.value),
    (f"{QUANTITY}|compareTo({QUANTITY})", "int", lambda a, b: _sign(a.value - b.value)),
    (f"{QUANTITY}|add({QUANTITY})", QUANTITY, _plus), (f"{QUANTITY}|add(int)", QUANTITY, _plus),
    (f"{QUANTITY}|sub({QUANTITY})", QUANTITY, _minus), (f"{QUANTITY}|sub(int)", QUANTITY, _minus),
)  # fmt: skip


# -- named formats


def _plain(format: str, why: str) -> Callable[[str], tuple[str, ...]]:
    return lambda text: () if string_formats.accepts(format, text) else (why,)


def _prefix(check: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    return lambda text: check(text[:-1] + "a" if text.endswith("-") else text)


_FORMATS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "dns1123Label": dns1123_label_errors, "dns1123Subdomain": dns1123_subdomain_errors,
    "dns1035Label": dns1035_label_errors, "qualifiedName": qualified_name_errors, "labelValue": label_value_errors,
    "dns1123LabelPrefix": _prefix(dns1123_label_errors), "dns1123SubdomainPrefix": _prefix(dns1123_subdomain_errors),
    "dns1035LabelPrefix": _prefix(dns1035_label_errors), "uri": _plain("uri", "invalid URI for request"),
    "uuid": _plain("uuid", "does not match the UUID format"), "byte": _plain("byte", "invalid base64"),
    "date": _plain("date", "invalid date"), "datetime": _plain("datetime", "invalid datetime"),
}  # fmt: skip


def _named(name: str) -> Optional:
    return Optional(True, Opaque(FORMAT, name)) if name in _FORMATS else NONE


def _validated(format: Opaque, text: str) -> Optional:
    errors = _FORMATS[format.value](text)
    return Optional(True, list(errors)) if errors else NONE


def _format_of(name: str) -> Callable[[], Opaque]:
    return lambda: Opaque(FORMAT, name)


_NAMED: tuple[Row, ...] = (
    ("format.named(string)", f"optional({FORMAT})", _named),
    (f"{FORMAT}|validate(string)", "optional(list(string))", _validated),
    *((f"format.{name}()", FORMAT, _format_of(name)) for name in _FORMATS),
)
_REGEX: tuple[Row, ...] = (
    ("string|find(string)", "string", _find), ("string|findAll(string)", "list(string)", _find_all),
    ("string|findAll(string, int)", "list(string)", _find_all),
)  # fmt: skip


def library() -> Library:
    return merged(declare([*_REGEX, *_URLS, *_QUANTITIES, *_NAMED]), address_library(), semver_library())
