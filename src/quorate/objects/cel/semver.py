"""Semantic versions in expressions (Kubernetes: the semver library)."""

import re
from typing import Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.values import CelError, Opaque

SEMVER = "kubernetes.Semver"
_NUMBER = r"(0|[1-9]\d*)"
_STRICT = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)


def _read(text: str, normalize: bool = False) -> Opaque | None:
    if normalize:
        text = text.removeprefix("v")
        core, mark, rest = _parted(text)
        parts = [part.lstrip("0") or "0" if part.isdigit() else part for part in core.split(".")]
        text = ".".join([*parts, "0", "0"][: max(3, len(parts))]) + mark + rest
    match = _STRICT.fullmatch(text)
    if match is None:
        return None
    before = tuple(match[4].split(".")) if match[4] else ()
    return Opaque(SEMVER, (int(match[1]), int(match[2]), int(match[3]), before))


def _parted(text: str) -> tuple[str, str, str]:
    match = re.search(r"[-+]", text)
    return (text, "", "") if match is None else (text[: match.start()], match.group(), text[match.end() :])


def _semver(text: str, normalize: bool = False) -> Opaque:
    found = _read(text, normalize)
    if found is None:
        raise CelError(f'Invalid Semantic Version "{text}"')
    return found


def _rank(version: Opaque) -> tuple[Any, ...]:
    major, minor, patch, before = version.value
    # A version with a pre-release comes before the release; numbers before words.
    marks = tuple((0, int(m), "") if m.isdigit() else (1, 0, m) for m in before)
    return major, minor, patch, not before, marks


def _compare(a: Opaque, b: Opaque) -> int:
    return (_rank(a) > _rank(b)) - (_rank(a) < _rank(b))


def library() -> Library:
    return declare([
        ("semver(string)", SEMVER, _semver), ("semver(string, bool)", SEMVER, _semver),
        ("isSemver(string)", "bool", lambda t: _read(t) is not None),
        ("isSemver(string, bool)", "bool", lambda t, n: _read(t, n) is not None),
        (f"{SEMVER}|major()", "int", lambda v: v.value[0]), (f"{SEMVER}|minor()", "int", lambda v: v.value[1]),
        (f"{SEMVER}|patch()", "int", lambda v: v.value[2]),
        (f"{SEMVER}|isLessThan({SEMVER})", "bool", lambda a, b: _compare(a, b) < 0),
        (f"{SEMVER}|isGreaterThan({SEMVER})", "bool", lambda a, b: _compare(a, b) > 0),
        (f"{SEMVER}|compareTo({SEMVER})", "int", _compare),
    ])  # fmt: skip
