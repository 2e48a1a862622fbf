"""Refusals: what an API request is answered with when it is not carried out.

Refused            carries a Kubernetes Status: code, reason, message, details
"""

from typing import Any

Obj = dict[str, Any]

CODES = {
    "BadRequest": 400, "Unauthorized": 401, "Forbidden": 403, "NotFound": 404, "MethodNotAllowed": 405,
    "NotAcceptable": 406, "AlreadyExists": 409, "Conflict": 409, "Expired": 410, "Gone": 410, "RequestEntityTooLarge": 413,
    "UnsupportedMediaType": 415, "Invalid": 422, "TooManyRequests": 429, "InternalError": 500, "NotImplemented": 501,
    "ServiceUnavailable": 503, "Timeout": 504,
}  # fmt: skip


class Refused(Exception):
    """A request that was not carried out; `status()` is the answer's body.

    `reason` is one of CODES (or "" for Kubernetes' answers that carry none), `details` as in metav1.StatusDetails: None for
    none, which is not the same as {}. `continue_token` is where a list may go on that could not go on as it was asked to.
    `warnings` are told with it.
    """

    warnings: tuple[str, ...] = ()

    def __init__(
        self, reason: str, message: str, details: Obj | None = None, code: int | None = None, continue_token: str = ""
    ) -> None:
        super().__init__(message)
        self.reason, self.message, self.details = reason, message, details
        self.code = code if code is not None else CODES[reason]
        self.continue_token = continue_token

    def __reduce__(self) -> tuple[Any, ...]:
        return Refused, (self.reason, self.message, self.details, self.code, self.continue_token)

    def status(self) -> Obj:
        meta = {"continue": self.continue_token} if self.continue_token else {}
        out: Obj = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": meta,
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            out["reason"] = self.reason
        if self.details is not None:
            out["details"] = self.details
        out["code"] = self.code
        return out


def _plural(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


def _details(name: str, group: str, kind: str) -> Obj:
    """In the order in which Kubernetes writes them; absent where empty."""
    return {k: v for k, v in (("name", name), ("group", group), ("kind", kind)) if v}


def not_found(plural: str, group: str, name: str) -> Refused:
    return Refused("NotFound", f'{_plural(plural, group)} "{name}" not found', _details(name, group, plural))


def already_exists(plural: str, group: str, name: str) -> Refused:
    return Refused("AlreadyExists", f'{_plural(plural, group)} "{name}" already exists', _details(name, group, plural))


def conflict(plural: str, group: str, name: str, why: str) -> Refused:
    """`why` is the cause, e.g. "the object has been modified; please apply your changes to the latest version ..."."""
    message = f'Operation cannot be fulfilled on {_plural(plural, group)} "{name}": {why}'
    return Refused("Conflict", message, _details(name, group, plural))


def forbidden(plural: str, group: str, name: str, why: str) -> Refused:
    message = f'{_plural(plural, group)} "{name}" is forbidden: {why}'
    if not name:
        message = f"{_plural(plural, group)} is forbidden: {why}"
    return Refused("Forbidden", message, _details(name, group, plural))


def bad_request(message: str) -> Refused:
    return Refused("BadRequest", message)
