"""Who sent a request: by client certificate, by the server's own token, by a token of a service account.

(Kubernetes: apiserver/pkg/authentication, pkg/serviceaccount/claims.go and jwt.go.)
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from quorate.apiserver.access.user import ADMIN, User, account_groups, account_name, authenticated, extras
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND
from quorate.kernel.pump import Pump

ISSUER = "https://kubernetes.default.svc.cluster.local"
"""Of service-account tokens, and the audience that the API server itself is."""
LEGACY_ISSUER, LEGACY = "kubernetes/serviceaccount", "kubernetes.io/serviceaccount"
"""Of tokens that are kept in Secrets, and how their claims begin."""
CREDENTIAL = "authentication.kubernetes.io/credential-id"
INVALID = "invalid bearer token"


class Keys(Protocol):
    """Signs tokens and reads what it has signed; edge.keys has it."""

    def sign(self, claims: dict[str, Any]) -> str: ...

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims; None when the token is not signed by this key."""
        ...


class BadToken(Exception):
    """A token that lets nobody in; the message says why, as a TokenReview does."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Of a client, already verified: the subject's CN and Os, and the SHA-256 of the whole in hex."""

    common_name: str
    organizations: tuple[str, ...]
    fingerprint: str


class Authenticator:
    """`token` is the server's own; with "" everybody is the administrator."""

    def __init__(self, reader: Reader, pump: Pump, token: str, keys: Keys) -> None:
        self._reader, self._pump, self._token, self.keys = reader, pump, token, keys

    def user(self, authorization: str, certificate: Certificate | None) -> User | None:
        """By the Authorization header and the certificate; None for nobody. Raises BadToken."""
        if certificate is not None and certificate.common_name:
            return authenticated(User(
                certificate.common_name, certificate.organizations,
                extra=extras([(CREDENTIAL, [f"X509SHA256={certificate.fingerprint}"])]),
            ))  # fmt: skip
        if not self._token:
            return ADMIN
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        return self.of_token(token.strip(), ())[0]

    def of_token(self, token: str, audiences: tuple[str, ...]) -> tuple[User, list[str]]:
        """Whose token it is, and for which of these audiences (of none: the API server). Raises BadToken."""
        wanted = audiences or (ISSUER,)
        if self._token and hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode()):
            return ADMIN, list(wanted)
        claims = self.keys.read(token) if token.count(".") == 2 else None
        if claims is None or claims.get("iss") not in (ISSUER, LEGACY_ISSUER):
            raise BadToken(INVALID)
        if claims["iss"] == LEGACY_ISSUER:
            meant = [audience for audience in wanted if audience == ISSUER]
            return self._legacy(claims, token), meant or self._not_meant((ISSUER,), wanted)
        now = self._pump.now() // SECOND
        if now >= claims.get("exp", 0):
            raise BadToken(f"[{INVALID}, service account token has expired]")
        if now < claims.get("nbf", 0):
            raise BadToken(f"[{INVALID}, service account token is not valid yet]")
        meant = [audience for audience in wanted if audience in claims.get("aud", ())]
        return self._account(claims), meant or self._not_meant(claims.get("aud", ()), wanted)

    def _not_meant(self, audiences: Any, wanted: tuple[str, ...]) -> NoReturn:
        told, target = _listed(audiences), _listed(wanted)
        raise BadToken(f"[{INVALID}, token audiences {told} is invalid for the target audiences {target}]")

    def _legacy(self, claims: dict[str, Any], token: str) -> User:
        """The token of a Secret: as good as the Secret and its account are there (pkg/serviceaccount/legacy.go)."""
        namespace, name = claims[f"{LEGACY}/namespace"], claims[f"{LEGACY}/service-account.name"]
        secret = self._reader.get("secrets", namespace, claims[f"{LEGACY}/secret.name"])
        if secret is None or secret["metadata"].get("deletionTimestamp"):
            raise BadToken(f"[{INVALID}, service account token has been invalidated]")
        if not hmac.compare_digest((secret.get("data") or {}).get("token", ""), b64encode(token.encode()).decode()):
            raise BadToken(f"[{INVALID}, service account token does not match server's copy]")
        account, uid = self._reader.get("serviceaccounts", namespace, name), claims[f"{LEGACY}/service-account.uid"]
        if account is None:
            raise BadToken(f'[{INVALID}, serviceaccounts "{name}" not found]')
        if account["metadata"].get("deletionTimestamp"):
            raise BadToken(f"[{INVALID}, service account {namespace}/{name} has been deleted]")
        if account["metadata"]["uid"] != uid:
            why = f"service account UID ({account['metadata']['uid']}) does not match claim ({uid})"
            raise BadToken(f"[{INVALID}, {why}]")
        return authenticated(User(account_name(namespace, name), account_groups(namespace), uid))

    def _account(self, claims: dict[str, Any]) -> User:
        private = claims["kubernetes.io"]
        namespace, ref = private["namespace"], private["serviceaccount"]
        self._present("serviceaccounts", namespace, ref, "service account token has been invalidated")
        extra = [(CREDENTIAL, [f"JTI={claims['jti']}"])]
        for kind, place in (("pod", namespace), ("secret", namespace), ("node", "")):
            bound = private.get(kind)
            if bound is None:
                continue
            if kind != "node" or "pod" not in private:  # the node of a pod may have gone before it
                self._present(f"{kind}s", place, bound, "service account token has been invalidated")
            if kind != "secret":
                extra.append((f"authentication.kubernetes.io/{kind}-name", [bound["name"]]))
                extra.append((f"authentication.kubernetes.io/{kind}-uid", [bound.get("uid", "")]))
        name = account_name(namespace, ref["name"])
        return authenticated(User(name, account_groups(namespace), ref["uid"], extras(extra)))

    def _present(self, resource: str, namespace: str, ref: dict[str, str], otherwise: str) -> None:
        """A token ends with what it is bound to; an object that came again by that name is another."""
        found = self._reader.get(resource, namespace, ref["name"])
        if found is None or found["metadata"]["uid"] != ref.get("uid"):
            raise BadToken(f"[{INVALID}, {otherwise}]")


def _listed(audiences: Any) -> str:
    return "[" + " ".join(f'"{audience}"' for audience in audiences) + "]"
