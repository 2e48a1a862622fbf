"""Asking as somebody else."""

import pytest

from quorate.apiserver.access.impersonate import asked_for, become, needed
from quorate.apiserver.access.user import User
from quorate.contract.failures import Refused


def test_the_headers() -> None:
    assert asked_for({"accept": "x"}) is None
    made = asked_for({
        "impersonate-user": "jane", "impersonate-group": "a\nb", "impersonate-uid": "7",
        "impersonate-extra-acme.com%2fteam": "x\ny",
    })  # fmt: skip
    assert made == User("jane", ("a", "b"), "7", (("acme.com/team", ("x", "y")),))
    with pytest.raises(Refused) as refused:
        asked_for({"impersonate-group": "a"})
    assert refused.value.code == 500


@pytest.mark.parametrize(("wanted", "groups"), [
    (User("jane"), ("system:authenticated",)),
    (User("jane", ("a",)), ("a", "system:authenticated")),
    (User("jane", ("system:unauthenticated",)), ("system:unauthenticated",)),
    (User("system:anonymous"), ("system:unauthenticated",)),
    (User("system:serviceaccount:ns:sa"), ("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated")),
    (User("system:serviceaccount:ns:sa", ("a",)), ("a", "system:authenticated")),
])  # fmt: skip
def test_the_groups_that_go_without_saying(wanted: User, groups: tuple[str, ...]) -> None:
    assert become(wanted).groups == groups


def test_what_one_must_be_allowed() -> None:
    wanted = User("system:serviceaccount:ns:sa", ("g",), "7", (("team", ("x", "y")),))
    assert [(a.verb, a.group, a.combined, a.name, a.namespace) for a in needed(wanted)] == [
        ("impersonate", "", "serviceaccounts", "sa", "ns"),
        ("impersonate", "", "groups", "g", ""),
        ("impersonate", "authentication.k8s.io", "userextras/team", "x", ""),
        ("impersonate", "authentication.k8s.io", "userextras/team", "y", ""),
        ("impersonate", "authentication.k8s.io", "uids", "7", ""),
    ]
    assert next(needed(User("jane"))).resource == "users"
