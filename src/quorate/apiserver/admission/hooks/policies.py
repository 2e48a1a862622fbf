"""Asks the policies that a request concerns, binding by binding (Kubernetes: .../policy/validating/dispatcher.go)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from quorate.apiserver.admission.hooks import authorizing, review
from quorate.apiserver.admission.hooks.matching import (
    is_exempt,
    matching_kind,
    selects_namespace,
    selects_object,
)  # fmt: skip
from quorate.apiserver.admission.hooks.policy import Denied, Policy, verdicts
from quorate.apiserver.admission.refusal import refused_early
from quorate.apiserver.asked import Asked
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.selectors import matches

CODES = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413}


class Misconfigured(Exception):
    """A binding cannot be asked."""


def validate(policies: Iterable[Policy], asked: Asked, kinds: Kinds, reader: Reader) -> Asked:
    """The request with what it is warned of. Raises Refused."""
    if is_exempt(asked):
        return asked
    denied: list[Refused] = []
    told: list[str] = []
    for policy in policies:
        kind = concerns(policy.spec.get("matchConstraints"), asked, kinds, reader)
        if kind is None:
            continue
        for binding in policy.bindings:
            within = binding["spec"].get("matchResources")
            if within is not None and concerns(within, asked, kinds, reader, narrowing=True) is None:
                continue
            name = binding["metadata"]["name"]
            try:
                given = params_of(policy.spec, binding["spec"], asked, kinds, reader)
            except Misconfigured as wrong:
                if policy.fails:
                    denied.append(_refused(asked, policy, name, Denied(f"failed to configure binding: {wrong}")))
                continue
            actions = binding["spec"].get("validationActions") or ()
            for params in given:
                for found in verdicts(policy, scope_of(policy.spec, params, asked, kind, reader)):
                    if "Deny" in actions:
                        denied.append(_refused(asked, policy, name, found))
                    if "Warn" in actions:
                        told.append(
                            f"Validation failed for ValidatingAdmissionPolicy '{policy.name}' with binding '{name}': "
                            f"{found.message}"
                        )
    if denied:
        denied[0].warnings = (*asked.told, *told)
        raise denied[0]
    return replace(asked, told=(*asked.told, *told)) if told else asked


def concerns(spec: Obj | None, asked: Asked, kinds: Kinds, reader: Reader, narrowing: bool = False) -> Kind | None:
    """The kind by which constraints mean this request. A binding narrows: without rules it means all its policy does."""
    spec = spec or {}
    if not selects_namespace(spec.get("namespaceSelector"), asked, reader):
        return None
    if not selects_object(spec.get("objectSelector"), asked):
        return None
    policy = spec.get("matchPolicy") or "Equivalent"
    if matching_kind(kinds, asked, spec.get("excludeResourceRules") or (), policy) is not None:
        return None
    rules = spec.get("resourceRules") or ()
    if narrowing and not rules:
        return asked.kind
    return matching_kind(kinds, asked, rules, policy)


def params_of(policy: Obj, binding: Obj, asked: Asked, kinds: Kinds, reader: Reader) -> list[Obj | None]:
    """The parameters with which a policy is asked, each in turn; [None] for once without. Raises Misconfigured."""
    wanted, ref = policy.get("paramKind"), binding.get("paramRef")
    if not wanted or not ref:
        return [None]
    kind = kinds.by_kind(wanted.get("apiVersion", ""), wanted.get("kind", ""))
    if kind is None:
        shown = f"{wanted.get('apiVersion', '')}, Kind={wanted.get('kind', '')}"
        raise Misconfigured(f"paramKind kind `{shown}` not known")
    namespace = ref.get("namespace") or ""
    if not kind.namespaced and namespace:
        raise Misconfigured("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
    if kind.namespaced and not namespace:
        namespace = asked.namespace
        if not namespace:
            raise Misconfigured(
                "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
            )
    found: list[Obj | None]
    if ref.get("name"):
        one = reader.get(kind.stored_resource, namespace, ref["name"])
        found = [] if one is None else [review.shown(kind, one)]
    else:
        every = reader.list(kind.stored_resource, namespace if kind.namespaced else None)
        chosen = ref.get("selector")
        found = [review.shown(kind, o) for o in every if matches(chosen, o["metadata"].get("labels"))]
    if not found and ref.get("parameterNotFoundAction") == "Deny":
        raise Misconfigured("no params found for policy binding with `Deny` parameterNotFoundAction")
    return found


def scope_of(
    spec: Obj, params: Obj | None, asked: Asked, kind: Kind, reader: Reader, mutating: bool = False
) -> dict[str, Any]:
    """What a policy's expressions know of a request, but for its variables."""
    told = review.request(asked, kind, mutating)
    scope: dict[str, Any] = {"object": told.pop("object"), "oldObject": told.pop("oldObject"), "request": told}
    scope |= authorizing.scope(asked)
    inside = asked.namespace if asked.kind.resource != "namespaces" else ""
    found = reader.get("namespaces", "", inside) if inside else None
    scope["namespaceObject"] = found
    if spec.get("paramKind"):
        scope["params"] = params
    return scope


def _refused(asked: Asked, policy: Policy, binding: str, denied: Denied) -> Refused:
    why = f"ValidatingAdmissionPolicy '{policy.name}' with binding '{binding}' denied request: {denied.message}"
    said = refused_early(asked, why)
    reason = denied.reason or "Invalid"
    details = {**(said.details or {}), "causes": [{"message": why}]}
    return Refused(reason, said.message, details, CODES.get(reason, 422))
