"""The rules for names, labels and keys, with the messages of apimachinery/pkg/util/validation.

Each function returns the list of what is wrong, empty when the text is fine.
"""

import re
from functools import lru_cache

_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_DNS1123_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DNS1123_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DNS1035_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_WHOLE = re.compile(r"[+-]?[0-9]+")

_NAME_MESSAGE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', "
    "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_LABEL_VALUE_MESSAGE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
    "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_DNS1123_LABEL_MESSAGE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', "
    "regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_DNS1123_SUBDOMAIN_MESSAGE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_DNS1035_LABEL_MESSAGE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)


def _longest(limit: int) -> str:
    return f"must be no more than {limit} characters"


def _within(text: str, limit: int) -> bool:
    return len(text) <= limit and len(text.encode()) <= limit


@lru_cache(maxsize=8192)
def qualified_name_errors(text: str) -> tuple[str, ...]:
    """A label or annotation key: NAME or PREFIX/NAME."""
    prefix, slash, name = text.rpartition("/")
    errors: list[str] = []
    if slash and "/" in prefix:
        return (
            "a valid label key " + _NAME_MESSAGE + " with an optional DNS subdomain prefix and '/' "
            "(e.g. 'example.com/MyName')",
        )
    if slash:
        if not prefix:
            errors.append("prefix part must be non-empty")
        else:
            errors.extend("prefix part " + error for error in dns1123_subdomain_errors(prefix))
    if not name:
        errors.append("name part must be non-empty")
    elif not _within(name, 63):
        errors.append("name part " + _longest(63))
    if not _NAME.fullmatch(name):
        errors.append("name part " + _NAME_MESSAGE)
    return tuple(errors)


@lru_cache(maxsize=8192)
def label_value_errors(text: str) -> tuple[str, ...]:
    errors = [] if _within(text, 63) else [_longest(63)]
    if not _LABEL_VALUE.fullmatch(text):
        errors.append(_LABEL_VALUE_MESSAGE)
    return tuple(errors)


@lru_cache(maxsize=8192)
def dns1123_label_errors(text: str) -> tuple[str, ...]:
    errors = [] if _within(text, 63) else [_longest(63)]
    if not _DNS1123_LABEL.fullmatch(text):
        # What would pass as a subdomain has only its dots wrong, and the API says so.
        if _DNS1123_SUBDOMAIN.fullmatch(text):
            errors.append("must not contain dots")
        else:
            errors.append(_DNS1123_LABEL_MESSAGE)
    return tuple(errors)


@lru_cache(maxsize=8192)
def dns1123_subdomain_errors(text: str) -> tuple[str, ...]:
    errors = [] if _within(text, 253) else [_longest(253)]
    if not _DNS1123_SUBDOMAIN.fullmatch(text):
        errors.append(_DNS1123_SUBDOMAIN_MESSAGE)
    return tuple(errors)


@lru_cache(maxsize=8192)
def dns1035_label_errors(text: str) -> tuple[str, ...]:
    errors = [] if _within(text, 63) else [_longest(63)]
    if not _DNS1035_LABEL.fullmatch(text):
        errors.append(_DNS1035_LABEL_MESSAGE)
    return tuple(errors)


def whole_number(text: str) -> int | None:
    """A signed 64-bit integer as Go's strconv reads it; None for anything else."""
    if not _WHOLE.fullmatch(text):
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None
