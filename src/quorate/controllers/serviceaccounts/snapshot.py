"""What the two controllers see that furnish namespaces: a namespace that lives, and the one object it should have."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader

ACCOUNT = "default"
CERTIFICATES = "kube-root-ca.crt"
AUTHORITY = ("kube-system", "extension-apiserver-authentication", "client-ca-file")
"""Where the cluster's certificate authority is published: namespace, ConfigMap, key."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`found` is the object as it is, None when it is missing; `authority` the certificates, for those who publish them."""

    namespace: str
    found: Obj | None
    authority: str = ""


def _lives(reader: Reader, name: str) -> bool:
    namespace = reader.get("namespaces", "", name)
    if namespace is None or namespace["metadata"].get("deletionTimestamp"):
        return False
    return (namespace.get("status") or {}).get("phase") == "Active"


def account(reader: Reader, key: Key, memory: Any) -> Seen | None:
    name = key[1]
    return Seen(name, reader.get("serviceaccounts", name, ACCOUNT)) if _lives(reader, name) else None


def certificates(reader: Reader, key: Key, memory: Any) -> Seen | None:
    name = key[1]
    if not _lives(reader, name):
        return None
    return Seen(name, reader.get("configmaps", name, CERTIFICATES), authority_of(reader))


def authority_of(reader: Reader) -> str:
    """The cluster's certificates; "" when none are published."""
    source = reader.get("configmaps", AUTHORITY[0], AUTHORITY[1])
    return ((source or {}).get("data") or {}).get(AUTHORITY[2]) or ""


def account_keys(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Its namespace, when a default account changes or goes."""
    meta = (new or old or {})["metadata"]
    return (("", meta["namespace"]),) if meta["name"] == ACCOUNT and old is not None else ()


def certificate_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Its namespace, when its certificates change or go; every namespace, when the authority changes."""
    meta = (new or old or {})["metadata"]
    if (meta["namespace"], meta["name"]) == AUTHORITY[:2]:
        return [("", namespace["metadata"]["name"]) for namespace in reader.list("namespaces")]
    return (("", meta["namespace"]),) if meta["name"] == CERTIFICATES and old is not None else ()
