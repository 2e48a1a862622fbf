"""What checking makes of an expression."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quorate.objects.cel.types import Type
from quorate.objects.cel.values import CelError

Scope = dict[str, Any]
Run = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression that has been checked: its type, and how it is evaluated."""

    type: Type
    run: Run
    at: int


def fail(_: Scope) -> Any:
    """What an expression does that could not be compiled; it never comes to that."""
    raise CelError("expression was not compiled")
