"""Formats of strings in schemas: what each accepts (kube-openapi: strfmt; Kubernetes: apiextensions' formats)."""

import base64
import ipaddress
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from quorate.objects import quantity
from quorate.objects.cel.times import parse_duration

Rule = Callable[[str], bool]

_HEX = "[0-9a-fA-F]"
_MAC = re.compile(
    rf"{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}|{_HEX}{{2}}(?:-{_HEX}{{2}}){{5}}|{_HEX}{{4}}(?:\.{_HEX}{{4}}){{2}}"
    rf"|{_HEX}{{2}}(?::{_HEX}{{2}}){{7}}|{_HEX}{{2}}(?:-{_HEX}{{2}}){{7}}|{_HEX}{{4}}(?:\.{_HEX}{{4}}){{3}}"
)
_HOSTNAME = re.compile(
    r"([a-zA-Z0-9](-?[a-zA-Z0-9]{0,62})?|([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9](-?[a-zA-Z0-9]){1,62})"
)
_EMAIL = re.compile(r"(?:.*<)?[^\s<>@,;:\\\"()\[\]]+@[^\s<>@,;:\\\"()\[\]]+>?")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(.\d+)?(z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_DAYS = re.compile(r"((\d+)\s*([A-Za-zµ]+))")
_DURATION_UNITS = frozenset({
    "ns", "nano", "us", "µs", "micro", "ms", "milli", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day", "w", "week", "wk",
})  # fmt: skip
_CARD = re.compile(
    r"(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})"
)
_RGB = re.compile(
    r"rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,"
    r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)"
)


def matching(pattern: str) -> Rule:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """As Go's url.ParseRequestURI takes it: a path from the root, or absolute."""
    if not text or any(ord(c) < 0x21 or ord(c) == 0x7F for c in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    if not parts.scheme:
        return text.startswith("/")
    return bool(parts.netloc or parts.path or text.endswith("://"))


def is_hostname(text: str) -> bool:
    return bool(_HOSTNAME.fullmatch(text)) and len(text) <= 255 and all(len(part) <= 63 for part in text.split("."))


def is_ipv4(text: str) -> bool:
    try:
        return "." in text and bool(ipaddress.IPv4Address(text))
    except ValueError:
        return False


def is_ipv6(text: str) -> bool:
    try:
        return ":" in text and "%" not in text and ipaddress.IPv6Address(text) is not None
    except ValueError:
        return False


def is_cidr(text: str) -> bool:
    address, slash, bits = text.partition("/")
    most = 32 if is_ipv4(address) else 128 if is_ipv6(address) else -1
    return bool(slash) and bits.isascii() and bits.isdigit() and (bits == "0" or bits[0] != "0") and int(bits) <= most


def is_base64(text: str) -> bool:
    if not text or len(text) % 4:
        return False
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def is_quantity(text: str) -> bool:
    try:
        quantity.parse(text)
    except ValueError:
        return False
    return True


def is_duration(text: str) -> bool:
    """Go's notation, or counts with words: "3 days"."""
    if parse_duration(text) is not None:
        return True
    found = _DAYS.fullmatch(text.strip())
    return (
        found is not None and found[3].removesuffix("s" if found[3] not in _DURATION_UNITS else "") in _DURATION_UNITS
    )


def is_date(text: str) -> bool:
    """A day that the calendar has."""
    try:
        return _DATE.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def is_date_time(text: str) -> bool:
    """A date and a time with its offset, between them T."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and _TIME.fullmatch(text[11:]) is not None


def _isbn10(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{9}[\dX]", digits):
        return False
    return sum((10 if d == "X" else int(d)) * (i + 1) for i, d in enumerate(digits)) % 11 == 0


def _isbn13(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    return (
        bool(re.fullmatch(r"\d{13}", digits))
        and sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    )


def _card(text: str) -> bool:
    digits = re.sub(r"[^0-9]+", "", text)
    if not _CARD.fullmatch(digits):
        return False
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _anything(_: str) -> bool:
    return True


def _uuid(version: str, variant: str = "") -> Rule:
    h = "[0-9a-fA-F]"
    third = f"{version}{h}{{3}}" if version else f"{h}{{4}}"
    fourth = f"{variant}{h}{{3}}" if variant else f"{h}{{4}}"
    return matching(f"{h}{{8}}-?{h}{{4}}-?{third}-?{fourth}-?{h}{{12}}")


FORMATS: dict[str, Rule] = {
    "bsonobjectid": matching("[0-9a-fA-F]{24}"), "uri": is_uri,
    "email": lambda text: _EMAIL.fullmatch(text) is not None, "hostname": is_hostname, "ipv4": is_ipv4, "ipv6": is_ipv6,
    "cidr": is_cidr, "mac": lambda text: _MAC.fullmatch(text) is not None, "uuid": _uuid(""), "uuid3": _uuid("3"),
    "uuid4": _uuid("4", "[89abAB]"), "uuid5": _uuid("5", "[89abAB]"),
    "isbn": lambda text: _isbn10(text) or _isbn13(text), "isbn10": _isbn10, "isbn13": _isbn13, "creditcard": _card,
    "ssn": matching(r"\d{3}[- ]?\d{2}[- ]?\d{4}"), "hexcolor": matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": lambda text: _RGB.fullmatch(text) is not None, "byte": is_base64, "password": _anything,
    "date": is_date, "duration": is_duration, "datetime": is_date_time,
    "quantity": is_quantity,
    "k8sshortname": matching("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"),
    "k8slongname": lambda text: len(text) <= 253 and bool(
        re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", text)),
}  # fmt: skip
"""By the format's name without dashes."""
NUMBERS = {"integer": ("int32", "int64"), "number": ("float", "double")}


def is_known(type: str, format: str) -> bool:
    """Whether the format means something for this type; others are ignored."""
    if type in ("", "string"):
        return format.replace("-", "") in FORMATS
    return format in NUMBERS.get(type, ())


def accepts(format: str, text: str) -> bool:
    return FORMATS[format.replace("-", "")](text)
