"""PolicyRules: what one allows, whether some cover others, and how they are written in refusals.

(Kubernetes: pkg/apis/rbac/v1/evaluation_helpers.go, component-helpers/auth/rbac/validation/policy_comparator.go,
pkg/registry/rbac/validation/policy_compact.go.)
"""

from collections.abc import Iterable, Sequence

from quorate.apiserver.access.attributes import Attributes
from quorate.contract.plan import Obj

FULL_AUTHORITY: list[Obj] = [
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
]
_PARTS = (
    ("APIGroups", "apiGroups"), ("Resources", "resources"), ("NonResourceURLs", "nonResourceURLs"),
    ("ResourceNames", "resourceNames"), ("Verbs", "verbs"),
)  # fmt: skip


def allows(rule: Obj, asked: Attributes) -> bool:
    verbs = rule.get("verbs") or ()
    if "*" not in verbs and asked.verb not in verbs:
        return False
    if not asked.resource:
        return any(_is_path(one, asked.path) for one in rule.get("nonResourceURLs") or ())
    groups = rule.get("apiGroups") or ()
    if "*" not in groups and asked.group not in groups:
        return False
    names = rule.get("resourceNames") or ()
    if names and asked.name not in names:
        return False
    return _is_resource(rule.get("resources") or (), asked.combined, asked.subresource)


def _is_resource(resources: Iterable[str], combined: str, subresource: str) -> bool:
    return any(one in ("*", combined) or (subresource and one == f"*/{subresource}") for one in resources)


def _is_path(pattern: str, path: str) -> bool:
    return pattern in ("*", path) or (pattern.endswith("*") and path.startswith(pattern.rstrip("*")))


def missing(held: Sequence[Obj], wanted: Iterable[Obj]) -> list[Obj]:
    """What of `wanted` is not covered by `held`, broken down to single permissions."""
    out = []
    for rule in wanted:
        for part in broken_down(rule):
            if not any(_covers(one, part) for one in held):
                out.append(part)
    return out


def broken_down(rule: Obj) -> list[Obj]:
    """One rule for each group, resource, name and verb."""
    out: list[Obj] = []
    names = rule.get("resourceNames") or ()
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in rule.get("verbs") or ():
                one: Obj = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
                out += [{**one, "resourceNames": [name]} for name in names] if names else [one]
    for verb in rule.get("verbs") or ():
        out += [{"nonResourceURLs": [url], "verbs": [verb]} for url in rule.get("nonResourceURLs") or ()]
    return out


def _covers(held: Obj, part: Obj) -> bool:
    """Whether one rule covers a single permission."""
    if not _has_all(held.get("verbs"), part["verbs"]):
        return False
    urls = part.get("nonResourceURLs")
    if urls:
        return all(any(_covers_url(own, url) for own in held.get("nonResourceURLs") or ()) for url in urls)
    if not _has_all(held.get("apiGroups"), part["apiGroups"]):
        return False
    own, resource = held.get("resources") or (), part["resources"][0]
    _, slash, subresource = resource.partition("/")
    if not ("*" in own or resource in own or (slash and f"*/{subresource}" in own)):
        return False
    names, wanted = held.get("resourceNames"), part.get("resourceNames")
    return not names or (bool(wanted) and set(wanted or ()) <= set(names))


def _has_all(held: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    return "*" in (held or ()) or set(wanted) <= set(held or ())


def _covers_url(own: str, url: str) -> bool:
    return own in ("*", url) or (own.endswith("*") and url.startswith(own.rstrip("*")))


def compact(parts: Iterable[Obj]) -> list[Obj]:
    """Verbs of the same resource together, where nothing else is said of it."""
    out: list[Obj] = []
    simple: dict[tuple[str, str], Obj] = {}
    for part in parts:
        if len(part) != 3 or len(part.get("apiGroups") or ()) != 1 or len(part.get("resources") or ()) != 1:
            out.append(part)
            continue
        key = (part["apiGroups"][0], part["resources"][0])
        found = simple.setdefault(key, {**part, "verbs": []})
        found["verbs"] = [*found["verbs"], *part["verbs"]]
    return [*out, *simple.values()]


def described(rules: Iterable[Obj]) -> list[str]:
    """As refusals have them: {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}"""
    return sorted({_text(rule) for rule in rules})


def _text(rule: Obj) -> str:
    parts = [f"{name}:{quoted(rule[field])}" for name, field in _PARTS if rule.get(field)]
    return "{" + ", ".join(parts) + "}"


def quoted(texts: Iterable[str]) -> str:
    """As Go's %q prints a list of strings."""
    return "[" + " ".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "]"
