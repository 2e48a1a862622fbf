"""What of a Pod may change once it exists (core/validation, ValidatePodUpdate)."""

from collections.abc import Sequence
from typing import Any

from quorate.apiserver.validation.differences import shown
from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, required
from quorate.apiserver.validation.placement import REQUIRED, tolerations
from quorate.apiserver.validation.pod_annotations import MIRROR
from quorate.apiserver.validation.texts import MOST_INT32, between
from quorate.contract.plan import Obj

MAY_CHANGE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)
_TERMS = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"


def spec_changes(new: Obj, old: Obj) -> list[FieldError]:
    """Both specs; what is wrong with the new one in itself is told elsewhere."""
    errors: list[FieldError] = []
    for field in ("containers", "initContainers"):
        now, before = new.get(field) or (), old.get(field) or ()
        if len(now) != len(before):
            return [*errors, forbidden(f"spec.{field}", "pod updates may not add or remove containers")]
        errors += _images(f"spec.{field}", now)
    deadline, was = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    field = "spec.activeDeadlineSeconds"
    if deadline is not None:
        if not 0 <= deadline <= MOST_INT32:
            return [*errors, invalid(field, deadline, between(0, MOST_INT32))]
        if was is not None and was < deadline:
            return [*errors, invalid(field, deadline, "must be less than or equal to previous value")]
    elif was is not None:
        errors.append(invalid(field, None, "must not update from a positive integer to nil value"))
    errors += _tolerations(new.get("tolerations") or (), old.get("tolerations") or ())
    errors += _gates(new.get("schedulingGates") or (), old.get("schedulingGates") or ())
    if same(new, old):
        return errors
    allowed = _with_allowed(new, old)
    if old.get("schedulingGates"):
        errors += _gated(allowed, old)
        allowed = _with_gated(allowed, old)
    if not same(allowed, old):
        why = f"pod updates may not change fields other than {MAY_CHANGE}\n{shown(old, allowed)}"
        errors.append(forbidden("spec", why))
    return errors


def same(a: Any, b: Any) -> bool:
    """Equal as Kubernetes sees it: an empty list or map is as good as none."""
    return a is b or a == b or _dense(a) == _dense(b)


def _dense(value: Any) -> Any:
    if isinstance(value, dict):
        found = {k: _dense(v) for k, v in value.items()}
        return {k: v for k, v in found.items() if v is not None and v != []}
    return [_dense(item) for item in value] if isinstance(value, list) else value


def _images(field: str, containers: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, container in enumerate(containers):
        image = container.get("image", "")
        if not image:
            errors.append(required(f"{field}[{i}].image"))
        if image != image.strip():
            errors.append(invalid(f"{field}[{i}].image", image, "must not have leading or trailing whitespace"))
    return errors


def _tolerations(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    if new == old:
        return []

    def timeless(toleration: Obj) -> Obj:
        return {k: v for k, v in toleration.items() if k != "tolerationSeconds"}

    kept = [timeless(toleration) for toleration in new]
    if any(timeless(toleration) not in kept for toleration in old):
        why = "existing toleration can not be modified except its tolerationSeconds"
        return [forbidden("spec.tolerations", why)]
    return tolerations("spec.tolerations", new)


def _gates(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    known = {gate.get("name") for gate in old}
    return [
        forbidden(
            f"spec.schedulingGates[{i}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate.get('name', '')}'",
        )
        for i, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _with_allowed(new: Obj, old: Obj) -> Obj:
    """The new spec with what may change put back."""
    out = {**new}
    for field in ("containers", "initContainers"):
        if out.get(field):
            pairs = zip(out[field], old[field], strict=True)
            out[field] = [{**container, "image": before.get("image", "")} for container, before in pairs]
    for field in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        _put_back(out, old, field)
    if (old.get("terminationGracePeriodSeconds") or 0) < 0 and new.get("terminationGracePeriodSeconds") == 1:
        _put_back(out, old, "terminationGracePeriodSeconds")
    return out


def _put_back(out: Obj, old: Obj, field: str) -> None:
    out.pop(field, None)
    if field in old:
        out[field] = old[field]


def _gated(new: Obj, old: Obj) -> list[FieldError]:
    """While gates hold a pod back, where it may go can still be narrowed."""
    errors: list[FieldError] = []
    selector, was = new.get("nodeSelector") or {}, old.get("nodeSelector") or {}
    if any(selector.get(key) != value for key, value in was.items()):
        why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        errors.append(invalid("spec.nodeSelector", dict(sorted(selector.items())) or None, why))
    before, terms = _terms(old), _terms(new)
    if not before:
        return errors
    if len(before) != len(terms):
        why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [*errors, invalid(_TERMS, [_shown_term(term) for term in terms] or None, why)]
    for i, (term, known) in enumerate(zip(terms, before, strict=True)):
        if not _narrows(term, known):
            why = "only additions are allowed (no mutations or deletions)"
            errors.append(invalid(f"{_TERMS}[{i}]", _shown_term(term), why))
    return errors


def _terms(spec: Obj) -> list[Obj]:
    nodes = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return (nodes.get(REQUIRED) or {}).get("nodeSelectorTerms") or []


def _narrows(term: Obj, known: Obj) -> bool:
    empty = not known.get("matchExpressions") and not known.get("matchFields")
    if empty and (term.get("matchExpressions") or term.get("matchFields")):
        return False
    for field in ("matchExpressions", "matchFields"):
        before = known.get(field) or []
        if (term.get(field) or [])[: len(before)] != before:
            return False
    return True


def _shown_term(term: Obj) -> Obj:
    def expressions(field: str) -> list[Obj] | None:
        found = term.get(field)
        return found and [
            {"Key": e.get("key", ""), "Operator": e.get("operator", ""), "Values": e.get("values")} for e in found
        ]

    return {"MatchExpressions": expressions("matchExpressions"), "MatchFields": expressions("matchFields")}


def _with_gated(new: Obj, old: Obj) -> Obj:
    """The new spec with what may be narrowed put back."""
    out = {**new}
    _put_back(out, old, "nodeSelector")
    affinity, was = {**(new.get("affinity") or {})}, (old.get("affinity") or {}).get("nodeAffinity")
    affinity.pop("nodeAffinity", None)
    if was is not None:
        affinity["nodeAffinity"] = was
    out.pop("affinity", None)
    if affinity or old.get("affinity") is not None:
        out["affinity"] = affinity
    return out


def ephemeral_changes(new: Obj, old: Obj) -> list[FieldError]:
    """Of a write to the ephemeralcontainers subresource: they may be added, never changed or removed."""
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [forbidden("", "static pods do not support ephemeral containers")]
    field = "spec.ephemeralContainers"
    found = {container.get("name"): container for container in new["spec"].get("ephemeralContainers") or ()}
    errors: list[FieldError] = []
    for container in old["spec"].get("ephemeralContainers") or ():
        name = container.get("name", "")
        now = found.get(name)
        if now is None:
            errors.append(forbidden(field, f'existing ephemeral containers "{name}" may not be removed\n'))
        elif not same(now, container):
            why = f'existing ephemeral containers "{name}" may not be changed\n{shown(container, now)}'
            errors.append(forbidden(field, why))
    return errors
