"""Secrets that hold a token of a ServiceAccount: filled when they are made, deleted when their account goes.

(Kubernetes: pkg/controller/serviceaccount/tokens_controller.go; what the token says: pkg/serviceaccount/legacy.go.)
"""

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import NOTHING, Delete, Key, Obj, Outcome, Plan, Ref, Update
from quorate.contract.ports import Reader
from quorate.controllers.serviceaccounts.snapshot import AUTHORITY, authority_of
from quorate.kernel.clock import Instant

SECRETS, ACCOUNTS = "secrets", "serviceaccounts"
TYPE = "kubernetes.io/service-account-token"
NAME, UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
ISSUER, CLAIM = "kubernetes/serviceaccount", "kubernetes.io/serviceaccount"
OF_ACCOUNT, REFERRED = "token-of-account", "referred-secret"
Sign = Callable[[dict[str, Any]], str]
_GONE = Outcome(fine=frozenset({"NotFound"}))
_CHANGED = Outcome(fine=frozenset({"NotFound", "Conflict"}))


@dataclass(frozen=True, slots=True)
class Seen:
    """`secret` is None when it has gone; `account` is whose it is, None when there is no such; `referring` name it."""

    name: str
    secret: Obj | None
    account: Obj | None = None
    referring: tuple[Obj, ...] = ()
    authority: str = ""


def is_token(secret: Obj) -> bool:
    return secret.get("type") == TYPE


def _annotation(secret: Obj, name: str) -> str:
    return (secret["metadata"].get("annotations") or {}).get(name) or ""


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    namespace, name = key
    secret = reader.get(SECRETS, namespace, name)
    if secret is None:
        return Seen(name, None, referring=tuple(reader.indexed(ACCOUNTS, REFERRED, f"{namespace}/{name}")))
    if not is_token(secret):
        return None
    account = reader.get(ACCOUNTS, namespace, _annotation(secret, NAME))
    uid = _annotation(secret, UID)
    if account is not None and uid and account["metadata"]["uid"] != uid:
        account = None
    return Seen(name, secret, account, authority=authority_of(reader))


def decide(sign: Sign, seen: Seen, now: Instant) -> Plan:
    """`sign` makes a token of claims."""
    if seen.secret is None:
        return Plan(tuple(_without(account, seen.name) for account in seen.referring))
    meta = seen.secret["metadata"]
    if seen.account is None:
        return Plan((Delete(Ref(SECRETS, meta["namespace"], meta["name"]), meta["uid"], outcome=_GONE),))
    data = seen.secret.get("data") or {}
    added = {}
    if seen.authority and data.get("ca.crt") != _encoded(seen.authority):
        added["ca.crt"] = _encoded(seen.authority)
    if not data.get("namespace"):
        added["namespace"] = _encoded(meta["namespace"])
    if not data.get("token"):
        added["token"] = _encoded(sign(_claims(meta, seen.account)))
    if not added:
        return NOTHING
    account = seen.account["metadata"]
    noted = {**(meta.get("annotations") or {}), NAME: account["name"], UID: account["uid"]}
    filled = {**seen.secret, "data": {**data, **added}, "metadata": {**meta, "annotations": noted}}
    return Plan((Update(SECRETS, filled, outcome=_CHANGED),))


def _claims(secret: Obj, account: Obj) -> dict[str, Any]:
    """It never expires: it ends with its Secret and its account."""
    namespace, meta = secret["namespace"], account["metadata"]
    return {
        "iss": ISSUER, f"{CLAIM}/namespace": namespace, f"{CLAIM}/secret.name": secret["name"],
        f"{CLAIM}/service-account.name": meta["name"], f"{CLAIM}/service-account.uid": meta["uid"],
        "sub": f"system:serviceaccount:{namespace}:{meta['name']}",
    }  # fmt: skip


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def _without(account: Obj, secret: str) -> Update:
    left = [ref for ref in account["secrets"] if ref.get("name") != secret]
    bare = {field: value for field, value in account.items() if field != "secrets"}
    return Update(ACCOUNTS, {**bare, "secrets": left} if left else bare, outcome=_CHANGED)


# -- what wakes it


def token_account(secret: Obj) -> Iterable[str]:
    """Index value of a token's Secret: namespace/account."""
    return (f"{secret['metadata']['namespace']}/{_annotation(secret, NAME)}",) if is_token(secret) else ()


def account_secrets(account: Obj) -> Iterable[str]:
    """Index values of an account: the Secrets that it refers to."""
    namespace = account["metadata"]["namespace"]
    return {f"{namespace}/{ref['name']}" for ref in account.get("secrets") or () if ref.get("name")}


def secret_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    some = new or old or {}
    return ((some["metadata"]["namespace"], some["metadata"]["name"]),) if is_token(some) else ()


def account_gone(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is not None or old is None:
        return ()
    meta = old["metadata"]
    found = reader.indexed(SECRETS, OF_ACCOUNT, f"{meta['namespace']}/{meta['name']}")
    return [(secret["metadata"]["namespace"], secret["metadata"]["name"]) for secret in found]


def authority_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """New certificates concern every token."""
    meta = (new or old or {})["metadata"]
    if (meta["namespace"], meta["name"]) != AUTHORITY[:2]:
        return ()
    return [key for secret in reader.list(SECRETS) for key in secret_changed(reader, None, secret)]
