"""How admission says no (Kubernetes: apiserver/pkg/admission/errors.go)."""

from quorate.apiserver.asked import Asked
from quorate.apiserver.prepare import is_generated
from quorate.contract.failures import Refused, forbidden


def refused(asked: Asked, why: str) -> Refused:
    """The 403 of a rule that runs once the object is whole, under its full name."""
    return forbidden(asked.kind.plural, asked.kind.group, _name(asked), why)


def refused_early(asked: Asked, why: str) -> Refused:
    """The 403 of a mutating rule: those run before a name is generated, and know only what it begins with."""
    name, obj = _name(asked), asked.obj or {}
    if asked.operation == "CREATE" and is_generated(obj, name):
        name = obj["metadata"]["generateName"]
    return forbidden(asked.kind.plural, asked.kind.group, name, why)


def _name(asked: Asked) -> str:
    meta = (asked.obj or asked.old or {}).get("metadata") or {}
    return asked.name or meta.get("name") or meta.get("generateName") or "Unknown"
