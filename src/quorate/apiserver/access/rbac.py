"""RBAC: the rules that bindings give a user, and what they allow.

(Kubernetes: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quorate.apiserver.access.attributes import Attributes
from quorate.apiserver.access.rules import allows
from quorate.apiserver.access.user import User, account_of
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

GROUP = "rbac.authorization.k8s.io"
ROLES, CLUSTER_ROLES = f"roles.{GROUP}", f"clusterroles.{GROUP}"
ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS = f"rolebindings.{GROUP}", f"clusterrolebindings.{GROUP}"
RESOURCES = (ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS)


@dataclass(frozen=True, slots=True)
class Given:
    """A rule and the binding that gives it, in words."""

    rule: Obj
    binding: str


@dataclass(frozen=True, slots=True)
class Held:
    """All that a user holds somewhere; `errors` are bindings of roles that are not there."""

    given: tuple[Given, ...]
    errors: tuple[str, ...]

    def rules(self) -> list[Obj]:
        return [one.rule for one in self.given]


class Rbac:
    """Kept per user and namespace until a role or a binding changes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: tuple[object, ...] = ()
        self._held: dict[tuple[str, tuple[str, ...], str], Held] = {}

    def decide(self, user: User, asked: Attributes) -> tuple[bool, str]:
        """(allowed, reason)"""
        held = self.held(user, asked.namespace if asked.resource else "")
        for one in held.given:
            if allows(one.rule, asked):
                return True, f"RBAC: allowed by {one.binding}"
        return False, f"RBAC: {joined(held.errors)}" if held.errors else ""

    def held(self, user: User, namespace: str) -> Held:
        """What the user holds in a namespace; in the whole cluster when that is ""."""
        # A list of the reader is the same list until something of it changes.
        seen = tuple(self._reader.list(resource) for resource in RESOURCES)
        if len(self._seen) != len(seen) or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            self._seen = seen
            self._held.clear()
        key = (user.name, user.groups, namespace)
        found = self._held.get(key)
        if found is None:
            found = self._held[key] = self._gathered(user, namespace)
        return found

    def _gathered(self, user: User, namespace: str) -> Held:
        given: list[Given] = []
        errors: list[str] = []
        bindings = [("ClusterRoleBinding", one) for one in self._reader.list(CLUSTER_ROLE_BINDINGS)]
        if namespace:
            bindings += [("RoleBinding", one) for one in self._reader.list(ROLE_BINDINGS, namespace)]
        for kind, binding in bindings:
            subject = applied(user, binding.get("subjects") or (), namespace if kind == "RoleBinding" else "")
            if subject is None:
                continue
            rules = self.role_rules(binding["roleRef"], namespace)
            if rules is None:
                ref = binding["roleRef"]
                errors.append(f'{ref["kind"].lower()}.{GROUP} "{ref["name"]}" not found')
                continue
            words = _described(kind, binding, subject, namespace)
            given += [Given(rule, words) for rule in rules]
        return Held(tuple(given), tuple(errors))

    def role_rules(self, ref: Obj, namespace: str) -> Sequence[Obj] | None:
        """The rules of a role that a binding in `namespace` names; None when there is no such role."""
        if ref["kind"] == "ClusterRole":
            role = self._reader.get(CLUSTER_ROLES, "", ref["name"])
        else:
            role = self._reader.get(ROLES, namespace, ref["name"])
        return None if role is None else role.get("rules") or ()


def applied(user: User, subjects: Sequence[Obj], namespace: str) -> Obj | None:
    """The first of a binding's subjects that the user is; `namespace` is the binding's."""
    for subject in subjects:
        match subject.get("kind"):
            case "User":
                found = subject["name"] == user.name
            case "Group":
                found = subject["name"] in user.groups
            case "ServiceAccount":
                found = account_of(user.name) == (subject.get("namespace") or namespace, subject["name"])
            case _:
                found = False
        if found:
            return subject
    return None


def _described(kind: str, binding: Obj, subject: Obj, namespace: str) -> str:
    name, ref = binding["metadata"]["name"], binding["roleRef"]
    if kind == "RoleBinding":
        name = f"{name}/{namespace}"
    who = subject["name"]
    if subject["kind"] == "ServiceAccount":
        who = f"{who}/{subject.get('namespace') or namespace}"
    return f'{kind} "{name}" of {ref["kind"]} "{ref["name"]}" to {subject["kind"]} "{who}"'


def joined(errors: Sequence[str]) -> str:
    """As apimachinery prints several errors: each once."""
    once = list(dict.fromkeys(errors))
    return once[0] if len(once) == 1 else f"[{', '.join(once)}]"
