"""The rules of custom objects' metadata: the general ones, asked at whatever place an object stands."""

from collections.abc import Callable, Sequence

from quorate.apiserver.validation import meta as rules
from quorate.apiserver.validation import texts
from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid, not_negative, required
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors, qualified_name_errors

GENERAL = "events"
"""A kind for which nothing but the general rules of an update hold; those of custom kinds are the same."""


def validate(
    meta: Obj, path: str = "metadata", name_errors: Callable[[str], Sequence[str]] = dns1123_subdomain_errors
) -> list[FieldError]:
    errors: list[FieldError] = []
    prefix, name = meta.get("generateName"), meta.get("name")
    if prefix:
        errors += each_invalid(f"{path}.generateName", prefix, texts.subdomain_prefix_errors(prefix))
    if not name:
        errors.append(required(f"{path}.name", "name or generateName is required"))
    else:
        errors += each_invalid(f"{path}.name", name, name_errors(name))
    errors += not_negative(f"{path}.generation", meta.get("generation"))
    errors += rules.labels(f"{path}.labels", meta.get("labels"))
    errors += rules.annotations(f"{path}.annotations", meta.get("annotations"))
    errors += rules.owner_references(f"{path}.ownerReferences", meta.get("ownerReferences"))
    for finalizer in meta.get("finalizers") or ():
        errors += each_invalid(f"{path}.finalizers", finalizer, qualified_name_errors(finalizer))
    return errors


def validate_embedded(meta: Obj, path: str) -> list[FieldError]:
    """Of an object within an object: any name that can stand in a path."""
    return validate(meta, path, texts.path_segment_errors)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    """Custom objects are not overwritten blindly: an update says which version it read."""
    if not new.get("resourceVersion"):
        return [invalid("metadata.resourceVersion", 0, "must be specified for an update")]
    errors = rules.validate_update(GENERAL, new, old)
    return [*errors, *errors]


def warnings(new: Obj, old: Obj | None) -> list[str]:
    """Of finalizers that other writers might mean as well."""
    had = set((old or {}).get("finalizers") or ())
    found = sorted(set(new.get("finalizers") or ()) - had)
    return [
        f'metadata.finalizers: "{name}": prefer a domain-qualified finalizer name including a path (/) to avoid '
        "accidental conflicts with other finalizer writers"
        for name in found
        if "/" not in name and name not in rules.STANDARD_FINALIZERS
    ]
