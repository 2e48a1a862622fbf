"""What texts and numbers in fields may be, beside the names of objects/names (apimachinery/pkg/util/validation).

Each function returns what is wrong, in Kubernetes' words; an empty tuple when nothing is.
"""

import ipaddress
import re
from functools import lru_cache

from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

Errors = tuple[str, ...]

_RELAXED_ENV_NAME = re.compile(r"[ -<>-~]*")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_PORT_CHARACTERS = re.compile(r"[-a-z0-9]+")
_LETTER = re.compile(r"[a-z]")
_PERCENT = re.compile(r"[0-9]+%")
_HEADER = re.compile(r"[-A-Za-z0-9]+")
_SEARCH_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SEARCH = re.compile(rf"{_SEARCH_LABEL}(\.{_SEARCH_LABEL})*")
_UNPREFIXED = re.compile(r"\d+\.\d+\.\d+\.\d+")

MOST_INT32 = (1 << 31) - 1


def at_most(characters: int) -> str:
    return f"must be no more than {characters} characters"


def between(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


def _no_way_up(text: str) -> list[str]:
    """Keys become file names, so none may name a folder or look like the kubelet's own ..data links."""
    if text == ".":
        return ["must not be '.'"]
    if text == "..":
        return ["must not be '..'"]
    return ["must not start with '..'"] if text.startswith("..") else []


@lru_cache(maxsize=4096)
def env_name_errors(text: str) -> Errors:
    """The name of an environment variable: any printable ASCII but "=" (RelaxedEnvironmentVariableValidation)."""
    if not text:
        return ("environment variable name must be non-empty",)
    if _RELAXED_ENV_NAME.fullmatch(text):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


@lru_cache(maxsize=4096)
def config_key_errors(text: str) -> Errors:
    """A key of a ConfigMap or Secret."""
    errors = [] if len(text) <= 253 else [at_most(253)]
    if not _CONFIG_KEY.fullmatch(text):
        errors.append(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
            "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        )
    return (*errors, *_no_way_up(text))


@lru_cache(maxsize=4096)
def port_name_errors(text: str) -> Errors:
    errors = [] if len(text) <= 15 else [at_most(15)]
    if not _PORT_CHARACTERS.fullmatch(text):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not _LETTER.search(text):
        errors.append("must contain at least one letter (a-z)")
    if "--" in text:
        errors.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        errors.append("must not begin or end with a hyphen")
    return tuple(errors)


def port_errors(number: int) -> Errors:
    return () if 1 <= number <= 65535 else (between(1, 65535),)


def id_errors(number: int) -> Errors:
    """A Unix user or group id."""
    return () if 0 <= number <= MOST_INT32 else (between(0, MOST_INT32),)


def percent_errors(text: str) -> Errors:
    if _PERCENT.fullmatch(text):
        return ()
    return (
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
        "regex used for validation is '[0-9]+%')",
    )


def header_name_errors(text: str) -> Errors:
    if _HEADER.fullmatch(text):
        return ()
    return (
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', "
        "regex used for validation is '[-A-Za-z0-9]+')",
    )


@lru_cache(maxsize=1024)
def ip_errors(text: str) -> Errors:
    """Go's sloppy parser reads leading zeros as decimal, so they pass."""
    if _UNPREFIXED.fullmatch(text):
        text = ".".join(str(int(part)) for part in text.split("."))
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return ("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",)
    return ()


def search_domain_errors(text: str) -> Errors:
    """A DNS search path: a subdomain in which underscores are allowed."""
    errors = [] if len(text) <= 253 else [at_most(253)]
    if not _SEARCH.fullmatch(text):
        errors.append(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and "
            "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
            f"'{_SEARCH.pattern}')"
        )
    return tuple(errors)


@lru_cache(maxsize=1024)
def path_segment_errors(name: str) -> Errors:
    """What the name of any object must keep to, as it stands in a URL."""
    if name in (".", ".."):
        return (f"may not be '{name}'",)
    return tuple(f"may not contain '{letter}'" for letter in "/%" if letter in name)


@lru_cache(maxsize=1024)
def segment_prefix_errors(prefix: str) -> Errors:
    return tuple(f"may not contain '{letter}'" for letter in "/%" if letter in prefix)


def _completed(prefix: str) -> str:
    """A prefix may end in a dash, as more will follow."""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


def subdomain_prefix_errors(prefix: str) -> Errors:
    return dns1123_subdomain_errors(_completed(prefix))


def label_prefix_errors(prefix: str) -> Errors:
    return dns1123_label_errors(_completed(prefix))
