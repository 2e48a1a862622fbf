"""May they? Asked once per request, before it is looked at any further.

`authorization` is "always" (whoever is let in may do everything) or "rbac". Parts in this process are not asked: they come
in at `ApiServer`, behind this door, with the rights that they need.
"""

from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any, Literal

import orjson

from quorate.apiserver.access import impersonate
from quorate.apiserver.access.attributes import Attributes, attributes_of, forbidden
from quorate.apiserver.access.authenticate import Authenticator
from quorate.apiserver.access.rbac import Rbac
from quorate.apiserver.access.user import MASTERS, User
from quorate.apiserver.http import HttpRequest
from quorate.contract.ports import Reader

Authorization = Literal["always", "rbac"]


class Access:
    """`authenticator` is set by whoever serves the world to others: it knows the secrets."""

    def __init__(self, reader: Reader, authorization: Authorization = "always") -> None:
        self.authorization = authorization
        self.rbac = Rbac(reader)
        self.authenticator: Authenticator | None = None

    def admitted(self, request: HttpRequest) -> HttpRequest:
        """The request as whom it is to be carried out. Raises Refused (403, 500)."""
        wanted = impersonate.asked_for(request.headers) if _impersonates(request.headers) else None
        if wanted is not None:
            for asked in impersonate.needed(wanted):
                self._demand(request.user, asked)
            request = replace(request, user=impersonate.become(wanted))
        if self.authorization == "rbac" and MASTERS not in request.user.groups:
            self._demand(request.user, attributes_of(request))
        return request

    def decide(self, user: User, asked: Attributes) -> tuple[bool, str]:
        """(allowed, reason)"""
        if self.holds_all(user):
            return True, ""
        return self.rbac.decide(user, asked)

    def holds_all(self, user: User) -> bool:
        """Whether no rule is asked."""
        return self.authorization == "always" or MASTERS in user.groups

    def sign(self, claims: dict[str, Any]) -> str:
        """A token that says this, signed by the keys of whoever serves this world.

        A world that nobody serves signs nothing: its tokens say what they say, and let nobody in.
        """
        return self.authenticator.keys.sign(claims) if self.authenticator is not None else _unsigned(claims)

    def _demand(self, user: User, asked: Attributes) -> None:
        allowed, reason = self.decide(user, asked)
        if not allowed:
            raise forbidden(user.name, asked, reason)


def _unsigned(claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def _impersonates(headers: dict[str, str]) -> bool:
    return any(name.startswith("impersonate-") for name in headers)
