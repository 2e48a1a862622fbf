"""What webhook configurations and policies share (Kubernetes: pkg/apis/admissionregistration/v1/defaults.go)."""

from typing import Any

from quorate.contract.plan import Obj


def filled(obj: Obj, defaults: dict[str, Any]) -> Obj:
    """With what is missing or null; the very object when nothing is."""
    missing = {key: value for key, value in defaults.items() if obj.get(key) is None}
    return {**obj, **missing} if missing else obj


def scoped(rules: Any) -> Any:
    """Rules with their scope."""
    return [filled(rule, {"scope": "*"}) for rule in rules or ()]


def webhook(given: Obj, more: dict[str, Any]) -> Obj:
    out = filled(given, {
        "failurePolicy": "Fail", "matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {},
        "timeoutSeconds": 10, **more,
    })  # fmt: skip
    if out.get("rules"):
        out = {**out, "rules": scoped(out["rules"])}
    client = out.get("clientConfig") or {}
    if client.get("service") is not None:
        out = {**out, "clientConfig": {**client, "service": filled(client["service"], {"port": 443})}}
    return out


def constraints(given: Obj) -> Obj:
    """matchConstraints of a policy, matchResources of a binding."""
    out = filled(given, {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}})
    for field in ("resourceRules", "excludeResourceRules"):
        if out.get(field):
            out = {**out, field: scoped(out[field])}
    return out
