"""Which representation a client wants, by its Accept header, and which one it sends, by its Content-Type.

(Kubernetes: apiserver/pkg/endpoints/handlers/negotiation.) Answers are JSON or YAML; an answer may be asked for as a
Table or as metadata alone. Protobuf is never answered: clients that accept it list JSON behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from quorate.contract.failures import Refused

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
SERVED = (JSON, YAML)
_SHAPES = ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the answer is to look.

    media     JSON or YAML
    shape     "" for the object itself, or one of Table, PartialObjectMetadata, PartialObjectMetadataList
    version   that of meta.k8s.io in which the shape is asked for
    pretty    indented, for people
    """

    media: str = JSON
    shape: str = ""
    version: str = "v1"
    pretty: bool = False


PLAIN = Wanted()


def wanted_by(headers: dict[str, str], query: dict[str, str]) -> Wanted:
    """What this request wants. Raises Refused (406)."""
    found = _negotiated(headers.get("accept", ""))
    if found is None:
        raise not_acceptable()
    if is_pretty(headers, query):
        return Wanted(found.media, found.shape, found.version, True)
    return found


def wanted_of_refusal(headers: dict[str, str], query: dict[str, str]) -> Wanted:
    """A refusal is written as the client reads, and as JSON when it reads nothing that is served."""
    found = _negotiated(headers.get("accept", ""))
    return Wanted(JSON if found is None else found.media, pretty=is_pretty(headers, query))


def is_pretty(headers: dict[str, str], query: dict[str, str]) -> bool:
    """As asked for, else for the tools by which people look at answers."""
    asked = query.get("pretty")
    if asked:
        return asked in ("1", "t", "T", "true", "TRUE", "True")
    return headers.get("user-agent", "").startswith(("curl", "Wget", "Mozilla/5.0"))


@lru_cache(maxsize=512)
def _negotiated(accept: str) -> Wanted | None:
    """The first of the client's choices that can be met; None when there is none."""
    if not accept:
        return PLAIN
    for main, sub, params in _choices(accept):
        for media in SERVED:
            if main == "*" or (main == "application" and sub in ("*", media.removeprefix("application/"))):
                found = _accepted(media, params)
                if found is not None:
                    return found
    return None


def _accepted(media: str, params: dict[str, str]) -> Wanted | None:
    if params.get("stream", "watch") not in ("", "watch"):
        return None
    if not params.keys() & {"as", "g", "v"}:
        return Wanted(media, pretty=params.get("pretty") == "1")
    shape, version = params.get("as", ""), params.get("v", "")
    if params.get("g") != "meta.k8s.io" or version not in ("v1", "v1beta1") or shape not in _SHAPES:
        return None
    return Wanted(media, shape, version, params.get("pretty") == "1")


def _choices(accept: str) -> list[tuple[str, str, dict[str, str]]]:
    """(type, subtype, parameters), the best liked first, then the most exact."""
    found = []
    for part in accept.split(","):
        media, *given = part.split(";")
        params = {}
        for one in given:
            name, _, value = one.partition("=")
            params[name.strip()] = value.strip().strip('"')
        main, _, sub = media.strip().lower().partition("/")
        if not main:
            continue
        found.append((-_liking(params.pop("q", "1")), main == "*", sub == "*", main, sub, params))
    found.sort(key=lambda choice: choice[:3])
    return [(main, sub, params) for _, _, _, main, sub, params in found]


def _liking(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def not_acceptable() -> Refused:
    return Refused("NotAcceptable", f"only the following media types are accepted: {JSON}, {YAML}, {PROTOBUF}")


def unsupported(known: Iterable[str]) -> Refused:
    what = "the body of the request was in an unknown format - accepted media types include"
    return Refused("UnsupportedMediaType", f"{what}: {', '.join(known)}")
