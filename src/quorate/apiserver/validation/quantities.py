"""What amounts must keep to (Kubernetes: pkg/apis/core/validation, Validate*QuantityValue)."""

from functools import lru_cache

from quorate.apiserver.validation.errors import FieldError, invalid
from quorate.objects.names import qualified_name_errors
from quorate.objects.quantity import canonical, compare, milli

WHOLE = frozenset({
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
})  # fmt: skip
"""Resources that are counted, so come in whole numbers."""


@lru_cache(maxsize=4096)
def is_extended(name: str) -> bool:
    """Whether it is a resource of somebody else's domain, like nvidia.com/gpu."""
    if "/" not in name or "kubernetes.io/" in name or name.startswith("requests."):
        return False
    return not qualified_name_errors(f"requests.{name}")


def positive(field: str, amount: str) -> list[FieldError]:
    if compare(amount, "0") > 0:
        return []
    return [invalid(field, canonical(amount), "must be greater than zero")]


def amount_of(field: str, name: str, amount: str) -> list[FieldError]:
    """Not negative, and whole where the resource is counted."""
    errors: list[FieldError] = []
    if compare(amount, "0") < 0:
        errors.append(invalid(field, canonical(amount), "must be greater than or equal to 0"))
    if (name in WHOLE or is_extended(name)) and milli(amount) % 1000:
        errors.append(invalid(field, canonical(amount), "must be an integer"))
    return errors
