"""What an aggregated ClusterRole gathers from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.objects.selectors import matches

ROLES = "clusterroles.rbac.authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Seen:
    """`sources` are the roles that each selector chooses, selector by selector, in order of their names."""

    role: Obj
    sources: tuple[Obj, ...]


def selectors(role: Obj) -> Iterable[Obj]:
    return (role.get("aggregationRule") or {}).get("clusterRoleSelectors") or ()


def gatherers(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Every role that gathers may gather from the one that changed."""
    return [("", role["metadata"]["name"]) for role in reader.list(ROLES) if selectors(role)]


def snapshot(reader: Reader, key: Key, _: Any) -> Seen | None:
    role = reader.get(ROLES, *key)
    if role is None or not selectors(role):
        return None
    sources = [
        other for selector in selectors(role) for other in reader.list(ROLES)
        if other is not role and matches(selector, other["metadata"].get("labels") or {})
    ]  # fmt: skip
    return Seen(role, tuple(sources))
