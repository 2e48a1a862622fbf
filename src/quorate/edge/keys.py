"""The key that signs the tokens of service accounts: kept in the data folder, so that they outlive a restart."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from quorate.edge.certificates import private_pem
from quorate.edge.durable_file import DataError

ALGORITHM = "ES256"
FILE = "sa.key"
REMEMBERED = 1024
"""Tokens whose signature was found good; the rest of what they say is looked at each time."""


class TokenKeys:
    """Has apiserver.access.authenticate.Keys' shape."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        self._key = key or ec.generate_private_key(ec.SECP256R1())
        self._public = self._key.public_key()
        self._read = lru_cache(REMEMBERED)(self._claims)

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, ALGORITHM)

    def read(self, token: str) -> dict[str, Any] | None:
        try:
            return self._read(token)
        except (jwt.PyJWTError, ValueError):
            return None

    def _claims(self, token: str) -> dict[str, Any]:
        # The signature alone: times are the world's, and audiences and issuer are Kubernetes' to judge.
        unchecked = {f"verify_{what}": False for what in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
        found: dict[str, Any] = jwt.decode(token, self._public, [ALGORITHM], options=unchecked)  # type: ignore[arg-type]
        return found


def kept_keys(folder: Path) -> TokenKeys:
    """Those of a data folder, made at its first start (mode 0600). Raises DataError."""
    path = folder / FILE
    try:
        if path.exists():
            key = serialization.load_pem_private_key(path.read_bytes(), None)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise ValueError("not an elliptic-curve key")
            return TokenKeys(key)
        key = ec.generate_private_key(ec.SECP256R1())
        beside = folder / f".{FILE}.{os.getpid()}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(private_pem(key))
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, path)
        return TokenKeys(key)
    except OSError as wrong:
        raise DataError(f"cannot use {path}: {wrong.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise DataError(
            f"{path} is no key of quorate's; it is left as it is. Remove it to have tokens signed anew."
        ) from None
