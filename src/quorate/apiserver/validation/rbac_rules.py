"""What the rules of roles and the subjects of bindings must keep to (Kubernetes: pkg/apis/rbac/validation)."""

from collections.abc import Sequence

from quorate.apiserver.validation import texts
from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid, not_supported, required
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors

GROUP = "rbac.authorization.k8s.io"
SUBJECTS = ("ServiceAccount", "User", "Group")


def rules(found: Sequence[Obj] | None, *, namespaced: bool) -> list[FieldError]:
    return [error for i, rule in enumerate(found or ()) for error in _rule(f"rules[{i}]", rule, namespaced)]


def _rule(field: str, rule: Obj, namespaced: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    if not rule.get("verbs"):
        errors.append(required(f"{field}.verbs", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs")
    if urls:
        if namespaced:
            why = "namespaced rules cannot apply to non-resource URLs"
            errors.append(invalid(f"{field}.nonResourceURLs", urls, why))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            why = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(invalid(f"{field}.nonResourceURLs", urls, why))
        return errors
    if not rule.get("apiGroups"):
        errors.append(required(f"{field}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        errors.append(required(f"{field}.resources", "resource rules must supply at least one resource"))
    return errors


def binding(obj: Obj, kinds: Sequence[str], *, namespaced: bool) -> list[FieldError]:
    """`kinds` are the kinds of role that it may give."""
    ref = obj.get("roleRef") or {}
    errors: list[FieldError] = []
    if ref.get("apiGroup") != GROUP:
        errors.append(not_supported("roleRef.apiGroup", ref.get("apiGroup", ""), (GROUP,)))
    if ref.get("kind") not in kinds:
        errors.append(not_supported("roleRef.kind", ref.get("kind", ""), kinds))
    name = ref.get("name", "")
    if not name:
        errors.append(required("roleRef.name"))
    else:
        errors += each_invalid("roleRef.name", name, texts.path_segment_errors(name))
    for i, subject in enumerate(obj.get("subjects") or ()):
        errors += _subject(f"subjects[{i}]", subject, namespaced)
    return errors


def binding_change(new: Obj, old: Obj) -> list[FieldError]:
    """A binding keeps its role: who may delegate it is judged once."""
    ref = new.get("roleRef") or {}
    if ref == (old.get("roleRef") or {}):
        return []
    shown = {"APIGroup": ref.get("apiGroup", ""), "Kind": ref.get("kind", ""), "Name": ref.get("name", "")}
    return [invalid("roleRef", shown, "cannot change roleRef")]


def _subject(field: str, subject: Obj, namespaced: bool) -> list[FieldError]:
    name, kind, group = subject.get("name", ""), subject.get("kind", ""), subject.get("apiGroup", "")
    errors = [] if name else [required(f"{field}.name")]
    if kind == "ServiceAccount":
        if name:
            errors += each_invalid(f"{field}.name", name, dns1123_subdomain_errors(name))
        if group:
            errors.append(not_supported(f"{field}.apiGroup", group, ("",)))
        if not namespaced and not subject.get("namespace"):
            errors.append(required(f"{field}.namespace"))
    elif kind in SUBJECTS:
        if group != GROUP:
            errors.append(not_supported(f"{field}.apiGroup", group, (GROUP,)))
    else:
        errors.append(not_supported(f"{field}.kind", kind, SUBJECTS))
    return errors
