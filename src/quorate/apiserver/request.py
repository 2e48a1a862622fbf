"""What a request carries beside its object, and what it is answered with."""

from dataclasses import dataclass, field
from typing import Literal

from quorate.apiserver.access.user import ADMIN, User
from quorate.contract.plan import Obj

FieldValidation = Literal["Ignore", "Warn", "Strict"]


@dataclass(frozen=True, slots=True)
class Options:
    """Create-, Update-, Patch- and DeleteOptions in one.

    manager     field manager for managedFields
    uid, resource_version   preconditions of a DELETE
    internal    asked by a part in this process
    """

    user: User = ADMIN
    manager: str = "unknown"
    dry_run: bool = False
    force: bool = False
    field_validation: FieldValidation = "Warn"
    grace_seconds: int | None = None
    propagation: str | None = None
    orphan_dependents: bool | None = None
    uid: str | None = None
    resource_version: str | None = None
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`obj` is an API object or a Status; `warnings` go into Warning headers."""

    code: int
    obj: Obj
    warnings: tuple[str, ...] = field(default=())
