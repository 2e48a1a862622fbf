"""Paths inside volumes and profiles, which may not lead out of where they start."""

from quorate.apiserver.validation.errors import FieldError, invalid


def no_way_up(field: str, path: str) -> list[FieldError]:
    if ".." in path and ".." in path.split("/"):
        return [invalid(field, path, "must not contain '..'")]
    return []


def descending(field: str, path: str) -> list[FieldError]:
    """A relative path that only goes down."""
    errors = [invalid(field, path, "must be a relative path")] if path.startswith("/") else []
    return errors + no_way_up(field, path)


def local(field: str, path: str) -> list[FieldError]:
    """The same, and not one of the kubelet's own names, which start with two dots."""
    errors = descending(field, path)
    if path.startswith("..") and not path.startswith("../"):
        errors.append(invalid(field, path, "must not start with '..'"))
    return errors
