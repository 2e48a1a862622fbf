"""What the status is worked out from: the policy alone."""

from collections.abc import Iterable
from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader

POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"


def itself(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return [("", new["metadata"]["name"])] if new is not None else []


def snapshot(reader: Reader, key: Key, _: Any) -> Obj | None:
    return reader.get(POLICIES, *key)
