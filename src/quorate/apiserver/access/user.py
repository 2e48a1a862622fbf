"""Who asks: a name, groups, and what else is known of them (Kubernetes' user.Info)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MASTERS = "system:masters"
"""Its members may do everything; no rule is asked."""
AUTHENTICATED, UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True, slots=True)
class User:
    """`extra` is (key, values), in order of the keys."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def info(self) -> dict[str, Any]:
        """As authentication.k8s.io/v1 UserInfo: in reviews and in what webhooks are sent."""
        out: dict[str, Any] = {"username": self.name}
        if self.uid:
            out["uid"] = self.uid
        if self.groups:
            out["groups"] = list(self.groups)
        if self.extra:
            out["extra"] = {key: list(values) for key, values in self.extra}
        return out


ADMIN = User("system:admin", (MASTERS, AUTHENTICATED))
ANONYMOUS = User("system:anonymous", (UNAUTHENTICATED,))


def named(name: str) -> User:
    """A user of this name in the groups that the name alone brings: parts of the control plane, service accounts."""
    if name == ADMIN.name:
        return ADMIN
    account = account_of(name)
    return User(name, (*(account_groups(account[0]) if account is not None else ()), AUTHENTICATED))


def account_name(namespace: str, name: str) -> str:
    """The user that a service account is."""
    return f"{_ACCOUNT}{namespace}:{name}"


def account_of(user: str) -> tuple[str, str] | None:
    """(namespace, name) of the service account that this user is; None when it is none."""
    if not user.startswith(_ACCOUNT):
        return None
    namespace, _, name = user.removeprefix(_ACCOUNT).partition(":")
    return (namespace, name) if namespace and name and ":" not in name else None


def account_groups(namespace: str) -> tuple[str, ...]:
    return ACCOUNTS, f"{ACCOUNTS}:{namespace}"


def authenticated(user: User) -> User:
    """Whoever has shown who they are is in one group more."""
    if AUTHENTICATED in user.groups:
        return user
    return User(user.name, (*user.groups, AUTHENTICATED), user.uid, user.extra)


def extras(given: Iterable[tuple[str, Iterable[str]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((key, tuple(values)) for key, values in given))
