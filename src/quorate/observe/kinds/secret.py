"""Secrets: that they are there, and their type where it is known. Never what they hold."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, created, info, named, owners, version


def _type(obj: Obj) -> Iterable[Sample]:
    """Nothing where only the metadata was read."""
    return (((("type", obj["type"]),), 1),) if obj.get("type") else ()


KIND = Kind(
    "secrets",
    named("secret"),
    (
        info("kube_secret_info", "Information about secret."),
        Family("kube_secret_type", "Type about secret.", _type),
        created("secret"),
        version("secret"),
        owners("kube_secret_owner", "Information about the Secret's owner."),
    ),
)
