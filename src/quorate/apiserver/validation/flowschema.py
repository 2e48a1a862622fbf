"""What a FlowSchema must keep to (Kubernetes: pkg/apis/flowcontrol/validation)."""

from collections.abc import Sequence

from quorate.apiserver.validation import flow_conditions
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

RESOURCE = "flowschemas.flowcontrol.apiserver.k8s.io"
MOST_PRECEDENCE = 10_000
METHODS = ("ByNamespace", "ByUser")
KINDS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")


def validate(obj: Obj) -> list[FieldError]:
    spec, name = obj.get("spec") or {}, obj["metadata"].get("name") or ""
    errors = _precedence(spec.get("matchingPrecedence") or 0, name)
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in METHODS:
        shown = {"Type": method.get("type") or ""}
        errors.append(not_supported("spec.distinguisherMethod.type", shown, METHODS))
    level = (spec.get("priorityLevelConfiguration") or {}).get("name") or ""
    at = "spec.priorityLevelConfiguration.name"
    if level:
        errors += each_invalid(at, level, dns1123_subdomain_errors(level))
    else:
        errors.append(required(at, "must reference a priority level"))
    for i, rule in enumerate(spec.get("rules") or ()):
        errors += _rule(rule, f"spec.rules[{i}]")
    return errors + flow_conditions.validate(obj)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return flow_conditions.validate(new)


def _precedence(given: int, name: str) -> list[FieldError]:
    at, errors = "spec.matchingPrecedence", list[FieldError]()
    if given <= 0:
        errors.append(invalid(at, given, "must be a positive value"))
    if given > MOST_PRECEDENCE:
        errors.append(invalid(at, given, f"must not be greater than {MOST_PRECEDENCE}"))
    if given == 1 and name != "exempt":
        errors.append(invalid(at, given, "only the schema named 'exempt' may have matchingPrecedence 1"))
    return errors


def _rule(rule: Obj, at: str) -> list[FieldError]:
    subjects, resources, others = (rule.get(f) or () for f in ("subjects", "resourceRules", "nonResourceRules"))
    errors: list[FieldError] = []
    if not subjects:
        errors.append(required(f"{at}.subjects", "subjects must contain at least one value"))
    for i, subject in enumerate(subjects):
        errors += _subject(subject, f"{at}.subjects[{i}]")
    if not resources and not others:
        errors.append(required(at, "at least one of resourceRules and nonResourceRules has to be non-empty"))
    for i, inner in enumerate(resources):
        errors += _resource_rule(inner, f"{at}.resourceRules[{i}]")
    for i, inner in enumerate(others):
        errors += _other_rule(inner, f"{at}.nonResourceRules[{i}]")
    return errors


def _subject(subject: Obj, at: str) -> list[FieldError]:
    kind = subject.get("kind") or ""
    if kind not in KINDS:
        return [not_supported(f"{at}.kind", kind, tuple(KINDS))]
    field = KINDS[kind]
    given = subject.get(field)
    if given is None:
        errors = [required(f"{at}.{field}", f"{field} is required when subject kind is '{kind}'")]
    else:
        errors = _named(given, kind, f"{at}.{field}")
    for other in ("serviceAccount", "user", "group"):
        if other != field and subject.get(other) is not None:
            owner = next(k for k, f in KINDS.items() if f == other)
            errors.append(forbidden(f"{at}.{other}", f"{other} is forbidden when subject kind is not '{owner}'"))
    return errors


def _named(given: Obj, kind: str, at: str) -> list[FieldError]:
    name, namespace = given.get("name") or "", given.get("namespace") or ""
    errors = [] if name else [required(f"{at}.name")]
    if kind != "ServiceAccount":
        return errors
    if name not in ("", "*"):
        errors += each_invalid(f"{at}.name", name, dns1123_subdomain_errors(name))
    if namespace:
        return errors + each_invalid(f"{at}.namespace", namespace, dns1123_label_errors(namespace))
    return [*errors, required(f"{at}.namespace", "must specify namespace for service account")]


def _listed(given: Sequence[str], at: str, missing: str, what: str) -> list[FieldError]:
    """At least one, and "*" alone."""
    if not given:
        return [required(at, missing)]
    if "*" in given and len(given) > 1:
        return [invalid(at, list(given), f"if '*' is present, must not specify other {what}")]
    return []


def _verbs(rule: Obj, at: str) -> list[FieldError]:
    verbs = rule.get("verbs") or ()
    errors = _listed(verbs, f"{at}.verbs", "verbs must contain at least one value", "verbs")
    if not errors and "*" not in verbs and not set(verbs) <= set(VERBS):
        errors.append(not_supported(f"{at}.verbs", list(verbs), VERBS))
    return errors


def _resource_rule(rule: Obj, at: str) -> list[FieldError]:
    errors = _verbs(rule, at)
    errors += _listed(
        rule.get("apiGroups") or (),
        f"{at}.apiGroups",
        "resource rules must supply at least one api group",
        "api groups",
    )
    missing = "resource rules must supply at least one resource"
    errors += _listed(rule.get("resources") or (), f"{at}.resources", missing, "resources")
    namespaces = rule.get("namespaces") or ()
    missing = "resource rules that are not cluster scoped must supply at least one namespace"
    if namespaces or not rule.get("clusterScope"):
        errors += _listed(namespaces, f"{at}.namespaces", missing, "namespaces")
    for i, namespace in enumerate(() if "*" in namespaces else namespaces):
        wrong = dns1123_label_errors(namespace)
        intro = "each member of this list must be '*' or a DNS-1123 label; "
        errors += each_invalid(f"{at}.namespaces[{i}]", namespace, [intro + why for why in wrong])
    return errors


def _other_rule(rule: Obj, at: str) -> list[FieldError]:
    urls = rule.get("nonResourceURLs") or ()
    missing = "nonResourceURLs must contain at least one value"
    errors = _verbs(rule, at) + _listed(urls, f"{at}.nonResourceURLs", missing, "non-resource URLs")
    for i, url in enumerate(() if "*" in urls else urls):
        if why := _path_error(url):
            errors.append(invalid(f"{at}.nonResourceURLs[{i}]", url, why))
    return errors


def _path_error(path: str) -> str:
    if not path:
        return "must not be empty"
    if path == "/":
        return ""
    if not path.startswith("/"):
        return "must start with slash"
    if " " in path:
        return "must not contain white-space"
    if "//" in path:
        return "must not contain double slash"
    stars = path.count("*")
    return "wildcard can only do suffix matching" if stars > 1 or (stars == 1 and not path.endswith("/*")) else ""
