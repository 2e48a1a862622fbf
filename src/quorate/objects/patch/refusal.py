"""Why a patch was not applied. `objects` knows no API answers, so these carry what the API path needs to make one.

PatchError
    Conflict    server-side apply would change what another manager owns
"""

from typing import Any

Cause = dict[str, str]
"""One metav1.StatusCause: reason, message, field."""


class PatchError(ValueError):
    """A patch that Kubernetes refuses, in its words.

    `code` and `reason` are the Status' own ("" where Kubernetes gives none); `details` is its details, None for none.
    """

    def __init__(self, message: str, reason: str = "", code: int = 500, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message, self.reason, self.code, self.details = message, reason, code, details

    def __reduce__(self) -> tuple[Any, ...]:
        return PatchError, (self.message, self.reason, self.code, self.details)


class Conflict(PatchError):
    """Server-side apply met other owners (409). `causes` names each field and who owns it."""

    def __init__(self, message: str, causes: list[Cause]) -> None:
        super().__init__(message, "Conflict", 409, {"causes": causes})
        self.causes = causes

    def __reduce__(self) -> tuple[Any, ...]:
        return Conflict, (self.message, self.causes)


def malformed(message: str) -> PatchError:
    """400: the patch itself cannot be understood."""
    return PatchError(message, "BadRequest", 400)


def rejected() -> PatchError:
    """422: the patch is well formed but does not fit the object. Kubernetes says no more than this."""
    return PatchError("the server rejected our request due to an error in our request", "Invalid", 422, {})
