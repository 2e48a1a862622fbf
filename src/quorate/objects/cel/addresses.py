"""Addresses and networks in expressions (Kubernetes: the ip and cidr libraries), and what is wrong with a text that is
to be one (Go: net/netip)."""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from quorate.objects import string_formats
from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.values import CelError, Opaque

IP, CIDR = "net.IP", "net.CIDR"
Row = tuple[str, str, Callable[..., Any]]

_HEX = re.compile(r"[0-9a-fA-F]*")
_DIGIT = re.compile(r"[0-9]")


def unparsed(text: str) -> str:
    """The error for a text that is no address; "" for an address."""
    for letter in text:
        if letter == ".":
            return _said(text, _bad_ipv4(text))
        if letter == ":":
            return _said(text, _bad_ipv6(text))
        if letter == "%":
            return _said(text, ("missing IPv6 address", ""))
    return _said(text, ("unable to parse IP", ""))


_Wrong = tuple[str, str] | None
"""What is wrong, and where."""


def _said(text: str, wrong: _Wrong) -> str:
    if wrong is None:
        return ""
    what, where = wrong
    return f'ParseAddr("{text}"): {what}' + (f' (at "{where}")' if where else "")


def _bad_ipv4(text: str) -> _Wrong:
    value, digits, dots = 0, 0, 0
    for i, letter in enumerate(text):
        if _DIGIT.match(letter):
            if digits == 1 and value == 0:
                return "IPv4 field has octet with leading zero", ""
            value, digits = value * 10 + int(letter), digits + 1
            if value > 255:
                return "IPv4 field has value >255", ""
        elif letter == ".":
            if i in (0, len(text) - 1) or text[i - 1] == ".":
                return "IPv4 field must have at least one digit", text[i:]
            if dots == 3:
                return "IPv4 address too long", ""
            dots, value, digits = dots + 1, 0, 0
        else:
            return "unexpected character", text[i:]
    return ("IPv4 address too short", "") if dots < 3 else None


def _bad_ipv6(text: str) -> _Wrong:
    rest, zoned, zone = text.partition("%")
    if zoned and not zone:
        return "zone must be a non-empty string", ""
    compressed = rest.startswith("::")
    rest = rest[2:] if compressed else rest
    filled = 0
    while filled < 16 and (rest or filled or not compressed):
        digits = _HEX.match(rest)
        group = digits.group() if digits else ""
        if len(group) > 4:
            return "each group must have 4 or less digits", rest
        if not group:
            return "each colon-separated field must have at least one digit", rest
        after = rest[len(group) :]
        if after.startswith("."):
            if not compressed and filled != 12:
                return "embedded IPv4 address must replace the final 2 fields of the address", rest
            if filled > 12:
                return "too many hex fields to fit an embedded IPv4 at the end of the address", rest
            wrong = _bad_ipv4(rest)
            if wrong is not None:
                return wrong
            rest, filled = "", filled + 4
            break
        filled, rest = filled + 2, after
        if not rest:
            break
        if not rest.startswith(":"):
            return "unexpected character, want colon", rest
        if rest == ":":
            return "colon must be followed by more characters", rest
        rest = rest[1:]
        if rest.startswith(":"):
            if compressed:
                return "multiple :: in address", rest
            compressed, rest = True, rest[1:]
            if not rest:
                break
    return _bad_length(rest, filled, compressed)


def _bad_length(rest: str, filled: int, compressed: bool) -> _Wrong:
    if rest:
        return "trailing garbage after address", rest
    if filled < 16:
        return None if compressed else ("address string too short", "")
    return ("the :: must expand to at least one field of zeros", "") if compressed else None


# -- addresses


def _wrong_address(text: str) -> str:
    wrong = unparsed(text)
    if wrong:
        return f'IP Address "{text}" parse error during conversion from string: {wrong}'
    if "%" in text:
        return f'IP address "{text}" with zone value is not allowed'
    return _mapped(text, text)


def _mapped(address: str, text: str) -> str:
    found = ipaddress.ip_address(address)
    mapped = found.version == 6 and found.ipv4_mapped is not None
    return f'IPv4-mapped IPv6 address "{text}" is not allowed' if mapped else ""


def _ip(text: str) -> Opaque:
    wrong = _wrong_address(text)
    if wrong:
        raise CelError(wrong)
    return Opaque(IP, ipaddress.ip_address(text))


def _is_global_unicast(ip: Opaque) -> bool:
    a = ip.value
    return not (a.is_unspecified or a.is_loopback or a.is_multicast or a.is_link_local or str(a) == "255.255.255.255")


# -- networks


def _wrong_network(text: str) -> str:
    address, slash, bits = text.rpartition("/")
    wrong = "no '/'" if not slash else unparsed(address)
    if not wrong and "%" in address:
        wrong = "IPv6 zones cannot be present in a prefix"
    if not wrong and not re.fullmatch(r"0|[1-9]\d*", bits, re.ASCII):
        wrong = f'bad bits after slash: "{bits}"'
    if not wrong and not string_formats.is_cidr(text):
        wrong = "prefix length out of range"
    if wrong:
        twice = "network address parse error during conversion from string: " * 2
        return f'{twice}netip.ParsePrefix("{text}"): {wrong}'
    mapped = _mapped(address, text)
    return mapped and f"network address parse error during conversion from string: {mapped}"


def _cidr(text: str) -> Opaque:
    wrong = _wrong_network(text)
    if wrong:
        raise CelError(wrong)
    return Opaque(CIDR, ipaddress.ip_interface(text))


def _contains_ip(cidr: Opaque, ip: Any) -> bool:
    address = ip.value if isinstance(ip, Opaque) else _ip(ip).value
    return address.version == cidr.value.version and address in cidr.value.network


def _contains_cidr(cidr: Opaque, other: Any) -> bool:
    inner = other.value if isinstance(other, Opaque) else _cidr(other).value
    if inner.version != cidr.value.version:
        return False
    return bool(inner.network.subnet_of(cidr.value.network))


_ADDRESSES: tuple[Row, ...] = (
    ("ip(string)", IP, _ip), ("isIP(string)", "bool", lambda text: not _wrong_address(text)),
    ("ip.isCanonical(string)", "bool", lambda text: str(_ip(text).value) == text),
    (f"{IP}|family()", "int", lambda a: a.value.version), (f"string({IP})", "string", lambda a: str(a.value)),
    (f"{IP}|isUnspecified()", "bool", lambda a: a.value.is_unspecified),
    (f"{IP}|isLoopback()", "bool", lambda a: a.value.is_loopback),
    (f"{IP}|isLinkLocalMulticast()", "bool", lambda a: a.value in ipaddress.ip_network(
        "224.0.0.0/24" if a.value.version == 4 else "ff02::/16")),
    (f"{IP}|isLinkLocalUnicast()", "bool", lambda a: a.value.is_link_local),
    (f"{IP}|isGlobalUnicast()", "bool", _is_global_unicast),
    ("cidr(string)", CIDR, _cidr), ("isCIDR(string)", "bool", lambda text: not _wrong_network(text)),
    (f"{CIDR}|containsIP({IP})", "bool", _contains_ip), (f"{CIDR}|containsIP(string)", "bool", _contains_ip),
    (f"{CIDR}|containsCIDR({CIDR})", "bool", _contains_cidr), (f"{CIDR}|containsCIDR(string)", "bool", _contains_cidr),
    (f"{CIDR}|ip()", IP, lambda c: Opaque(IP, c.value.ip)), (f"string({CIDR})", "string", lambda c: str(c.value)),
    (f"{CIDR}|masked()", CIDR, lambda c: Opaque(CIDR, ipaddress.ip_interface(str(c.value.network)))),
    (f"{CIDR}|prefixLength()", "int", lambda c: c.value.network.prefixlen),
)  # fmt: skip


def library() -> Library:
    return declare([*_ADDRESSES])
