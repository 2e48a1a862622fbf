"""The hand that a fix is carried out with: requests to an API server, and time that passes."""

from typing import Any, Protocol

from quorate.diagnosis.fixing.steps import Change, Evict, Make, Ref, Remove
from quorate.kernel.clock import Duration, Instant

Obj = dict[str, Any]


class Failed(Exception):
    """A request was refused, or not answered. `code` is the HTTP status, 0 when nobody answered."""

    def __init__(self, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


class Hand(Protocol):
    """Every method that asks the server raises `Failed`."""

    @property
    def now(self) -> Instant:
        """A clock that goes on while one waits."""
        ...

    def wait(self, by: Duration) -> None: ...

    def read(self, ref: Ref) -> Obj | None:
        """The object as it is; None when there is none."""
        ...

    def list(self, resource: str, namespace: str) -> list[Obj]: ...

    def send(self, do: Change | Remove | Evict | Make, uid: str, version: str, dry_run: bool) -> Obj:
        """Answers what the server says that it is then. `uid` and `version` are preconditions where they are not ""."""
        ...
