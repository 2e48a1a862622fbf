"""Nobody hands out more than they hold: roles and bindings are only written by whoever has what they give.

(Kubernetes: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go,
pkg/registry/rbac/validation/rule.go, pkg/registry/rbac/escalation_check.go.)
"""

from collections.abc import Sequence

from quorate.apiserver.access.access import Access
from quorate.apiserver.access.attributes import Attributes, refusal
from quorate.apiserver.access.rbac import CLUSTER_ROLES, GROUP
from quorate.apiserver.access.rules import FULL_AUTHORITY, compact, described, missing, quoted
from quorate.apiserver.access.user import User
from quorate.apiserver.asked import Asked
from quorate.contract.failures import not_found
from quorate.contract.plan import Obj

AGGREGATION = "must have cluster-admin privileges to use the aggregationRule"


def check(access: Access, asked: Asked) -> None:
    """Of a CREATE or UPDATE of a role or binding. Raises Refused (403; 404 for a binding of no role)."""
    if asked.kind.group != GROUP or access.holds_all(asked.user) or asked.obj is None:
        return
    if asked.kind.plural in ("roles", "clusterroles"):
        _role(access, asked, asked.obj)
    else:
        _binding(access, asked, asked.obj)


def _role(access: Access, asked: Asked, role: Obj) -> None:
    old = asked.old or {}
    same = ("rules", "aggregationRule")
    if asked.old is not None and all((old.get(k) or None) == (role.get(k) or None) for k in same):
        return
    if _may(access, asked, "escalate", asked.kind.plural, asked.name):
        return
    _confirm(access, asked, role.get("rules") or ())
    if asked.kind.resource == CLUSTER_ROLES and (_aggregates(role) or _aggregates(old)):
        held = access.rbac.held(asked.user, "").rules()
        if missing(held, FULL_AUTHORITY):
            raise refusal(GROUP, asked.kind.plural, asked.name, AGGREGATION)


def _aggregates(role: Obj) -> bool:
    return bool((role.get("aggregationRule") or {}).get("clusterRoleSelectors"))


def _binding(access: Access, asked: Asked, binding: Obj) -> None:
    ref = binding.get("roleRef") or {}
    if asked.old is not None and all(
        (asked.old.get(k) or None) == (binding.get(k) or None) for k in ("roleRef", "subjects")
    ):
        return
    kind, name = ref.get("kind", ""), ref.get("name", "")
    if kind not in ("Role", "ClusterRole"):
        return  # validation says it better
    plural = f"{kind.lower()}s"
    if _may(access, asked, "bind", plural, name):
        return
    rules = access.rbac.role_rules(ref, asked.namespace)
    if rules is None:
        raise not_found(plural, GROUP, name)
    _confirm(access, asked, rules)


def _may(access: Access, asked: Asked, verb: str, resource: str, name: str) -> bool:
    wanted = Attributes(verb, "", GROUP, "v1", resource, "", name, asked.namespace)
    return access.decide(asked.user, wanted)[0]


def _confirm(access: Access, asked: Asked, rules: Sequence[Obj]) -> None:
    held = access.rbac.held(asked.user, asked.namespace)
    lacking = missing(held.rules(), rules)
    if lacking:
        why = f"{_who(asked.user)} is attempting to grant RBAC permissions not currently held:\n"
        why += "\n".join(described(compact(lacking)))
        if held.errors:
            why += f"; resolution errors: [{', '.join(held.errors)}]"
        raise refusal(GROUP, asked.kind.plural, asked.name, why)


def _who(user: User) -> str:
    return f'user "{user.name}" (groups={quoted(user.groups)})'
