"""Semantic versions in expressions (Kubernetes: the semver library)."""

import re
from typing import Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.values import CelError, Opaque

SEMVER = "kubernetes.Semver"
_MOST = 2**64 - 1
_LETTERS = re.compile(r"[0-9A-Za-z-]*")


def _read(text: str, normalize: bool = False) -> Opaque:
    """Raises CelError with what keeps the text from being a version."""
    if normalize:
        text = _normalized(text)
    if not text:
        raise CelError("Version string empty")
    parts = text.split(".", 2)
    if len(parts) != 3:
        raise CelError("No Major.Minor.Patch elements found")
    major, minor = _number(parts[0], "major"), _number(parts[1], "minor")
    head, plus, build = parts[2].partition("+")
    patch, dash, before = head.partition("-")
    version = major, minor, _number(patch, "patch"), tuple(map(_mark, before.split("."))) if dash else ()
    for word in build.split(".") if plus else ():
        if not word:
            raise CelError("Build meta data is empty")
        if not _LETTERS.fullmatch(word):
            raise CelError(f'Invalid character(s) found in build meta data "{word}"')
    return Opaque(SEMVER, version)


def _number(text: str, which: str) -> int:
    if re.search("[^0-9]", text):
        raise CelError(f'Invalid character(s) found in {which} number "{text}"')
    if len(text) > 1 and text[0] == "0":
        raise CelError(f'{which.capitalize()} number must not contain leading zeroes "{text}"')
    if not text or int(text) > _MOST:
        why = "value out of range" if text else "invalid syntax"
        raise CelError(f'strconv.ParseUint: parsing "{text}": {why}')
    return int(text)


def _mark(text: str) -> str:
    """A part of what follows the dash."""
    if not text:
        raise CelError("Prerelease is empty")
    if not _LETTERS.fullmatch(text):
        raise CelError(f'Invalid character(s) found in prerelease "{text}"')
    if text.isdigit() and len(text) > 1 and text[0] == "0":
        raise CelError(f'Numeric PreRelease version must not contain leading zeroes "{text}"')
    return text


def _normalized(text: str) -> str:
    """Without a v before it and zeros before its numbers, with the numbers that are not there."""
    parts = text.removeprefix("v").split(".", 2)
    for i, part in enumerate(parts):
        bare = part.lstrip("0")
        if len(part) > 1:
            parts[i] = bare if re.match("[0-9]", bare) else "0" + bare
    if len(parts) < 3 and re.search("[-+]", parts[-1]):
        raise CelError("short version cannot contain PreRelease/Build meta data")
    return ".".join([*parts, "0", "0"][: max(3, len(parts))])


def _is_semver(text: str, normalize: bool = False) -> bool:
    try:
        _read(text, normalize)
    except CelError:
        return False
    return True


def _rank(version: Opaque) -> tuple[Any, ...]:
    major, minor, patch, before = version.value
    # A version with a pre-release comes before the release; numbers before words.
    marks = tuple((0, int(m), "") if m.isdigit() else (1, 0, m) for m in before)
    return major, minor, patch, not before, marks


def _compare(a: Opaque, b: Opaque) -> int:
    return (_rank(a) > _rank(b)) - (_rank(a) < _rank(b))


def library() -> Library:
    return declare([
        ("semver(string)", SEMVER, _read), ("semver(string, bool)", SEMVER, _read),
        ("isSemver(string)", "bool", _is_semver), ("isSemver(string, bool)", "bool", _is_semver),
        (f"{SEMVER}|major()", "int", lambda v: v.value[0]), (f"{SEMVER}|minor()", "int", lambda v: v.value[1]),
        (f"{SEMVER}|patch()", "int", lambda v: v.value[2]),
        (f"{SEMVER}|isLessThan({SEMVER})", "bool", lambda a, b: _compare(a, b) < 0),
        (f"{SEMVER}|isGreaterThan({SEMVER})", "bool", lambda a, b: _compare(a, b) > 0),
        (f"{SEMVER}|compareTo({SEMVER})", "int", _compare),
    ])  # fmt: skip
