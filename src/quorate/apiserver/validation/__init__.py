"""What the API server refuses: one module per kind, found by its `RESOURCE`, and the metadata rules for all kinds.

A module has `validate(obj)` and `validate_update(new, old)`, and may have `validate_status_update(new, old)`; metadata
is left to `meta`. A module without RESOURCE is shared by others.
"""

from pkgutil import iter_modules

from quorate.apiserver.rule_modules import RuleModules
from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError
from quorate.contract.plan import Obj

RULES = RuleModules(__name__, frozenset(module.name for module in iter_modules(__path__)))
"""The module of each resource that has one."""


def validate(resource: str, obj: Obj) -> list[FieldError]:
    """What is wrong with a new object."""
    rules = RULES.get(resource)
    if rules is None:
        return meta.validate(resource, obj["metadata"])
    if resource in meta.GENERAL_ONLY:
        return rules.validate(obj) or meta.validate(resource, obj["metadata"])
    errors = meta.validate(resource, obj["metadata"])
    errors += rules.validate(obj)
    return errors


def validate_update(resource: str, new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with an update, or with the object as it would then be."""
    errors = meta.validate_update(resource, new["metadata"], old["metadata"])
    rules = RULES.get(resource)
    if rules is not None:
        errors += rules.validate_update(new, old)
    return errors


def validate_status_update(resource: str, new: Obj, old: Obj) -> list[FieldError]:
    """The same of a write to the status subresource."""
    errors = meta.validate_update(resource, new["metadata"], old["metadata"], status=True)
    rules = RULES.get(resource)
    if rules is not None and hasattr(rules, "validate_status_update"):
        errors += rules.validate_status_update(new, old)
    return errors


def validate_as(served: str, resource: str, obj: Obj, old: Obj | None) -> list[FieldError]:
    """What is wrong beside that where objects of one kind are served as two, and written as `served`."""
    special = getattr(RULES.get(resource), "validate_as", None)
    found: list[FieldError] = special(served, obj, old) if special is not None else []
    return found


def validate_subresource_update(resource: str, subresource: str, new: Obj, old: Obj) -> list[FieldError]:
    """The same of a write to any subresource; "" is the object itself."""
    if subresource == "status":
        return validate_status_update(resource, new, old)
    rules = RULES.get(resource)
    special = getattr(rules, f"validate_{subresource}_update", None) if subresource else None
    if special is None:
        return validate_update(resource, new, old)
    errors = meta.validate_update(resource, new["metadata"], old["metadata"])
    errors += special(new, old)
    return errors
