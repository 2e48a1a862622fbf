"""Asking as somebody else: the Impersonate headers (kubectl --as, --as-group, --as-uid).

(Kubernetes: apiserver/pkg/endpoints/filters/impersonation.) A header that was sent several times comes with line breaks
between its values: edge.app joins them so.
"""

from collections.abc import Iterator
from urllib.parse import unquote

from quorate.apiserver.access.attributes import Attributes
from quorate.apiserver.access.user import (
    ANONYMOUS,
    AUTHENTICATED,
    UNAUTHENTICATED,
    User,
    account_groups,
    account_of,
    extras,
)
from quorate.contract.failures import Refused

USER, GROUP, UID, EXTRA = "impersonate-user", "impersonate-group", "impersonate-uid", "impersonate-extra-"
AUTHENTICATION = "authentication.k8s.io"


def asked_for(headers: dict[str, str]) -> User | None:
    """Who is to be impersonated, as the headers have it; None when nobody is. Raises Refused (500) for half of one."""
    name = headers.get(USER, "")
    groups = tuple(g for g in headers.get(GROUP, "").split("\n") if g)
    uid = headers.get(UID, "")
    extra = extras(
        (unquote(key.removeprefix(EXTRA)), value.split("\n")) for key, value in headers.items() if key.startswith(EXTRA)
    )
    if not name:
        if groups or uid or extra:
            raise Refused("InternalError", "requested groups, uid or extra without impersonating a user")
        return None
    return User(name, groups, uid, extra)


def needed(wanted: User) -> Iterator[Attributes]:
    """What one must be allowed in order to be this user."""
    account = account_of(wanted.name)
    if account is not None:
        yield Attributes("impersonate", "", "", "v1", "serviceaccounts", "", account[1], account[0])
    else:
        yield Attributes("impersonate", "", "", "v1", "users", "", wanted.name)
    for group in wanted.groups:
        yield Attributes("impersonate", "", "", "v1", "groups", "", group)
    for key, values in wanted.extra:
        for value in values:
            yield Attributes("impersonate", "", AUTHENTICATION, "v1", "userextras", key, value)
    if wanted.uid:
        yield Attributes("impersonate", "", AUTHENTICATION, "v1", "uids", "", wanted.uid)


def become(wanted: User) -> User:
    """The user, with the groups that go without saying."""
    groups = wanted.groups
    account = account_of(wanted.name)
    if account is not None and not groups:
        groups = account_groups(account[0])
    if wanted.name == ANONYMOUS.name:
        if UNAUTHENTICATED not in groups:
            groups = (*groups, UNAUTHENTICATED)
    elif AUTHENTICATED not in groups and UNAUTHENTICATED not in groups:
        groups = (*groups, AUTHENTICATED)
    return User(wanted.name, groups, wanted.uid, wanted.extra)
