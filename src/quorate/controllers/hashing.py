"""Hashes in names and labels: 32 bits of FNV in letters that spell no word (Kubernetes: apimachinery/pkg/util/rand)."""

from functools import lru_cache

import orjson

from quorate.contract.plan import Obj

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
_START, _PRIME = 2166136261, 16777619


def fnv1(raw: bytes) -> int:
    """FNV-1, as names of ControllerRevisions use it."""
    total = _START
    for byte in raw:
        total = (total * _PRIME & 0xFFFFFFFF) ^ byte
    return total


def fnv1a(raw: bytes) -> int:
    """FNV-1a, as pod-template-hash uses it."""
    total = _START
    for byte in raw:
        total = (total ^ byte) * _PRIME & 0xFFFFFFFF
    return total


def safe(number: int) -> str:
    """The decimal digits in other letters: "776999688b"."""
    return "".join(_SAFE[ord(digit) % len(_SAFE)] for digit in str(number))


def template_hash(template: Obj, collisions: int | None) -> str:
    """Stands in names and labels. Kubernetes hashes Go's printing of the template, which nobody else can have."""
    raw = orjson.dumps(template, option=orjson.OPT_SORT_KEYS)
    return _template_hash(raw if collisions is None else raw + str(collisions).encode())


@lru_cache(maxsize=4096)
def _template_hash(raw: bytes) -> str:
    return safe(fnv1a(raw))
