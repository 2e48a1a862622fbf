"""The OpenAPI documents."""

from quorate.objects.kinds import Kinds


def answer(kinds: Kinds, path: str, accept: str = "") -> tuple[bytes, str] | None:
    """(body, content type) of an /openapi path; None when it is none."""
    return None
