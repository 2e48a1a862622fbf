"""Which names a resource may have, in a quota or a limit (Kubernetes: pkg/apis/core/validation and core/helper)."""

from functools import lru_cache

from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid
from quorate.apiserver.validation.quantities import WHOLE, is_extended
from quorate.objects.names import qualified_name_errors

CONTAINER = frozenset({"cpu", "memory", "ephemeral-storage"})
QUOTA = WHOLE | CONTAINER | frozenset({
    "requests.cpu", "requests.memory", "requests.ephemeral-storage", "requests.storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage",
})  # fmt: skip
STANDARD = QUOTA | {"storage"}
HUGE = ("hugepages-", "requests.hugepages-")


def is_quota_name(name: str) -> bool:
    return name in QUOTA or name.startswith(HUGE)


@lru_cache(maxsize=4096)
def of_resource(field: str, name: str) -> tuple[FieldError, ...]:
    """A name without a domain must be one that Kubernetes knows."""
    errors = each_invalid(field, name, qualified_name_errors(name))
    if not errors and "/" not in name and name not in STANDARD and not name.startswith(HUGE):
        errors = [invalid(field, name, "must be a standard resource type or fully qualified")]
    return tuple(errors)


@lru_cache(maxsize=4096)
def of_quota(field: str, name: str) -> tuple[FieldError, ...]:
    errors = of_resource(field, name)
    if "/" not in name and not is_quota_name(name):
        return (*errors, invalid(field, name, "must be a standard resource for quota"))
    return errors


@lru_cache(maxsize=4096)
def of_container(field: str, name: str) -> tuple[FieldError, ...]:
    errors = of_resource(field, name)
    if "/" not in name:
        if name not in CONTAINER and not name.startswith("hugepages-"):
            return (*errors, invalid(field, name, "must be a standard resource for containers"))
    elif "kubernetes.io/" not in name and not is_extended(name):
        return (*errors, invalid(field, name, "doesn't follow extended resource name standard"))
    return errors
