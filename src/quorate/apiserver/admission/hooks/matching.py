"""Which requests a webhook or policy is meant for: rules, scopes, selectors, equivalent versions.

(Kubernetes: apiserver/pkg/admission/plugin/webhook/predicates, apiserver/pkg/admission/plugin/policy/matching.)
"""

from collections.abc import Iterable
from typing import Any

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.selectors import matches

GROUP = "admissionregistration.k8s.io"
EXEMPT = frozenset({
    "validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies",
    "validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
})  # fmt: skip
"""Nothing that is configured decides about configurations: a cluster could not be repaired."""
SEVERAL = frozenset({"events", "horizontalpodautoscalers"})
"""Built-in resources that are served at more than one version or group."""


def is_exempt(asked: Asked) -> bool:
    return asked.kind.group == GROUP and asked.kind.plural in EXEMPT


def matching_kind(kinds: Kinds, asked: Asked, rules: Iterable[Obj], policy: str) -> Kind | None:
    """The kind by which a rule means this request: its own, else with "Equivalent" one that shows the same objects."""
    found = tuple(rules)
    own = asked.served or asked.kind
    if any(_means(rule, asked, own) for rule in found):
        return own
    if policy == "Exact":
        return None
    for other in _equivalents(kinds, own):
        if any(_means(rule, asked, other) for rule in found):
            return other
    return None


def _equivalents(kinds: Kinds, kind: Kind) -> list[Kind]:
    if kind.custom is not None:
        return [k for k in kinds.of_group(kind.group) if k.plural == kind.plural and k.version != kind.version]
    if kind.plural not in SEVERAL:
        return []
    return [k for k in kinds.all() if k.stored_resource == kind.stored_resource and k is not kind]


def _means(rule: Obj, asked: Asked, kind: Kind) -> bool:
    return (
        _is_in_scope(rule.get("scope") or "*", asked)
        and _names(rule.get("operations"), asked.operation)
        and _names(rule.get("apiGroups"), kind.group)
        and _names(rule.get("apiVersions"), kind.version)
        and any(_is_resource(r, kind.plural, asked.subresource) for r in rule.get("resources") or ())
        and (not rule.get("resourceNames") or asked.name in rule["resourceNames"])
    )


def _names(given: Any, value: str) -> bool:
    return "*" in (given or ()) or value in (given or ())


def _is_resource(given: str, plural: str, subresource: str) -> bool:
    resource, _, part = given.partition("/")
    return resource in ("*", plural) and part in ("*", subresource)


def _is_in_scope(scope: str, asked: Asked) -> bool:
    """A Namespace counts as an object of the cluster."""
    if scope == "*":
        return True
    return (scope == "Namespaced") == bool(asked.namespace)


def selects_namespace(spec: Obj | None, asked: Asked, reader: Reader) -> bool:
    """Objects of the cluster are always selected; a Namespace by its own labels."""
    if not spec or not (spec.get("matchLabels") or spec.get("matchExpressions")):
        return True
    if asked.kind.resource == "namespaces":
        found = asked.obj if asked.obj is not None and not asked.subresource else asked.old
    elif not asked.namespace:
        return True
    else:
        found = reader.get("namespaces", "", asked.namespace)
    return matches(spec, ((found or {}).get("metadata") or {}).get("labels"))


def selects_object(spec: Obj | None, asked: Asked) -> bool:
    """The object as it is or as it would be."""
    if not spec or not (spec.get("matchLabels") or spec.get("matchExpressions")):
        return True
    return any(o is not None and matches(spec, (o.get("metadata") or {}).get("labels")) for o in (asked.obj, asked.old))
