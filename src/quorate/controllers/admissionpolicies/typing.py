"""A policy's expressions checked against the types of what it matches (Kubernetes: policy/validating/typechecking.go).

Only built-in kinds have types here: what definitions of the cluster add is not looked at.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind, all_kinds, by_kind

if TYPE_CHECKING:
    from quorate.objects.cel.types import Type

MOST_KINDS = 10


def warnings(policy: Obj) -> list[Obj]:
    """What does not fit, by expression."""
    spec = policy["spec"]
    kinds = matched(spec)
    out: list[Obj] = []
    for i, rule in enumerate(spec.get("validations") or () if kinds else ()):
        for field in ("expression", "messageExpression"):
            found = [text for kind in kinds if (text := _wrong(rule.get(field) or "", spec, kind))]
            if found:
                out.append({"fieldRef": f"spec.validations[{i}].{field}", "warning": "\n".join(found)})
    return out


def matched(spec: Obj) -> list[Kind]:
    """The kinds that the policy names without a wildcard, at most ten, in order."""
    found: dict[tuple[str, str, str], Kind] = {}
    for rule in (spec.get("matchConstraints") or {}).get("resourceRules") or ():
        groups, versions = rule.get("apiGroups") or (), rule.get("apiVersions") or ()
        if any("*" in text for text in (*groups, *versions)):
            continue
        plain = {text for text in rule.get("resources") or () if "*" not in text and "/" not in text}
        here = [k for k in _sorted() if k.group in groups and k.version in versions and k.plural in plain]
        found |= {(k.group, k.version, k.kind): k for k in here[:MOST_KINDS]}
        if len(here) >= MOST_KINDS:
            break
    return [found[at] for at in sorted(found)]


def _sorted() -> Iterator[Kind]:
    return iter(sorted(all_kinds(), key=lambda kind: (kind.group, kind.version, kind.plural)))


def _wrong(text: str, spec: Obj, kind: Kind) -> str:
    """What is wrong with an expression for objects of this kind; "" for nothing."""
    # Late: most clusters have no policies.
    from quorate.objects.cel.program import CompileError, compile_text

    if not text or not kind.type:
        return ""
    known = _known(spec, kind)
    try:
        compile_text(text, known)
    except CompileError as wrong:
        return f"{kind.group}/{kind.version}, Kind={kind.kind}: {wrong}\n"
    return ""


def _known(spec: Obj, kind: Kind) -> "Mapping[str, Type]":
    from quorate.objects.cel.admission_types import namespace_type, request_type
    from quorate.objects.cel.authorization import VARIABLES
    from quorate.objects.cel.program import CompileError, compile_text
    from quorate.objects.cel.schema_types import type_of
    from quorate.objects.cel.types import DYN, Type

    own = type_of(kind.type)
    known: dict[str, Type] = {
        "object": own, "oldObject": own, "request": request_type(), "namespaceObject": namespace_type(), **VARIABLES,
    }  # fmt: skip
    wanted = spec.get("paramKind")
    if wanted:
        params = by_kind(wanted.get("apiVersion") or "", wanted.get("kind") or "")
        known["params"] = type_of(params.type) if params is not None and params.type else DYN
    variables: dict[str, Type] = {}
    for variable in spec.get("variables") or ():
        known["variables"] = Type("object", name="kubernetes.variables", fields=dict(variables), nullable=True)
        try:
            variables[variable["name"]] = compile_text(variable["expression"], known).type
        except CompileError:
            variables[variable["name"]] = DYN
    known["variables"] = Type("object", name="kubernetes.variables", fields=variables, nullable=True)
    return known
